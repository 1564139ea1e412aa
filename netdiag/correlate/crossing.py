"""One crossing of a capture point by the packets of a shape, before it is known in which order."""

from __future__ import annotations

from typing import NamedTuple

from netdiag.correlate.lane import Lane
from netdiag.correlate.places import ROLE_RANKS, Place
from netdiag.model.capture_point import CapturePoint

SAME_CROSSING_NS = 1_000_000
"""Two captures of one interface stamp the same packet no further apart than this."""


class Crossing(NamedTuple):
    """A sighting of a shape, with its time as the mean over some of the shape's pings."""

    position: int
    """Index of the sighting in its shape."""
    lane: Lane
    place: Place
    time_ns: float
    """By the node's own clock, since the shape's first sighting."""
    direction: int
    """0 not known, 1 in, 2 out; another capture of the interface may have known it."""

    @property
    def point(self) -> CapturePoint:
        """Return where it is."""
        return self.place.point

    @property
    def node(self) -> str | None:
        """Return the node."""
        return self.place.point.node

    @property
    def rank(self) -> int:
        """Return how far from the pod, within the node, the interface is."""
        return ROLE_RANKS[self.place.role]


def merge_captures(crossings: list[Crossing]) -> list[Crossing]:
    """Make one crossing of those that several captures of the same interface saw.

    What stays is the sighting in the interface's own file, with the direction that any file knew.
    """
    merged: list[Crossing] = []
    files: list[set[int]] = []
    ordered = sorted(crossings, key=lambda c: (not c.place.is_named, c.place.is_shared, c.time_ns))
    for crossing in ordered:
        for index, kept in enumerate(merged):
            if crossing.place.capture not in files[index] and _is_same(kept, crossing):
                files[index].add(crossing.place.capture)
                if kept.direction == 0:
                    merged[index] = kept._replace(direction=crossing.direction)
                break
        else:
            merged.append(crossing)
            files.append({crossing.place.capture})
    return merged


def drop_duplicates(crossings: list[Crossing]) -> list[Crossing]:
    """Leave out the second and later sightings of the same packet at the same point.

    A packet that crosses an interface twice differs in TTL, addresses, tunnels or direction.
    """
    kept: list[Crossing] = []
    for crossing in sorted(crossings, key=lambda crossing: crossing.time_ns):
        if not any(_is_copy(crossing, other) for other in kept):
            kept.append(crossing)
    return kept


def _is_same(one: Crossing, other: Crossing) -> bool:
    return (
        _is_alike(one, other)
        and _may_be_one_point(one, other)
        and abs(one.time_ns - other.time_ns) <= SAME_CROSSING_NS
        and 0 in (one.direction, other.direction, one.direction - other.direction)
    )


def _is_copy(one: Crossing, other: Crossing) -> bool:
    return (
        _is_alike(one, other)
        and one.point == other.point
        and (one.direction == other.direction or 0 in (one.direction, other.direction))
    )


def _may_be_one_point(one: Crossing, other: Crossing) -> bool:
    """Return True for one interface; an index without a name may be any interface of its node."""
    if one.point == other.point:
        return True
    return one.node == other.node and one.place.is_named != other.place.is_named


def _is_alike(one: Crossing, other: Crossing) -> bool:
    first, second = one.lane, other.lane
    return (
        first.ttl == second.ttl
        and first.source == second.source
        and first.destination == second.destination
        and first.encapsulation == second.encapsulation
    )
