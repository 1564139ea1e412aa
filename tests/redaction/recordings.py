"""Recordings of the lab as they would have been gathered live, and what is in a bundle."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager

from netdiag.sources.inventory.places import Inventory, PlacedNode, PlacedPod
from netdiag.sources.layout import PODS, has_capture_name
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.redaction.bundle import Redaction, new_redaction, redacted
from scripts.lab_fixtures import archive_of

KEY = bytes(range(32))


def members(name: str) -> Iterator[tuple[tuple[str, ...], bytes]]:
    """Yield places and contents of a recording; what it expects is left out."""
    with tarfile.open(archive_of(name)) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None and not member.name.endswith("expected.json"):
                yield tuple(part for part in member.name.split("/") if part != "."), file.read()


def gather(name: str) -> tuple[Gathered, Inventory]:
    """Return a recording, and the inventory that it would have been taken by."""
    gathered = Gathered()
    pods: dict[str, str] = {}
    nodes: set[str] = set()
    for parts, data in members(name):
        if len(parts) > 1:
            nodes.add(parts[0])
        if PODS in parts[:-2]:
            pods[parts[parts.index(PODS) + 1]] = parts[0]
        if has_capture_name(parts[-1]):
            file = gathered.new_capture(*parts)
            file.write(data)
            file.flush()
        else:
            gathered.add_document(data, *parts)
    placed = tuple(PlacedPod(pod, node, (), "") for pod, node in pods.items())
    return gathered, Inventory("test", tuple(map(PlacedNode, sorted(nodes))), placed)


def contents(gathered: Gathered) -> dict[tuple[str, ...], bytes]:
    """Return all that is in a bundle, by its places."""
    return {parts: gathered.read(parts) for parts in gathered.places()}


@contextmanager
def redact(name: str) -> Iterator[tuple[Gathered, Redaction, Gathered]]:
    """Yield a recording, what it is rewritten by, and what comes of it."""
    gathered, inventory = gather(name)
    redaction = new_redaction(gathered, inventory, KEY)
    copy = redacted(gathered, redaction)
    yield gathered, redaction, copy
    gathered.close()
    copy.close()
