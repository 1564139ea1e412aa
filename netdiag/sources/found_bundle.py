"""What was found at PATHs as a bundle: each capture and each document at its place in it."""

from __future__ import annotations

from netdiag.model.capture_point import CapturePoint
from netdiag.sources.bundle_writing import Parts
from netdiag.sources.found import CaptureFile, Found
from netdiag.sources.layout import (
    ANY,
    FACTS,
    FACTS_AFTER,
    LOGS,
    PODS,
    DocumentPlace,
    capture_suffix,
)
from netdiag.sources.streams import Opener

NO_NODE = "unknown"
"""The folder of captures that no node is known of."""
LONGEST_NAME = 120
"""Of a file or folder, in characters of at most four bytes, less than the 255 bytes of Linux."""


def bundle_of(found: Found) -> dict[Parts, Opener]:
    """Return how to open what is to be at each place of a bundle; none replaces another."""
    contents: dict[Parts, Opener] = {}
    for capture in found.captures:
        contents[_free_place(capture, contents)] = capture.open
    for document in found.documents.values():
        contents.setdefault(_document_parts(document.place), document.open)
    return contents


def _free_place(capture: CaptureFile, taken: dict[Parts, Opener]) -> Parts:
    point, suffix = capture.point, capture_suffix(capture.label)
    folders, name = _folders_of(point), _name(point.interface or ANY)
    number, parts = 1, (*folders, name + suffix)
    while parts in taken:
        number += 1
        parts = (*folders, f"{name}+{number}{suffix}")
    return parts


def _folders_of(point: CapturePoint) -> Parts:
    node = _name(point.node or NO_NODE)
    return (node, PODS, _name(point.pod)) if point.pod else (node,)


def _document_parts(place: DocumentPlace) -> Parts:
    below = tuple(map(_name, place.name.split("/")))
    if place.node is None:
        return below
    node = _name(place.node)
    if place.name in LOGS:
        return (node, *below)
    pods = (PODS, _name(place.pod)) if place.pod else ()
    return (node, FACTS_AFTER if place.is_after else FACTS, *pods, *below)


def _name(words: str) -> str:
    """Return words as the name of a file: a pod's ``namespace/name`` with ``_`` as in bundles."""
    name = words.replace("/", "_").replace("\0", "_")[:LONGEST_NAME]
    return f"_{name}" if name in ("", ".", "..") else name
