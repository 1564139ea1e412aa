"""A track's hops in order, those inside encrypted tunnels included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netdiag.correlate.clocks import Offset
from netdiag.correlate.crossing import Crossing
from netdiag.correlate.track import Sample, Track
from netdiag.explain.judgement import Judgement
from netdiag.explain.observations import Observations
from netdiag.explain.opaque import OpaqueHop, find_opaque_hops, match_packet
from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Direction, Encapsulation, Hop

DIRECTIONS: tuple[Direction | None, ...] = (None, "in", "out")
Clocks = Mapping[str | None, Offset]


class PathView:
    """One way, there or back, of the pings of a track."""

    def __init__(self, track: Track, path: Sequence[Crossing], seen: Observations) -> None:
        self.track = track
        self.path = path
        self.steps: list[Crossing | OpaqueHop] = list(path)
        for hop in reversed(find_opaque_hops(track, path, seen)):
            self.steps.insert(hop.after + 1, hop)

    def wire_encapsulations(self) -> list[tuple[Encapsulation, ...]]:
        """Return the tunnels on each NIC that was crossed."""
        return [
            (step.lane.encapsulation,)
            if isinstance(step, OpaqueHop)
            else step.lane.encapsulation
            for step in self.steps
            if isinstance(step, OpaqueHop) or step.place.role in ("physical", "other")
        ]

    def hops(self, sample: Sample, start_ns: float, clocks: Clocks) -> tuple[Hop, ...]:
        """Return the hops of one ping; ``start_ns`` is its begin on the reference clock."""
        hops: list[Hop] = []
        for step in self.steps:
            if isinstance(step, OpaqueHop):
                hop = _opaque_hop(step, sample, start_ns, clocks)
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
                    since(time_ns, point, start_ns, clocks),
                    lane.ttl,
                    lane.length,
                    place.label,
                    sample.frames[position],
                    lane.source,
                    lane.destination,
                    sample.ids[position] >> 16,
                    lane.encapsulation,
                    False,
                    2 if lane.fragment or lane.outer_fragment else 1,
                )
            )
        return tuple(hops)


class TrackView:
    """A track with both of its ways and how it ended."""

    def __init__(self, track: Track, judgement: Judgement, seen: Observations) -> None:
        self.track = track
        self.judgement = judgement
        self.request = PathView(track, track.request, seen)
        self.reply = PathView(track, track.reply, seen)


def corrected_ns(time_ns: float, node: str | None, clocks: Clocks) -> float:
    """Return a node's time on the reference clock, as far as its clock is known."""
    offset = clocks.get(node)
    return time_ns if offset is None else time_ns - offset.offset_ns


def since(time_ns: int, point: CapturePoint, start_ns: float, clocks: Clocks) -> float:
    """Return microseconds since a ping's begin on the reference clock."""
    return round(corrected_ns(time_ns - start_ns, point.node, clocks) / 1000, 3)


def _opaque_hop(
    step: OpaqueHop, sample: Sample, start_ns: float, clocks: Clocks
) -> Hop | None:
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
        since(match.time_ns, point, start_ns, clocks),
        lane.ttl,
        match.length,
        step.place.label,
        match.frame,
        lane.source,
        lane.destination,
        sample.ids[step.anchor.position] >> 16,
        (step.lane.encapsulation,),
        True,
    )
