"""The PATHs of a command line -> the capture files and the documents that they hold."""

from __future__ import annotations

import os
from collections.abc import Iterator

from netdiag.decode.open_reader import CAPTURE_MAGICS
from netdiag.decode.window import StreamError
from netdiag.model.capture_point import CapturePoint
from netdiag.sources.folders import archive_items, capture_in_folder, folder_items
from netdiag.sources.found import CaptureFile, Found, Item, Problem
from netdiag.sources.layout import (
    FACTS,
    FOLDERS_WITHOUT_CAPTURES,
    PODS,
    could_be_interface,
    interface_of_name,
)
from netdiag.sources.streams import open_raw, read_head


def find_captures(paths: tuple[str, ...]) -> tuple[list[CaptureFile], list[Problem]]:
    """Return the capture files of files, folders, bundles, archives and ``NODE/IFACE=FILE``."""
    found = find_all(paths, FOLDERS_WITHOUT_CAPTURES)
    empty = [Problem(path, "no capture files in it") for path in found.without_captures]
    return found.captures, found.problems + empty


def find_all(paths: tuple[str, ...], skipped: frozenset[str] = frozenset()) -> Found:
    """Return the capture files and the documents, those in ``skipped`` folders left out."""
    found = Found()
    for path in paths:
        captures, problems = len(found.captures), len(found.problems)
        try:
            for item in list(_find(path, skipped)):
                found.add(item)
        except StreamError as error:
            found.add(Problem(path, str(error)))
        except OSError as error:
            found.add(Problem(path, error.strerror or str(error)))
        if (captures, problems) == (len(found.captures), len(found.problems)):
            found.without_captures.append(path)
    return found


def file_of(path: str) -> str:
    """Return the file or folder that a PATH means, of ``NODE/IFACE=FILE`` the file."""
    _, place, file = path.partition("=")
    return file if place and not os.path.lexists(path) else path


def _find(path: str, skipped: frozenset[str]) -> Iterator[Item]:
    named, _, _ = path.partition("=")
    file = file_of(path)
    if file != path:
        if file != "-":
            os.stat(file)
        yield _single_file(file, _point_of_prefix(named))
    elif os.path.isdir(path):
        yield from folder_items(*_whole_bundle(path), skipped)
    else:
        yield from _file_or_archive(path, skipped)
        if FACTS not in skipped and os.path.isfile(path):
            yield from _documents_beside(path)


def _whole_bundle(path: str) -> tuple[str, tuple[str, ...]]:
    """Return the folder whose parts names tell by, and the part of it that was asked for.

    A folder ``facts`` tells by its place in a bundle whose it is.
    """
    folder, name = os.path.split(os.path.abspath(path))
    if name not in FOLDERS_WITHOUT_CAPTURES:
        return path, ()
    return folder, (name,)


def _point_of_prefix(named: str) -> CapturePoint:
    node, _, interface = named.rpartition("/")
    return CapturePoint(node or None, None, interface or None)


def _single_file(path: str, point: CapturePoint) -> CaptureFile:
    return CaptureFile(path, point, lambda: open_raw(path))


def _file_or_archive(path: str, skipped: frozenset[str]) -> Iterator[Item]:
    if path == "-":
        yield CaptureFile("-", CapturePoint(None, None, None), lambda: open_raw("-"))
        return
    if _may_be_archive(path):
        from netdiag.sources.archive import archive_kind

        kind = archive_kind(lambda: open_raw(path))
        if kind:
            yield from archive_items(path, kind, skipped)
            return
    yield _lone_file(path)


def _may_be_archive(path: str) -> bool:
    """Look into an ordinary file; a pipe, which may have to be waited for, is opened only once."""
    if os.path.exists(path) and not os.path.isfile(path):
        return False
    raw = open_raw(path)
    try:
        return read_head(raw) not in CAPTURE_MAGICS
    finally:
        raw.close()


def _lone_file(path: str) -> CaptureFile:
    """A file given by itself: its node is known only where facts lie beside it, as in a bundle."""
    folder, name = os.path.split(os.path.abspath(path))
    up, pods = os.path.split(os.path.dirname(folder))
    if os.path.isdir(os.path.join(folder, FACTS)):
        return capture_in_folder(folder, (name,), path)
    if pods == PODS and os.path.isdir(os.path.join(up, FACTS)):
        return capture_in_folder(up, (PODS, os.path.basename(folder), name), path)
    interface = interface_of_name(name)
    known = interface if could_be_interface(interface) else None
    return CaptureFile(path, CapturePoint(None, None, known), lambda: open_raw(path))


def _documents_beside(path: str) -> Iterator[Item]:
    """Yield the facts that lie beside a capture file of a bundle."""
    folder = os.path.dirname(os.path.abspath(path))
    up, pods = os.path.split(os.path.dirname(folder))
    node = folder if os.path.isdir(os.path.join(folder, FACTS)) else up
    if (node == up and pods != PODS) or not os.path.isdir(os.path.join(node, FACTS)):
        return
    for item in folder_items(node, (FACTS,), frozenset()):
        if not isinstance(item, CaptureFile):
            yield item
