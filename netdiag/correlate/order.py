"""Brings the crossings of one packet into the order of its path.

Times alone do not tell: a NIC and the tunnel device above it stamp the same nanosecond, clocks of
two nodes differ, and captures with microseconds tie everywhere. So the TTL comes first, then which
node routed the packet, then the way that packets take through a node (pod, veth, bridge, overlay,
NIC, or back), and time decides between the ways.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import BRIDGE_RANK, NIC_RANK, OVERLAY_RANK, PORT_RANK, SENT

OUT, IN = 1, 2
"""Away from the pod, towards the pod."""

HINT_NS = 3_000.0
"""How much time running backwards a guess by the path's shape outweighs."""

FLAG_NS = 1e12
"""The same for directions that the capture itself recorded."""

TIE_NS = 1.0


NodeOrder = Callable[[str | None], float]
"""Gives nodes that TTLs don't tell apart their order; smaller is earlier."""


def order_path(crossings: Sequence[Crossing], node_order: NodeOrder) -> list[Crossing]:
    """Return the crossings in the order in which the packet made them."""
    highest: dict[str | None, int] = {}
    lowest: dict[str | None, int] = {}
    for crossing in crossings:
        ttl, node = crossing.lane.ttl, crossing.node
        highest[node] = max(ttl, highest.get(node, ttl))
        lowest[node] = min(ttl, lowest.get(node, ttl))
    groups: list[list[Crossing]] = []
    for ttl in sorted({crossing.lane.ttl for crossing in crossings}, reverse=True):
        nodes = dict.fromkeys(crossing.node for crossing in crossings if crossing.lane.ttl == ttl)
        ordered = sorted(
            nodes,
            key=lambda node: (highest[node] <= ttl, lowest[node] < ttl, node_order(node)),
        )
        groups += [[c for c in crossings if c.lane.ttl == ttl and c.node == n] for n in ordered]
    hints = _hints(groups)
    return [c for group, hint in zip(groups, hints, strict=True) for c in order_group(group, hint)]


def order_group(crossings: list[Crossing], hint: int) -> list[Crossing]:
    """Order what one node saw of a packet between two routing steps."""
    if len(crossings) == 1:
        return crossings
    near_pod = [crossing for crossing in crossings if crossing.rank <= PORT_RANK]
    if len({c.point for c in near_pod if c.rank == 0}) > 1 or (
        len({c.point for c in near_pod if c.rank == PORT_RANK}) > 1
    ):
        return _order_turn(crossings)
    outbound = sorted(crossings, key=lambda crossing: (crossing.rank, crossing.time_ns))
    inbound = sorted(crossings, key=lambda crossing: (-crossing.rank, crossing.time_ns))
    costs = (_cost(outbound, OUT, hint), _cost(inbound, IN, hint))
    return outbound if costs[0] <= costs[1] else inbound


def _hints(groups: list[list[Crossing]]) -> list[int]:
    """Guess for each group whether the packet goes away from a pod or towards one; 0 = no guess."""
    nodes = [group[0].node for group in groups]
    hints = []
    for index, group in enumerate(groups):
        nearest = min(crossing.rank for crossing in group)
        farthest = max(crossing.rank for crossing in group)
        hint = 0
        if nodes[0] != nodes[-1]:
            hint = OUT if nodes[index] == nodes[0] else IN if nodes[index] == nodes[-1] else 0
        elif index == 0 and len(groups) > 1:
            # The whole path is on one node: it begins at a pod, or at the NIC on its way to one.
            hint = IN if nearest > BRIDGE_RANK else OUT
        elif index > 0:
            hint = IN if farthest < OVERLAY_RANK else OUT
        hints.append(hint)
    return hints


def _cost(ordered: list[Crossing], way: int, hint: int) -> float:
    """Return how much speaks against an order, in nanoseconds that would run backwards."""
    cost = 0.0 if hint in (0, way) else HINT_NS
    for earlier, later in pairwise(ordered):
        cost += max(0.0, earlier.time_ns - later.time_ns)
        if earlier.time_ns == later.time_ns and not _may_tie(earlier, later):
            cost += TIE_NS
    for crossing in ordered:
        if crossing.direction and _way_of(crossing) != way:
            cost += FLAG_NS
    return cost


def _may_tie(earlier: Crossing, later: Crossing) -> bool:
    """Return True if a received packet keeps its time stamp from one device to the other."""
    if earlier.rank == NIC_RANK:
        return True
    return earlier.rank == PORT_RANK and later.rank == BRIDGE_RANK


def _way_of(crossing: Crossing) -> int:
    """Return the way of a packet whose direction at the interface is known.

    A pod's own interface, a bridge and what lies beyond send away from the pod; at the host's end
    of a veth the same packet comes in. A bridge hands packets of its ports up as incoming.
    """
    is_out = crossing.direction == SENT
    if crossing.rank in (PORT_RANK, BRIDGE_RANK):
        is_out = not is_out
    return OUT if is_out else IN


def _order_turn(crossings: list[Crossing]) -> list[Crossing]:
    """Order a packet's way from one pod to another on the same node: up to the bridge and down."""
    pods, ports = ([c for c in crossings if c.rank == rank] for rank in (0, PORT_RANK))
    middle = sorted((c for c in crossings if c.rank > PORT_RANK), key=lambda c: c.time_ns)
    pods.sort(key=lambda c: (c.direction != SENT, c.time_ns, str(c.point)))
    ports.sort(key=lambda c: (c.direction == SENT, c.time_ns, str(c.point)))
    turned = pods[:1] + ports[:1] + middle + ports[1:] + pods[1:]
    inversions = sum(max(0.0, one.time_ns - other.time_ns) for one, other in pairwise(turned))
    if inversions <= HINT_NS:
        return turned
    return sorted(crossings, key=lambda crossing: (crossing.time_ns, crossing.rank))
