"""What silence means: whether a packet that is not in a capture was not there."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_RANK, RECEIVED, ROLE_RANKS
from netdiag.correlate.track import Track
from netdiag.explain.bypass import Bypass
from netdiag.explain.observations import Observations, PointFacts
from netdiag.explain.soundness import Soundness
from netdiag.model.capture_point import CapturePoint

INITIAL_TTLS = (64, 128, 255)
"""A packet with one of these may have been sent by the node itself."""


class Coverage(Soundness):
    """Answers what the captures prove about packets that they do not show."""

    def __init__(self, seen: Observations, bypass: Bypass | None = None) -> None:
        super().__init__(seen)
        self._seen = seen
        self._bypass = bypass or Bypass()
        self._crossed = _points_crossed(seen.tracks)
        self._addresses_at = _addresses_of_pods(seen.tracks)
        self._addresses: dict[str | None, set[str]] = {}
        for point, addresses in self._addresses_at.items():
            self._addresses.setdefault(point.node, set()).update(addresses)
        self._holders = _holders_of_addresses(seen.tracks)
        self._inside = {node for node in self.nodes() if self._has_inside(node)}

    def is_missed(self, track: Track, path: Sequence[Crossing]) -> bool:
        """Return True if captures beyond a path's last crossing prove that it ended there."""
        if self.is_left_out(track):
            return False
        last = path[-1]
        crossed = {crossing.point for crossing in path}
        silent = [
            facts
            for facts in self.points_of(last.node)
            if facts.point not in crossed
            and self.covers(facts, track)
            and not self._is_hidden(facts, path)
        ]
        hidden = self._bypass.hides(last.node, *_addresses(path), is_nic=True)
        if last.rank < NIC_RANK and last.node in self.shared_nodes and not hidden:
            return True  # every interface of the node was captured
        if last.lane.encapsulation and last.node in self.shared_nodes and self._came_in([last]):
            return True  # nor did it leave the tunnel anywhere on the node, or go on in it
        if path[0].node != last.node:
            return any(self._is_inward(facts, last) for facts in silent) or self._is_missed_beyond(
                track, path
            )
        if any(ROLE_RANKS[facts.role] == NIC_RANK for facts in silent) and last.rank < NIC_RANK:
            return True
        if self._came_in(path) and any(ROLE_RANKS[facts.role] < last.rank for facts in silent):
            return True  # nothing within saw it
        if any(facts.point in self._expected(track) for facts in silent):
            return True
        if any(self._is_end(facts, path) for facts in silent):
            return True
        return self._is_missed_beyond(track, path)

    def _is_hidden(self, facts: PointFacts, path: Sequence[Crossing]) -> bool:
        """Return True if a packet need not cross a point: its pod bypasses it, or is another."""
        if facts.role == "pod":
            return self._bypass.holds(facts.point, path[-1].lane.destination) is False
        is_nic = ROLE_RANKS[facts.role] == NIC_RANK
        return self._bypass.hides(facts.point.node, *_addresses(path), is_nic=is_nic)

    def _is_end(self, facts: PointFacts, path: Sequence[Crossing]) -> bool:
        """Return True if a point is where a packet has to arrive, as facts tell."""
        return bool(self._bypass.holds(facts.point, path[-1].lane.destination))

    def _came_in(self, path: Sequence[Crossing]) -> bool:
        """Return True if a packet that was seen on one node first came in through its NIC."""
        first = path[0]
        if first.rank < NIC_RANK:
            return False
        if first.direction:
            return first.direction == RECEIVED
        if path[-1].rank < NIC_RANK or first.lane.encapsulation:
            return True  # from within, it would have been seen within before
        is_own = first.lane.ttl in INITIAL_TTLS
        return not is_own or first.lane.destination in self._addresses.get(first.node, ())

    def is_missed_on_return(self, track: Track) -> bool:
        """Return True if a sound capture that saw the request proves that no reply came back."""
        back = {crossing.point for crossing in track.reply}
        return not self.is_left_out(track) and any(
            not self.is_leaky(self._seen.points[crossing.point])
            for crossing in track.request
            if crossing.point not in back
        )

    def _is_inward(self, facts: PointFacts, last: Crossing) -> bool:
        rank = ROLE_RANKS[facts.role]
        return rank < last.rank or (rank == NIC_RANK == last.rank)

    def _expected(self, track: Track) -> set[CapturePoint]:
        """Return the points that other pings between the same two crossed."""
        return self._crossed.get(frozenset(track.pair), set())

    def _is_missed_beyond(self, track: Track, path: Sequence[Crossing]) -> bool:
        """Return True if the node that the packet was meant for is captured and silent."""
        nodes = {crossing.node for crossing in path}
        others = self._inside - nodes
        expected = {point.node for point in self._expected(track)} - nodes
        target = path[0].lane.destination
        tunnel = path[-1].lane.encapsulation
        if tunnel and self._holder_of(tunnel[0].destination) not in (None, *nodes):
            expected = expected | {self._holder_of(tunnel[0].destination)}
        aims = expected | {node for node in others if target in self._addresses.get(node, ())}
        aims |= others & {self._bypass.node_of(path[-1].lane.destination)}
        if not aims and len(others) == 1:
            aims = others
        return any(
            self.covers(facts, track) and not self._is_hidden(facts, path)
            for node in aims
            for facts in self.points_of(node)
            if ROLE_RANKS[facts.role] < NIC_RANK or node in expected
        )

    def _holder_of(self, address: str | None) -> str | None:
        """Return which node a tunnel to an address leads to, as packets show it, or facts."""
        return self._holders.get(address) or self._bypass.node_of(address or "")

    def _has_inside(self, node: str | None) -> bool:
        return any(ROLE_RANKS[facts.role] < NIC_RANK for facts in self.points_of(node))

    def captures_pod(self, address: str, node: str | None) -> bool:
        """Return True if a pod's interface is captured that may be that of this address."""
        return any(
            facts.role == "pod" and self._may_hold(facts.point, address)
            for facts in self.points_of(node)
        )

    def _may_hold(self, point: CapturePoint, address: str) -> bool:
        told = self._bypass.holds(point, address)
        if told is not None:
            return told
        known = self._addresses_at.get(point)
        return known is None or address in known


def _addresses(path: Sequence[Crossing]) -> tuple[str, str]:
    """Return the addresses of a packet's ends, as it was seen last."""
    return path[0].lane.source, path[-1].lane.destination


def _holders_of_addresses(tracks: Sequence[Track]) -> dict[str | None, str | None]:
    """Return which node holds an address: tunnels to it end there, or it answered there."""
    holders: dict[str | None, str | None] = {}
    for track in tracks:
        if not track.request or not track.reply:
            continue
        for path in (track.request, track.reply):
            for crossing in path:
                stack = crossing.lane.encapsulation
                if stack and crossing.node != path[0].node and crossing.node == path[-1].node:
                    holders[stack[0].destination] = crossing.node
        last, first = track.request[-1], track.reply[0]
        if last.rank == NIC_RANK and last.point == first.point and not last.lane.encapsulation:
            holders[last.lane.destination] = last.node
    return holders


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
