"""Sends a packet through a tunnel device to the node at its other end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.explain.expected import bridge_obstacles as bridges
from netdiag.explain.expected import device_obstacles as devices
from netdiag.explain.expected import link_obstacles as links
from netdiag.explain.expected import overlay_obstacles as overlays
from netdiag.explain.expected import route_obstacles as routes
from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.sizes import too_big_to_receive
from netdiag.explain.expected.steps import Outer
from netdiag.explain.expected.world import End, neighbour, remote_entry, vxlan_device
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.configured import Way, configured_mode
from netdiag.facts.kernel.describing import describe, kernel_evidence
from netdiag.facts.kernel.devices import encapsulation_of
from netdiag.facts.kernel.routing import Packet as RoutedPacket
from netdiag.model.facts.kernel import Link, Route, Vxlan
from netdiag.model.prefixes import Prefix, parse_address
from netdiag.model.report import Encapsulation

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
        if link.is_down:
            missing = devices.missing_device(self._world, node, end)
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
        obstacle = overlays.vtep_obstacle(self._world, node, link, route, end.node, gateway)
        if obstacle is None:
            return False
        if obstacle.code == "vtep-mac-stale":
            self._journey.cross(node, link.name, describe(route))
            self._reach_peer(node, link, end)
        elif obstacle.code != "vtep-neighbour-missing":
            self._journey.cross(node, link.name, describe(route))
            if obstacle.code == "fdb-wrong-remote":
                self._walk.may_receive(node, str(node.main_address or ""))
        return self._walk.stop(obstacle)

    def _reach_peer(self, node: ClusterNode, link: Link, end: End) -> None:
        """Cross to the peer, whose device drops what is for another MAC address."""
        outer = Outer("vxlan", None, None)
        for place, nic in ((node, self._nic(node, end.node.main_address)), (end.node, None)):
            found = nic or self._nic(place, None)
            if found is not None:
                self._journey.cross(place, found.name, outer=outer)
        device = vxlan_device(end.node, link)
        if device is not None:
            self._journey.may_cross(end.node, device.name)

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
        receiver = self._world.node_at(parse_address(hop))
        if route is not None and self._walk.stop(
            routes.unreachable_hop(node, route, hop, nic.name, receiver)
        ):
            return None
        self._journey.cross(node, nic.name, f"{kind} to {remote}", outer=outer)
        if not self._is_lost_between(node, nic, hop, end, packet):
            self._arrive(node, link, end, kind, outer, packet)
        return None

    def _is_lost_between(
        self, node: ClusterNode, nic: Link, hop: str, end: End, packet: Packet
    ) -> bool:
        """Return True if the outer packet does not get from one node to the other."""
        if self._walk.stop(bridges.stale_underlay(node, nic.name, hop, end.node)):
            self._walk.may_receive(end.node, hop)
            return True
        router = self._world.node_at(parse_address(hop))
        if router is None or router is end.node:
            return False
        return self._is_stopped_at(router, packet)

    def _is_refused(self, node: ClusterNode, nic: Link, packet: Packet) -> bool:
        """Ask a node's packet filters, and rp_filter, about the outer packet that comes in."""
        inner = self._journey.packet
        received = packet._replace(input=nic.name)
        if self._walk.is_filtered(node, "prerouting", received):
            return True
        if self._walk.stop(routes.wrong_way_back(node, received)):
            return True
        if self._walk.is_filtered(node, "input", received):
            return True
        self._journey.packet = inner
        return False

    def _is_stopped_at(self, router: ClusterNode, packet: Packet) -> bool:
        """Ask a router between the nodes, whose facts are here."""
        inner = self._journey.packet
        route = router.tables.look_up(RoutedPacket(packet.destination))
        back = router.tables.look_up(RoutedPacket(packet.source))
        came = back.device if back is not None else None
        if came is not None:
            self._journey.cross(router, came, "a router between the nodes")
        going = packet._replace(input=came, output=route.device if route is not None else None)
        stopped = self._walk.is_filtered(router, "forward", going)
        if route is not None and route.device is not None and not stopped:
            self._journey.cross(router, route.device, describe(route))
        self._journey.packet = inner
        return stopped

    def go_on(self, node: ClusterNode, nic: Link, outer: Encapsulation, end: End) -> None:
        """Follow a wrapped packet that was seen leaving by a NIC."""
        link = self._sending_device(node, outer)
        ends = parse_address(outer.source), parse_address(outer.destination)
        if link is None or ends[0] is None or ends[1] is None:
            return self._walk.doubt(f"which device of {node.name} sent it")
        route = node.tables.look_up(RoutedPacket(ends[1]))
        hop = (route.gateway if route is not None else None) or str(ends[1])
        if ends[1] not in end.node.addresses and end.node.addresses:
            return self._walk.doubt(f"who takes what is sent to {ends[1]}")
        packet = _outer_packet(outer.kind, outer.port, ends[0], ends[1])
        if self._is_lost_between(node, nic, hop, end, packet):
            return None
        told = Outer(outer.kind, outer.source, outer.destination, outer.vni, outer.port)
        self._arrive(node, link, end, outer.kind, told, packet)
        return None

    def _sending_device(self, node: ClusterNode, outer: Encapsulation) -> Link | None:
        kinds = [link for link in node.links.values() if encapsulation_of(link) == outer.kind]
        same = [link for link in kinds if link.vxlan is None or link.vxlan.vni == outer.vni]
        return same[0] if same else None

    def take_in(self, node: ClusterNode, nic: Link, outer: Encapsulation) -> None:
        """Follow a wrapped packet that was seen coming in by a NIC."""
        ends = parse_address(outer.source), parse_address(outer.destination)
        if ends[0] is None or ends[1] is None:
            return self._walk.doubt("from where the tunnel packet came")
        packet = _outer_packet(outer.kind, outer.port, ends[0], ends[1])
        if self._is_refused(node, nic, packet):
            return None
        sender = self._world.node_at(ends[0])
        link = self._sending_device(sender, outer) if sender is not None else None
        if sender is not None and link is not None and outer.kind == "vxlan":
            if self._is_other(sender, link, node):
                return None
            if self._is_stale(sender, link, node):
                return None
        elif outer.kind == "vxlan" and outer.vni is not None:
            told = Vxlan(outer.vni, outer.port, outer.source)
            seen = Link("its device", "", 0, kind="vxlan", vxlan=told)
            if self._is_other(sender or ClusterNode("the sender", None, None), seen, node):
                return None
        device = self._sending_device(node, outer)
        is_for_it = ends[1] in node.addresses
        if is_for_it and self._is_nobody_there(node, outer.kind, sender, link):
            return None
        if device is None:
            return self._walk.doubt(f"which device of {node.name} takes it in")
        if device.is_down:
            return self._walk.doubt(f"why {device.name} of {node.name} is down")
        self._journey.cross(node, device.name, "out of the tunnel")
        self._walk.send(node, device.name)
        return None

    def _is_nobody_there(
        self, node: ClusterNode, kind: str, sender: ClusterNode | None, link: Link | None
    ) -> bool:
        """Return True if the device that would take a packet out of its tunnel is gone or down."""
        own = next((each for each in node.links.values() if encapsulation_of(each) == kind), None)
        is_down = own is not None and own.is_down
        if sender is not None and is_down:
            back = End(sender, None, None)
            if self._walk.stop(devices.missing_device(self._world, node, back)):
                return True
        name = link.name if link is not None else f"a {kind} device"
        return self._walk.stop(devices.nobody_takes_in(node, kind, sender, name))

    def is_for_another(self, node: ClusterNode, device: Link) -> bool:
        """Return True if the sender gave a packet at a VXLAN device another MAC address."""
        sender = self._world.end_of(self._journey.packet.source)
        receiver = self._world.end_of(self._journey.packet.destination)
        if sender is None or receiver is None or receiver.node is not node:
            return False
        link = sender.node.links.get(device.name)
        if link is None or encapsulation_of(link) != "vxlan":
            return False
        return self._is_stale(sender.node, link, node)

    def _is_stale(self, sender: ClusterNode, link: Link, node: ClusterNode) -> bool:
        """Return True if the sender takes another MAC address for this node's VTEP."""
        packet = self._journey.packet
        route = sender.tables.look_up(RoutedPacket(packet.destination, packet.source))
        if route is None or route.device != link.name:
            return False
        gateway = route.gateway or str(packet.destination)
        obstacle = overlays.vtep_obstacle(self._world, sender, link, route, node, gateway)
        if obstacle is None or obstacle.code != "vtep-mac-stale":
            return False
        device = vxlan_device(node, link)
        if device is not None:
            self._journey.may_cross(node, device.name)
        return self._walk.stop(obstacle)

    def _is_other(self, sender: ClusterNode, link: Link, node: ClusterNode) -> bool:
        """Return True if the two VXLAN devices do not fit together."""
        way = Way(sender, node, None, self._world.truths.same_subnet(sender, node))
        mode = configured_mode(way, self._world.cluster)
        told = mode.detail if mode is not None else {}
        return self._walk.stop(overlays.other_end_differs(sender, link, node, told))

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
        return outer, _outer_packet(kind, port, local, remote)

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
        by, to = self._nic(sender, parse_address(outer.destination)), outer.destination or ""
        if self._walk.stop(links.receiver_down(sender, by.name if by else "", node, to)):
            return None
        inner = self._journey.packet
        if by is not None and self._walk.stop(
            too_big_to_receive(by, node, nic, inner, kind, packet.source.version)
        ):
            return None
        self._journey.cross(node, nic.name, f"{kind} from {outer.source}", outer=outer)
        if self._is_refused(node, nic, packet):
            return None
        if kind == "vxlan" and self._is_other(sender, link, node):
            return None
        if self._is_nobody_there(node, kind, sender, link):
            return None
        device = vxlan_device(node, link) if kind == "vxlan" else node.links.get(link.name)
        if device is None:
            return self._walk.doubt(f"which device of {node.name} takes {kind} packets in")
        self._journey.cross(node, device.name, "out of the tunnel")
        self._walk.send(node, device.name)
        return None


def _outer_packet(kind: str, port: int | None, source: Prefix, destination: Prefix) -> Packet:
    protocol = PROTOCOLS.get(kind, kind)
    known = (port or PORTS.get(kind)) if protocol == "udp" else None
    return Packet(
        source, destination, protocol, destination_port=known, state="NEW", is_tunnel=True
    )
