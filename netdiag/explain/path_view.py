"""A track's hops in order, those inside encrypted tunnels included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netdiag.correlate.clocks import Offset
from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_ROLES, Place
from netdiag.correlate.track import Sample, Track
from netdiag.explain.judgement import Judgement
from netdiag.explain.observations import Observations
from netdiag.explain.opaque import OpaqueHop, find_opaque_hops, match_packet
from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Direction, Encapsulation, Hop

DIRECTIONS: tuple[Direction | None, ...] = (None, "in", "out")
Clocks = Mapping[str | None, Offset]


class Start(NamedTuple):
    """When and where a ping was seen first."""

    time_ns: int
    node: str | None


class PathView:
    """One way, there or back, of the pings of a track."""

    def __init__(self, track: Track, path: Sequence[Crossing], seen: Observations) -> None:
        self.track = track
        self.path = path
        self._rare = seen.rare
        self.steps: list[Crossing | OpaqueHop] = list(path)
        for hop in reversed(find_opaque_hops(track, path, seen)):
            self.steps.insert(hop.after + 1, hop)

    def last_place(self) -> Place:
        """Return where the packets were seen last."""
        return self.steps[-1].place

    def wire_encapsulations(self) -> list[tuple[Encapsulation, ...]]:
        """Return the tunnels on each NIC that was crossed on the way between the nodes."""
        return [
            (step.lane.encapsulation,) if isinstance(step, OpaqueHop) else step.lane.encapsulation
            for step in self.steps[: self._kept()]
            if isinstance(step, OpaqueHop) or _is_on_wire(step)
        ]

    def _kept(self) -> int:
        """Return how many steps are of the way to the node that a packet was sent to.

        A lost packet may leave that node again: it had no way to the pod, and sent the packet on
        by its default route, out of the tunnel that it had come in.
        """
        track, last = self.track, self.path[-1]
        if self.path is track.request:
            if track.reply:
                return len(self.steps)
        elif track.request and last.node == track.request[0].node:
            return len(self.steps)
        came_in: dict[str | None, bool] = {}
        for index, step in enumerate(self.steps):
            if isinstance(step, OpaqueHop) or not _is_on_wire(step):
                continue
            was_wrapped = came_in.setdefault(step.node, bool(step.lane.encapsulation))
            if was_wrapped and not step.lane.encapsulation and step.node != self.path[0].node:
                return index
        return len(self.steps) - self._is_thrown_out()

    def _is_thrown_out(self) -> bool:
        """Return True if a lost packet was seen last leaving the node that it had come to."""
        last = self.path[-1]
        if self.steps[-1] is not last or not _is_on_wire(last) or last.node == self.path[0].node:
            return False
        return any(step.node == last.node and _is_on_wire(step) for step in self.path[:-1])

    def hops(self, sample: Sample, start: Start, clocks: Clocks) -> tuple[Hop, ...]:
        """Return the hops of one ping that began at ``start``."""
        hops: list[Hop] = []
        node, begin_ns = start.node, start.time_ns
        for step in self.steps:
            if isinstance(step, OpaqueHop):
                hop = _opaque_hop(step, sample, start, clocks)
                if hop is not None:
                    hops.append(hop)
                continue
            lane, place, position = step.lane, step.place, step.position
            point = place.point
            time_ns = sample.times[position]
            hops.append(
                Hop(
                    point.node,
                    point.pod,
                    point.interface,
                    place.role,
                    DIRECTIONS[step.direction],
                    time_ns,
                    (time_ns - begin_ns) / 1000
                    if point.node == node
                    else since(time_ns, point.node, start, clocks),
                    lane.ttl,
                    lane.length,
                    place.label,
                    sample.frames[position],
                    lane.source,
                    lane.destination,
                    sample.ids[position] >> 16,
                    lane.encapsulation,
                    False,
                    self._rare.fragments_of(lane, sample.ids[position] & 0xFFFF)
                    if lane.fragment or lane.outer_fragment
                    else 1,
                    place.role_guessed,
                )
            )
        return tuple(hops)


def _is_on_wire(step: Crossing) -> bool:
    """Return True if a crossing is of a NIC, or of what may be one."""
    if not step.place.is_named:
        return bool(step.lane.encapsulation)
    return step.place.role in NIC_ROLES


class TrackView:
    """A track with both of its ways and how it ended."""

    def __init__(self, track: Track, judgement: Judgement, seen: Observations) -> None:
        self.track = track
        self.judgement = judgement
        self.request = PathView(track, track.request, seen)
        self.reply = PathView(track, track.reply, seen)
        self.late_pings = _late_pings(track, judgement)
        """How many of the track's pings may only have been late."""

    def lost_after(self) -> CapturePoint | None:
        """Return where lost packets were seen last; None if none are known to be lost."""
        if self.judgement.lost_after is None:
            return None
        way = self.reply if self.track.reply else self.request
        return way.last_place().point


def _late_pings(track: Track, judgement: Judgement) -> int:
    settled_ns = judgement.settled_before_ns
    if settled_ns is None:
        return 0
    position = track.first.position
    return sum(sample.times[position] > settled_ns for sample in track.samples(track.shape.kept))


def shift_ns(earlier: str | None, later: str | None, clocks: Clocks) -> float:
    """Return what to add to a time between two nodes so that it is free of their clocks."""
    if earlier == later or earlier not in clocks or later not in clocks:
        return 0.0
    return clocks[earlier].offset_ns - clocks[later].offset_ns


def since(time_ns: int, node: str | None, start: Start, clocks: Clocks) -> float:
    """Return microseconds since a ping's begin, clocks corrected as far as they are known."""
    return round((time_ns - start.time_ns + shift_ns(start.node, node, clocks)) / 1000, 3)


def _opaque_hop(step: OpaqueHop, sample: Sample, start: Start, clocks: Clocks) -> Hop | None:
    match = match_packet(step, sample)
    if match is None:
        return None
    point, lane = step.place.point, step.anchor.lane
    return Hop(
        point.node,
        point.pod,
        point.interface,
        step.place.role,
        DIRECTIONS[step.lane.direction],
        match.time_ns,
        since(match.time_ns, point.node, start, clocks),
        lane.ttl,
        match.length,
        step.place.label,
        match.frame,
        lane.source,
        lane.destination,
        sample.ids[step.anchor.position] >> 16,
        (step.lane.encapsulation,),
        True,
        role_guessed=step.place.role_guessed,
    )
