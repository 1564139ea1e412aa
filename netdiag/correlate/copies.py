"""Tells crossings that are no steps of the path: frames that a switch or bridge sent everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.model.capture_point import CapturePoint

NEAR_POD_RANK = 1


def drop_copies(crossings: Sequence[Crossing], others: Sequence[Crossing]) -> list[Crossing]:
    """Leave out flooded copies; ``others`` are the crossings of the other half of the ping."""
    return _drop_foreign_nodes(_drop_flooded_ports(list(crossings), others), others)


def _drop_flooded_ports(
    crossings: list[Crossing], others: Sequence[Crossing]
) -> list[Crossing]:
    """Of several ports of a node at one TTL, keep the source's and the one that answered."""
    answering = {crossing.point for crossing in others}
    dropped: set[int] = set()
    for rank in range(NEAR_POD_RANK + 1):
        places: dict[tuple[str | None, int], list[Crossing]] = {}
        for crossing in crossings:
            if crossing.rank == rank:
                places.setdefault((crossing.node, crossing.lane.ttl), []).append(crossing)
        for ports in places.values():
            dropped |= _flooded(ports, answering)
    return [crossing for crossing in crossings if crossing.position not in dropped]


def _flooded(ports: list[Crossing], answering: set[CapturePoint]) -> set[int]:
    known = [port for port in ports if port.point in answering]
    if len({port.point for port in ports}) < 2 or not known:
        return set()
    return {port.position for port in ports if port.point not in answering}


def _drop_foreign_nodes(
    crossings: list[Crossing], others: Sequence[Crossing]
) -> list[Crossing]:
    """Drop nodes whose NIC saw the frame but that neither went on with it nor answered."""
    nodes = {crossing.node for crossing in crossings}
    answering = {crossing.node for crossing in others}
    foreign: set[str | None] = set()
    for node in nodes:
        own = [crossing for crossing in crossings if crossing.node == node]
        ttls = {crossing.lane.ttl for crossing in own}
        if node in answering or len(ttls) > 1 or min(crossing.rank for crossing in own) < 4:
            continue
        rivals = [
            crossing
            for crossing in crossings
            if crossing.node != node and crossing.lane.ttl in ttls and crossing.rank == 4
        ]
        # The sender is one; a second one that went on, or answered, is the receiver.
        receivers = {
            crossing.node for crossing in rivals if _went_on(crossing, crossings, answering)
        }
        if len({crossing.node for crossing in rivals}) > 1 and receivers:
            foreign.add(node)
    return [crossing for crossing in crossings if crossing.node not in foreign]


def _went_on(
    crossing: Crossing, crossings: list[Crossing], answering: set[str | None]
) -> bool:
    own = [other for other in crossings if other.node == crossing.node]
    came_from_there = any(other.lane.ttl > crossing.lane.ttl for other in own)
    deeper = any(other.lane.ttl < crossing.lane.ttl or other.rank < 4 for other in own)
    return not came_from_there and (deeper or crossing.node in answering)
