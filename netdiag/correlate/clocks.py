"""Estimates how far the nodes' clocks are apart, from pings that crossed between them both ways.

With t1 leaving node A, t2 reaching B, t3 leaving B and t4 reaching A, each by its own node's clock,
B is ahead of A by ((t2 - t1) + (t3 - t4)) / 2 if both ways take equally long (RFC 5905, section 8).
However long they take, the error is no larger than half of what both take together.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.middle import median
from netdiag.correlate.track import Sample, Track

MAX_MEASUREMENTS = 2048
"""Measurements between two nodes that are used."""

QUIET_SHARE = 4
"""The quickest one in so many measurements is taken: the others waited somewhere."""

Node = str | None


class Measurement(NamedTuple):
    """One ping across one link: how much later it was by the other clock, there and back."""

    there_ns: int
    back_ns: int


class Offset(NamedTuple):
    """How far a clock is ahead, in nanoseconds, and how much that may be wrong."""

    offset_ns: float
    uncertainty_ns: float


def estimate_clocks(tracks: Iterable[Track]) -> dict[Node, Offset]:
    """Return each node's clock relative to the first ping's first node, where it can be told."""
    tracks = list(tracks)
    if not tracks:
        return {}
    links = _measure(tracks)
    estimates: dict[tuple[Node, Node], Offset] = {}
    for (near, far), measurements in links.items():
        estimate = _estimate(measurements)
        estimates[near, far] = estimate
        estimates[far, near] = Offset(-estimate.offset_ns, estimate.uncertainty_ns)
    reference = min(tracks, key=lambda track: track.number).first.node
    return _spread(reference, estimates)


def _measure(tracks: Sequence[Track]) -> dict[tuple[Node, Node], list[Measurement]]:
    links: dict[tuple[Node, Node], list[Measurement]] = {}
    for track in tracks:
        back = {(one.node, other.node): (one, other) for one, other in pairwise(track.reply)}
        for leaving, reaching in pairwise(track.request):
            if leaving.node == reaching.node:
                continue
            returning = back.get((reaching.node, leaving.node))
            if returning is None:
                continue
            key = (leaving.node, reaching.node)
            found = links.setdefault((key[1], key[0]) if (key[1], key[0]) in links else key, [])
            is_reverse = key not in links
            for sample in track.samples(MAX_MEASUREMENTS - len(found)):
                there = _later(sample, leaving, reaching)
                home = _later(sample, *returning)
                found.append(Measurement(home, there) if is_reverse else Measurement(there, home))
    return links


def _later(sample: Sample, one: Crossing, other: Crossing) -> int:
    return sample.times[other.position] - sample.times[one.position]


def _estimate(measurements: list[Measurement]) -> Offset:
    quick = sorted(measurements, key=lambda found: found.there_ns + found.back_ns)
    quick = quick[: max(1, len(quick) // QUIET_SHARE)]
    offset = median((found.there_ns - found.back_ns) / 2 for found in quick)
    uncertainty = median((found.there_ns + found.back_ns) / 2 for found in quick)
    return Offset(offset, max(uncertainty, 1.0))


def _spread(reference: Node, estimates: dict[tuple[Node, Node], Offset]) -> dict[Node, Offset]:
    """Add up the offsets along the links, beginning at the reference."""
    clocks: dict[Node, Offset] = {reference: Offset(0.0, 0.0)}
    waiting = deque([reference])
    while waiting:
        near = waiting.popleft()
        for (one, far), found in estimates.items():
            if one == near and far not in clocks:
                clocks[far] = Offset(
                    clocks[near].offset_ns + found.offset_ns,
                    clocks[near].uncertainty_ns + found.uncertainty_ns,
                )
                waiting.append(far)
    return clocks
