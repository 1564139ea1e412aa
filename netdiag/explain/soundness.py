"""Which captures can be trusted to show what was there: all of it, from begin to end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from netdiag.correlate.places import NIC_ROLES, has_no_wire
from netdiag.correlate.track import Track
from netdiag.explain.observations import Observations, PointFacts
from netdiag.model.capture_point import CapturePoint

LEFT_OUT_MARGIN_NS = 60_000_000_000
"""How long before its last packets a ping may have begun, other clocks included."""

INCOMPARABLE_NS = 60_000_000_000
"""Times of nodes so far apart are a matter of clocks; nearer ones are taken as they are."""

FEW_PACKETS = 10
QUIET_NS = 1_000_000_000
QUIET_GAPS = 10
"""A node whose captures fall silent for so long, and so many usual gaps, were ended."""


class Soundness:
    """Answers whether a point's capture would show a track's packets, had they come by."""

    def __init__(self, seen: Observations) -> None:
        self._seen = seen
        self._by_node: dict[str | None, list[PointFacts]] = {}
        for facts in seen.points.values():
            if not has_no_wire(facts.point):
                self._by_node.setdefault(facts.point.node, []).append(facts)
        self._icmp = _icmp_packets(seen)
        self._encrypted = {seen.places[lane.place].point for lane in seen.rare.opaque}
        self.shared_nodes = {
            point.node for capture in seen.captures if capture.is_shared for point in capture.points
        }
        """Nodes of which a capture of all interfaces exists."""

    def points_of(self, node: str | None) -> Sequence[PointFacts]:
        """Return all captured points of a node."""
        return self._by_node.get(node, ())

    def nodes(self) -> Sequence[str | None]:
        """Return all nodes."""
        return tuple(self._by_node)

    def node_end_ns(self, node: str | None) -> int | None:
        """Return until when a node was captured, as far as its last packets or the probe tell."""
        ends = [facts.last_ns for facts in self.points_of(node) if facts.last_ns is not None]
        return max(ends, default=None)

    def is_leaky(self, facts: PointFacts) -> bool:
        """Return True if packets may be missing in a point's capture that were there."""
        return facts.dropped > 0 or facts.is_broken

    def is_left_out(self, track: Track) -> bool:
        """Return True if some packets of a track's pings may not have been followed."""
        return track.shape.last_ns >= self._seen.left_out_since_ns - LEFT_OUT_MARGIN_NS

    def covers(self, facts: PointFacts, track: Track) -> bool:
        """Return True if a track's pings would be in the point's capture, had they come by."""
        if self.is_leaky(facts) or self._is_doubtful(facts):
            return False
        ahead_ns = self._ahead_ns(facts.point.node, track)
        if ahead_ns is None:
            late_ns = (facts.first_ns or 0) - track.shape.last_ns
            return not 0 < late_ns < INCOMPARABLE_NS
        if self._has_ended(facts.point.node, track.shape.last_ns + ahead_ns):
            return False
        return facts.first_ns is None or facts.first_ns - ahead_ns <= track.shape.last_ns

    def _is_doubtful(self, facts: PointFacts) -> bool:
        """Return True if a NIC's capture may not show pings in tunnels.

        It holds nothing at all, or ICMP only: the filter ``icmp``, which sees nothing inside UDP,
        is the usual reason. Or the node's packets are encrypted.
        """
        if facts.role not in NIC_ROLES:
            return False
        is_blind = facts.packets == self._icmp[facts.point] and not facts.sees_tunnels
        return is_blind or facts.point in self._encrypted

    def _has_ended(self, node: str | None, time_ns: float) -> bool:
        """Return True if a node's captures were ended by a time of its clock."""
        points = [facts for facts in self.points_of(node) if facts.first_ns is not None]
        packets = sum(facts.packets for facts in points)
        end_ns = self.node_end_ns(node)
        if packets < FEW_PACKETS or end_ns is None:
            return False
        start_ns = min(facts.first_ns or 0 for facts in points)
        return time_ns - end_ns > max(QUIET_NS, QUIET_GAPS * (end_ns - start_ns) / packets)

    def _ahead_ns(self, node: str | None, track: Track) -> float | None:
        """Return how far a node's clock is ahead of that of the track's first sighting."""
        clocks, here = self._seen.clocks, track.first.node
        if node == here:
            return 0.0
        if node not in clocks or here not in clocks:
            return None
        return clocks[node].offset_ns - clocks[here].offset_ns


def _icmp_packets(seen: Observations) -> Counter[CapturePoint]:
    """Return how many plain ICMP packets each point's captures hold."""
    counts: Counter[CapturePoint] = Counter()
    for number, lane in enumerate(seen.lanes.lanes):
        if not lane.encapsulation:
            counts[seen.places[lane.place].point] += seen.lanes.count(number)
    for error in seen.rare.errors:
        if not error.encapsulated:
            counts[seen.places[error.place].point] += 1
    return counts
