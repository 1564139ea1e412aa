"""Goes on from where captures saw a packet last: what is behind it cannot have stopped it."""

from __future__ import annotations

from typing import NamedTuple

from netdiag.explain.expected import route_obstacles as routes
from netdiag.explain.expected.tunnels import Tunnels
from netdiag.explain.expected.walk import Walk
from netdiag.explain.expected.world import End
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.devices import encapsulation_of
from netdiag.facts.kernel.routing import Packet as RoutedPacket
from netdiag.model.facts.kernel import Link
from netdiag.model.prefixes import parse_address
from netdiag.model.report import Encapsulation, Role


class Seen(NamedTuple):
    """Where a packet was seen last."""

    node: str
    pod: str | None
    interface: str
    role: Role
    outer: Encapsulation | None
    came_in: bool
    """It came to this node from another one."""


def resume(walk: Walk, seen: Seen) -> bool:
    """Let a walk go on from there; False if facts do not know that place."""
    node = walk.world.truths.nodes.get(seen.node)
    if node is None or node.facts is None:
        return False
    end = walk.world.end_of(walk.journey.packet.destination)
    if seen.pod is not None:
        return _from_pod(walk, node, seen, end)
    link = node.links.get(seen.interface)
    if link is None:
        return False
    is_here = end is not None and end.node is node
    if seen.outer is not None:
        _from_tunnel(walk, node, link, seen, end)
    elif seen.role == "overlay" and not (seen.came_in or is_here):
        _into_tunnel(walk, node, link, end)
    elif seen.role == "veth":
        return _from_port(walk, node, link, end, seen.came_in)
    elif seen.role == "bridge" and is_here and end is not None and (seen.came_in or end.pod):
        walk.deliver_to_port(end, link.name)
    elif seen.role in ("physical", "other") and not seen.came_in:
        _to_wire(walk, node, link, end)
    elif seen.role == "overlay" and Tunnels(walk).is_for_another(node, link):
        return True
    else:
        walk.send(node, link.name)
    return True


def _from_pod(walk: Walk, node: ClusterNode, seen: Seen, end: End | None) -> bool:
    """From a pod's own interface outwards; a packet that reached its pod goes no further."""
    sender = walk.world.end_of(walk.journey.packet.source)
    if sender is None or sender.node is not node or sender.pod != seen.pod:
        return False
    walk.leave_pod(sender)
    return True


def _from_port(walk: Walk, node: ClusterNode, link: Link, end: End | None, came_in: bool) -> bool:
    if came_in:
        return False  # it is the pod's turn
    if end is not None and end.node is node and walk.world.port_of(end) == link.name:
        return False
    sender = walk.world.end_of(walk.journey.packet.source)
    if sender is None or sender.node is not node:
        sender = End(node, "the pod", None)
    walk.leave_port(sender, link)
    return True


def _into_tunnel(walk: Walk, node: ClusterNode, link: Link, end: End | None) -> None:
    packet = walk.journey.packet
    route = node.tables.look_up(RoutedPacket(packet.destination, packet.source))
    if route is None or route.device != link.name:
        return walk.doubt(f"the route by which it came to {link.name}")
    Tunnels(walk).send(node, link, route, end, encapsulation_of(link))


def _from_tunnel(walk: Walk, node: ClusterNode, nic: Link, seen: Seen, end: End | None) -> None:
    """From a NIC, wrapped: out to the other node, or in to this one's tunnel device."""
    tunnels = Tunnels(walk)
    if seen.outer is None:
        return
    own = {parse_address(seen.outer.source): False, parse_address(seen.outer.destination): True}
    came_in = next((way for end_of, way in own.items() if end_of in node.addresses), seen.came_in)
    if came_in:
        tunnels.take_in(node, nic, seen.outer)
    elif end is None:
        walk.doubt("which node the tunnel leads to")
    else:
        tunnels.go_on(node, nic, seen.outer, end)


def _to_wire(walk: Walk, node: ClusterNode, nic: Link, end: End | None) -> None:
    packet = walk.journey.packet
    route = node.tables.look_up(RoutedPacket(packet.destination, packet.source))
    if route is None or route.device != nic.name:
        return walk.doubt(f"the route by which it came to {nic.name}")
    if end is not None and end.pod is not None and end.node is not node:
        missing = routes.no_route(walk.world, node, packet, route, end, walk.is_reply)
        if walk.stop(missing):
            return None
    walk.to_wire(node, nic, route, end)
    return None
