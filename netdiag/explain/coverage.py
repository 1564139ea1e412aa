"""What silence means: whether a packet that is not in a capture was not there."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import ROLE_RANKS
from netdiag.correlate.track import Track
from netdiag.explain.observations import Observations, PointFacts
from netdiag.model.capture_point import CapturePoint

NIC_RANK = 4
LEFT_OUT_MARGIN_NS = 60_000_000_000
"""How long before its last packets a ping may have begun, other clocks included."""

IN_FLIGHT_RTTS = 3
"""A ping without a reply may still be under way when captures end sooner than this many RTTs."""


class Coverage:
    """Answers questions about what was captured."""

    def __init__(self, seen: Observations) -> None:
        self._seen = seen
        self._by_node: dict[str | None, list[PointFacts]] = {}
        for facts in seen.points.values():
            self._by_node.setdefault(facts.point.node, []).append(facts)
        self._crossed = _points_crossed(seen.tracks)
        self._addresses_at = _addresses_of_pods(seen.tracks)
        self._addresses: dict[str | None, set[str]] = {}
        for point, addresses in self._addresses_at.items():
            self._addresses.setdefault(point.node, set()).update(addresses)

    def points_of(self, node: str | None) -> Sequence[PointFacts]:
        """Return all captured points of a node."""
        return self._by_node.get(node, ())

    def node_end_ns(self, node: str | None) -> int | None:
        """Return when the last packet of a node was captured."""
        ends = [facts.last_ns for facts in self.points_of(node) if facts.last_ns is not None]
        return max(ends, default=None)

    def is_doubtful(self, facts: PointFacts) -> bool:
        """Return True if a NIC's capture holds nothing at all.

        There is always something on a NIC; the filter ``icmp``, which sees nothing inside UDP,
        is the usual reason.
        """
        return facts.packets == 0 and ROLE_RANKS[facts.role] == NIC_RANK

    def covers(self, facts: PointFacts, track: Track) -> bool:
        """Return True if a track's pings would be in the point's capture, had they come by."""
        if self._is_leaky(facts) or self.is_doubtful(facts):
            return False
        if facts.first_ns is None:
            return True
        ahead_ns = self._ahead_ns(facts.point.node, track)
        return ahead_ns is None or facts.first_ns - ahead_ns <= track.shape.last_ns

    def _ahead_ns(self, node: str | None, track: Track) -> float | None:
        """Return how far a node's clock is ahead of that of the track's first sighting."""
        clocks, here = self._seen.clocks, track.first.node
        if node == here:
            return 0.0
        if node not in clocks or here not in clocks:
            return None
        return clocks[node].offset_ns - clocks[here].offset_ns

    def is_missed(self, track: Track, path: Sequence[Crossing]) -> bool:
        """Return True if captures beyond a path's last crossing prove that it ended there."""
        if self._is_left_out(track):
            return False
        last = path[-1]
        crossed = {crossing.point for crossing in path}
        silent = [
            facts
            for facts in self.points_of(last.node)
            if facts.point not in crossed and self.covers(facts, track)
        ]
        if path[0].node != last.node:
            return any(self._is_inward(facts, last) for facts in silent) or self._is_missed_beyond(
                track, path
            )
        if any(ROLE_RANKS[facts.role] == NIC_RANK for facts in silent) and last.rank < NIC_RANK:
            return True
        if path[0].rank >= NIC_RANK and any(self._is_inward(facts, last) for facts in silent):
            return True  # it came in through the NIC, and nothing within saw it
        if any(facts.point in self._expected(track) for facts in silent):
            return True
        return self._is_missed_beyond(track, path)

    def is_missed_on_return(self, track: Track) -> bool:
        """Return True if a sound capture that saw the request proves that no reply came back."""
        back = {crossing.point for crossing in track.reply}
        return not self._is_left_out(track) and any(
            not self._is_leaky(self._seen.points[crossing.point])
            for crossing in track.request
            if crossing.point not in back
        )

    def _is_left_out(self, track: Track) -> bool:
        """Return True if some packets of a track's pings may not have been followed."""
        return track.shape.last_ns >= self._seen.left_out_since_ns - LEFT_OUT_MARGIN_NS

    def _is_leaky(self, facts: PointFacts) -> bool:
        """Return True if packets may be missing in a point's capture that were there."""
        return facts.dropped > 0 or facts.is_broken

    def _is_inward(self, facts: PointFacts, last: Crossing) -> bool:
        rank = ROLE_RANKS[facts.role]
        return rank < last.rank or (rank == NIC_RANK == last.rank)

    def _expected(self, track: Track) -> set[CapturePoint]:
        """Return the points that other pings between the same two crossed."""
        return self._crossed.get(frozenset(track.pair), set())

    def _is_missed_beyond(self, track: Track, path: Sequence[Crossing]) -> bool:
        """Return True if the node that the packet was meant for is captured and silent."""
        nodes = {crossing.node for crossing in path}
        others = [node for node in self._by_node if node not in nodes and self._has_inside(node)]
        expected = {point.node for point in self._expected(track)}
        target = path[0].lane.destination
        aims = [
            node for node in others if node in expected or target in self._addresses.get(node, ())
        ]
        if not aims and len(others) == 1:
            aims = others
        return any(
            self.covers(facts, track)
            for node in aims
            for facts in self.points_of(node)
            if ROLE_RANKS[facts.role] < NIC_RANK or node in expected
        )

    def _has_inside(self, node: str | None) -> bool:
        return any(ROLE_RANKS[facts.role] < NIC_RANK for facts in self.points_of(node))

    def captures_pod(self, address: str, node: str | None) -> bool:
        """Return True if a pod's interface is captured that may be that of this address."""
        return any(
            facts.role == "pod" and self._may_hold(facts.point, address)
            for facts in self.points_of(node)
        )

    def _may_hold(self, point: CapturePoint, address: str) -> bool:
        known = self._addresses_at.get(point)
        return known is None or address in known


def _points_crossed(tracks: Sequence[Track]) -> dict[frozenset[str], set[CapturePoint]]:
    """Return for each two addresses the points that pings between them crossed."""
    points: dict[frozenset[str], set[CapturePoint]] = {}
    for track in tracks:
        crossed = points.setdefault(frozenset(track.pair), set())
        crossed.update(crossing.point for crossing in (*track.request, *track.reply))
    return points


def _addresses_of_pods(tracks: Sequence[Track]) -> dict[CapturePoint, set[str]]:
    """Return for each pod's interface the addresses that packets from it had as their source."""
    addresses: dict[CapturePoint, set[str]] = {}
    for track in tracks:
        for path in (track.request, track.reply):
            if path and path[0].rank == 0:
                addresses.setdefault(path[0].point, set()).add(path[0].lane.source)
    return addresses
