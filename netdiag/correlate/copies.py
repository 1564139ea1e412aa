"""Tells crossings that are no steps of the path: frames that a switch or bridge sent everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_RANK, PORT_RANK, RECEIVED, SENT
from netdiag.model.capture_point import CapturePoint


def drop_copies(crossings: Sequence[Crossing], others: Sequence[Crossing]) -> list[Crossing]:
    """Leave out flooded copies; ``others`` are the crossings of the other half of the ping."""
    kept = list(crossings)
    for rank in range(PORT_RANK + 1):
        for node in dict.fromkeys(crossing.node for crossing in kept if crossing.rank == rank):
            kept = _drop_flooded(kept, others, node, rank)
    return _drop_foreign_nodes(kept)


def _drop_flooded(
    crossings: list[Crossing], others: Sequence[Crossing], node: str | None, rank: int
) -> list[Crossing]:
    """Of a node's ports keep the one that sent the packet and the one that answered it."""
    ports = [crossing for crossing in crossings if crossing.node == node and crossing.rank == rank]
    answering = _first_sender(others, node, rank)
    if answering is None or len({port.point for port in ports}) < 2:
        return crossings
    real = {answering, _first_sender(crossings, node, rank)}
    ttls = {port.lane.ttl for port in ports if port.point in real}
    return [
        crossing
        for crossing in crossings
        if crossing not in ports or crossing.point in real or crossing.lane.ttl not in ttls
    ]


def _first_sender(
    crossings: Sequence[Crossing], node: str | None, rank: int
) -> CapturePoint | None:
    """Return the port that a packet came from, if it came from this node: it saw it first."""
    top = max((crossing.lane.ttl for crossing in crossings), default=0)
    senders = [c for c in crossings if c.node == node and c.rank == rank and c.lane.ttl == top]
    if not senders:
        return None
    # The host's end of a pod's veth receives what the pod sends, the pod's own end sends it.
    away = RECEIVED if rank == PORT_RANK else SENT
    return min(senders, key=lambda c: (c.direction not in (0, away), c.time_ns, c.point)).point


def _drop_foreign_nodes(crossings: list[Crossing]) -> list[Crossing]:
    """Drop nodes whose NIC saw a frame that another node sent on, or took in."""
    foreign: set[str | None] = set()
    for node in dict.fromkeys(crossing.node for crossing in crossings):
        own = [crossing for crossing in crossings if crossing.node == node]
        ttls = {crossing.lane.ttl for crossing in own}
        if len({crossing.point for crossing in own}) > 1 or len(ttls) > 1 or own[0].rank < NIC_RANK:
            continue
        rivals = {c.node for c in crossings if c.lane.ttl in ttls and c.rank == NIC_RANK} - {node}
        receivers = [rival for rival in rivals if _took_in(rival, crossings, own[0].lane.ttl)]
        if len(rivals) > 1 and receivers:
            foreign.add(node)
    return [crossing for crossing in crossings if crossing.node not in foreign]


def _took_in(node: str | None, crossings: list[Crossing], ttl: int) -> bool:
    """Return True if a node got the packet with this TTL from outside and went on with it."""
    own = [crossing for crossing in crossings if crossing.node == node]
    if any(crossing.lane.ttl > ttl for crossing in own):
        return False
    return any(crossing.lane.ttl < ttl or crossing.rank < NIC_RANK for crossing in own)
