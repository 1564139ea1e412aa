"""Sends a packet through a tunnel device to the node at its other end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.explain.expected import bridge_obstacles as bridges
from netdiag.explain.expected import overlay_obstacles as overlays
from netdiag.explain.expected import route_obstacles as routes
from netdiag.explain.expected.firewall import Hook
from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.steps import Outer
from netdiag.explain.expected.world import End, neighbour, remote_entry, vxlan_device
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.configured import Way, configured_mode
from netdiag.facts.kernel.describing import describe, kernel_evidence
from netdiag.facts.kernel.routing import Packet as RoutedPacket
from netdiag.model.facts.kernel import Link, Route
from netdiag.model.prefixes import Prefix, parse_address

if TYPE_CHECKING:
    from netdiag.explain.expected.walk import Walk

PROTOCOLS = {"vxlan": "udp", "geneve": "udp", "udp": "udp", "wireguard": "udp"}
PORTS = {"vxlan": 8472, "geneve": 6081, "udp": 8285, "wireguard": 51820}


class Tunnels:
    """Takes over from a walk at a tunnel device, and hands it back at the other end."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._world = walk.world
        self._journey = walk.journey

    def send(
        self, node: ClusterNode, link: Link, route: Route, end: End | None, kind: str | None
    ) -> None:
        """Wrap the packet and send it to the node that has the destination."""
        if end is None or end.node is node or kind is None:
            return self._walk.doubt(f"where {link.name} of {node.name} leads")
        if not link.is_up and link.flags:
            missing = routes.missing_device(self._world, node, end)
            if self._walk.stop(missing):
                return None
            return self._walk.doubt(f"why {link.name} of {node.name} is down")
        evidence = (kernel_evidence(node.name, route),)
        if kind == "vxlan" and self._is_stopped(node, link, route, end):
            return None
        self._journey.cross(node, link.name, describe(route), evidence=evidence)
        remote = self._remote(node, link, route, end)
        if remote is None:
            return self._walk.doubt(f"to which address {link.name} of {node.name} sends")
        self._to_wire(node, link, remote, end, kind)
        return None

    def _is_stopped(self, node: ClusterNode, link: Link, route: Route, end: End) -> bool:
        gateway = route.gateway or str(self._journey.packet.destination)
        obstacle = overlays.vtep_obstacle(node, link, route, end.node, gateway)
        if obstacle is None:
            return False
        if obstacle.code != "vtep-neighbour-missing":
            self._journey.cross(node, link.name, describe(route))
        if obstacle.code in ("vtep-mac-stale", "fdb-wrong-remote"):
            # These leave the device: to the peer, which drops them, or to another node.
            self._cross_wire(node, link, end, obstacle.code == "vtep-mac-stale")
        return self._walk.stop(obstacle)

    def _cross_wire(self, node: ClusterNode, link: Link, end: End, to_peer: bool) -> None:
        nic = self._nic(node, end.node.main_address)
        if nic is None:
            return
        outer = Outer("vxlan", None, None)
        self._journey.cross(node, nic.name, outer=outer)
        if to_peer:
            there = self._nic(end.node, None)
            device = vxlan_device(end.node, link)
            if there is not None:
                self._journey.cross(end.node, there.name, outer=outer)
            if device is not None:
                self._journey.cross(end.node, device.name)

    def _remote(self, node: ClusterNode, link: Link, route: Route, end: End) -> Prefix | None:
        """Return the address that the outer packet goes to."""
        if link.kind == "vxlan":
            entry = neighbour(node, route.gateway, link.name)
            found = remote_entry(node, link.name, entry.mac) if entry and entry.mac else None
            if found is not None:
                return parse_address(found.destination)
        if link.tunnel is not None and link.tunnel.remote:
            return parse_address(link.tunnel.remote)
        gateway = parse_address(route.gateway)
        if gateway is not None and gateway in end.node.addresses:
            return gateway
        return end.node.main_address

    def _nic(self, node: ClusterNode, remote: Prefix | None) -> Link | None:
        route = node.tables.look_up(RoutedPacket(remote)) if remote is not None else None
        if route is not None and route.device in node.links:
            return node.links[route.device or ""]
        return next((node.links[d] for _, _, d in node.underlay if d in node.links), None)

    def _to_wire(self, node: ClusterNode, link: Link, remote: Prefix, end: End, kind: str) -> None:
        """Send the outer packet by the NIC, and take it in at the other node."""
        outer, packet = self._wrapped(node, link, remote, kind)
        if packet is None:
            return self._walk.doubt(f"from which address {node.name} sends its tunnel packets")
        route = node.tables.look_up(RoutedPacket(remote))
        nic = self._nic(node, remote)
        if nic is None:
            return self._walk.doubt(f"by which NIC {node.name} reaches {remote}")
        inner = self._journey.packet
        if self._walk.is_filtered(node, "output", packet._replace(output=nic.name)):
            return None
        self._journey.packet = inner
        hop = (route.gateway if route is not None else None) or str(remote)
        if route is not None and self._walk.stop(
            routes.unreachable_hop(node, route, hop, nic.name)
        ):
            return None
        self._journey.cross(node, nic.name, f"{kind} to {remote}", outer=outer)
        if self._walk.stop(bridges.stale_underlay(node, nic.name, hop, end.node)):
            return None
        self._arrive(node, link, end, kind, outer, packet)
        return None

    def _wrapped(
        self, node: ClusterNode, link: Link, remote: Prefix, kind: str
    ) -> tuple[Outer, Packet | None]:
        told = link.vxlan.local if link.vxlan else link.tunnel.local if link.tunnel else None
        local = parse_address(told) or node.main_address
        port = (link.vxlan.port if link.vxlan else None) or PORTS.get(kind)
        vni = link.vxlan.vni if link.vxlan else None
        outer = Outer(kind, str(local) if local else None, str(remote), vni, port)
        if local is None:
            return outer, None
        protocol = PROTOCOLS.get(kind, kind)
        return outer, Packet(
            local,
            remote,
            protocol,
            destination_port=port if protocol == "udp" else None,
            state="NEW",
        )

    def _arrive(
        self,
        sender: ClusterNode,
        link: Link,
        end: End,
        kind: str,
        outer: Outer,
        packet: Packet,
    ) -> None:
        node = end.node
        nic = self._nic(node, None)
        if node.facts is None or nic is None:
            return self._walk.doubt(f"the facts of {node.name}")
        self._journey.cross(node, nic.name, f"{kind} from {outer.source}", outer=outer)
        inner = self._journey.packet
        hooks: tuple[Hook, ...] = ("prerouting", "input")
        for hook in hooks:
            if self._walk.is_filtered(node, hook, packet._replace(input=nic.name)):
                return None
        self._journey.packet = inner
        if kind == "vxlan":
            way = Way(sender, node, None, self._world.truths.same_subnet(sender, node))
            mode = configured_mode(way, self._world.cluster)
            told = mode.detail if mode is not None else {}
            if self._walk.stop(overlays.other_end_differs(sender, link, node, told)):
                return None
        device = vxlan_device(node, link) if kind == "vxlan" else node.links.get(link.name)
        if device is None:
            return self._walk.doubt(f"which device of {node.name} takes {kind} packets in")
        if not device.is_up and device.flags:
            back = End(sender, None, None)
            if self._walk.stop(routes.missing_device(self._world, node, back)):
                return None
        self._journey.cross(node, device.name, "out of the tunnel")
        self._walk.send(node, device.name)
        return None
