"""Writes a bundle into a folder and returns the truth about its pings."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from tests.bundles.capture import Captured, captured_places, captures
from tests.bundles.files import file_bytes, links_document
from tests.bundles.network import Bundle
from tests.bundles.paths import Direction, Place, Step, directions, steps_of
from tests.bundles.walk import Part


class Frame(NamedTuple):
    """A packet in a file, counted from 1."""

    file: str
    number: int


class Seen(NamedTuple):
    """A step of a packet that was captured, and every frame that shows it."""

    place: Place
    step: Step
    direction: Direction
    source: str
    destination: str
    identifier: int
    frames: frozenset[Frame]


class Truth(NamedTuple):
    """One ping as it was captured; without the copies of its packets."""

    stream: int
    number: int
    identifier: int
    seq: int
    request: tuple[Seen, ...]
    reply: tuple[Seen, ...]


def write_bundle(bundle: Bundle, folder: Path) -> list[Truth]:
    """Write all files; return the pings of which any capture has a packet, in order of time."""
    written = captures(bundle)
    for capture in written:
        _write(folder / capture.file, file_bytes(bundle, capture))
    for node in (*bundle.any_too, *bundle.any_only):
        places = [place for place in captured_places(bundle) if place.node == node]
        own = sorted((place for place in places if place.pod is None), key=str)
        _write(folder / node / "facts" / "ip_link.json", links_document(own))
    return _truths(bundle, written)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _truths(bundle: Bundle, written: list[Captured]) -> list[Truth]:
    frames = _frames(written)
    first: dict[tuple[int, int], int] = {}
    for capture in written:
        for crossing in capture.crossings:
            if crossing.part and crossing.part.kind in ("request", "reply"):
                key = crossing.part.stream, crossing.part.number
                first[key] = min(crossing.time_ns, first.get(key, crossing.time_ns))
    in_order = sorted(first, key=lambda key: first[key])
    return [_truth(bundle, *key, frames) for key in in_order]


Frames = dict[tuple[Part, int], set[Frame]]


def _frames(written: list[Captured]) -> Frames:
    """Return where each step of each packet is; copies of a reply count as the reply."""
    found: Frames = defaultdict(set)
    for capture in written:
        for number, crossing in enumerate(capture.crossings, 1):
            if crossing.part:
                part = crossing.part._replace(copy=0)
                found[part, crossing.step].add(Frame(capture.file, number))
    return found


def _truth(bundle: Bundle, index: int, number: int, frames: Frames) -> Truth:
    stream = bundle.streams[index]
    network, seq = stream.network, (stream.first_seq + number - 1) & 0xFFFF
    ways: dict[str, list[Seen]] = {"request": [], "reply": []}
    ends = network.source, network.destination, stream.identifier
    for kind, path in (("request", network.request), ("reply", network.reply)):
        steps = steps_of(path)
        for at, (step, direction) in enumerate(zip(steps, directions(steps), strict=True)):
            ends = _rewritten(ends, step)
            found = frames.get((Part(index, number, kind), at))
            if found:
                ways[kind].append(Seen(step.place, step, direction, *ends, frozenset(found)))
        ends = ends[1], ends[0], ends[2]
    return Truth(
        index, number, stream.identifier, seq, tuple(ways["request"]), tuple(ways["reply"])
    )


def _rewritten(ends: tuple[str, str, int], step: Step) -> tuple[str, str, int]:
    source, destination, identifier = ends
    return (
        step.source or source,
        step.destination or destination,
        identifier if step.identifier is None else step.identifier,
    )
