"""Walks a packet from its sender to where it arrives, or to what stops it, by facts alone."""

from __future__ import annotations

from netdiag.explain.expected import bridge_obstacles as bridges
from netdiag.explain.expected import link_obstacles as links
from netdiag.explain.expected import route_obstacles as routes
from netdiag.explain.expected.filters import filtered
from netdiag.explain.expected.firewall import Hook
from netdiag.explain.expected.own_devices import (
    bridge_of_pods,
    is_routed_to,
    own_device,
    receiving_nic,
)
from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.policies import with_policy
from netdiag.explain.expected.sizes import too_big, too_big_to_receive
from netdiag.explain.expected.steps import Journey, Obstacle
from netdiag.explain.expected.tunnels import Tunnels
from netdiag.explain.expected.world import End, World, sysctl
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.describing import describe, kernel_evidence
from netdiag.facts.kernel.devices import encapsulation_of
from netdiag.facts.kernel.routing import Packet as RoutedPacket
from netdiag.model.facts.kernel import Link, Route
from netdiag.model.prefixes import parse_address

MAX_NODES = 16
"""Nodes that a packet may pass; more are a loop."""


class Walk:
    """One packet's way; ``run`` gives the journey."""

    def __init__(self, world: World, packet: Packet, is_reply: bool = False) -> None:
        self.world = world
        self.journey = Journey(packet)
        self.is_reply = is_reply
        self._left = MAX_NODES

    def run(self) -> Journey:
        """Return how far facts say the packet goes."""
        sender = self.world.end_of(self.journey.packet.source)
        if sender is None:
            self.doubt(f"who has {self.journey.packet.source}")
        elif sender.pod is None:
            self.send(sender.node, None)
        else:
            self.leave_pod(sender)
        return self.journey

    def doubt(self, what: str) -> None:
        """Record what facts do not tell, so that the walk ends here."""
        self.journey.doubts.append(what)

    def stop(self, obstacle: Obstacle | None) -> bool:
        """Record what stops the packet; return True if something does."""
        self.journey.obstacle = obstacle
        return obstacle is not None

    def leave_pod(self, end: End) -> None:
        """From the pod's interface to its node and on."""
        packet, node = self.journey.packet, end.node
        told = end.namespace.addresses or () if end.namespace else ()
        if any(parse_address(address.address) == packet.destination for address in told):
            self.journey.arrived = True  # by lo: it does not leave the pod
            return
        if self.stop(bridges.pod_without_route(end, packet)):
            return
        route = bridges.pod_route(end, packet)
        device = own_device(end, packet)
        port = self.world.port_of(end)
        link = node.links.get(port or "")
        gateway = route.gateway if route is not None else None
        if link is not None and self.stop(links.gateway_silent(node, link, end, gateway)):
            return
        if device is not None:
            self.journey.cross(node, device.name, _words(route), pod=end.pod)
            if device.kind is not None and device.kind != "veth":
                return self.doubt(f"what becomes of packets in {end.pod}'s {device.kind} device")
        if link is None:
            return self.doubt(f"which interface of {node.name} is the other end of {end.pod}'s")
        if link.master is None and self.stop(bridges.no_proxy_arp(node, link, end, gateway)):
            return
        self.journey.cross(node, link.name, f"the other end of {end.pod}'s {_name(device)}")
        self.leave_port(end, link)

    def leave_port(self, end: End, link: Link) -> None:
        """From the host's end of a pod's veth onwards."""
        node, route = end.node, bridges.pod_route(end, self.journey.packet)
        gateway = route.gateway if route is not None else None
        if link.master is None:
            self._leave_without_bridge(end, link, gateway)
        elif self.stop(bridges.bridge_down(node, link.master, link)):
            return
        elif self._is_switched(end, route):
            self._switch(end, link)
        else:
            self.journey.cross(node, link.master, f"{link.name} is a port of it")
            self.send(node, link.master)

    def _is_switched(self, end: End, route: Route | None) -> bool:
        """Return True if the destination is behind the same bridge."""
        if route is not None:
            return route.gateway is None
        other = self.world.end_of(self.journey.packet.destination)
        return other is not None and other.node is end.node and other.pod is not None

    def _leave_without_bridge(self, end: End, port: Link, gateway: str | None) -> None:
        node = end.node
        bridge = bridge_of_pods(node)
        is_routed = gateway == bridges.PROXY_GATEWAY or is_routed_to(node, end, port)
        if not is_routed and self.stop(bridges.without_master(node, port, bridge, end)):
            return
        self.send(node, port.name)

    def _switch(self, end: End, port: Link) -> None:
        """Within one bridge, from port to port."""
        other = self.world.end_of(self.journey.packet.destination)
        if other is None or other.node is not end.node or other.pod is None:
            return self.doubt(f"who has {self.journey.packet.destination} behind {port.master}")
        packet = self.journey.packet._replace(input=port.master, output=port.master)
        if self._is_bridge_filtered(end.node) and self.is_filtered(end.node, "forward", packet):
            return
        self.deliver_to_port(other, port.master)

    def _is_bridge_filtered(self, node: ClusterNode) -> bool:
        return sysctl(node, "net.bridge.bridge-nf-call-iptables") == "1"

    def is_filtered(self, node: ClusterNode, hook: Hook, packet: Packet) -> bool:
        """Ask a node's packet filters; return True if they stop the packet."""
        broken = self.world.broken_documents(node)
        obstacle, doubt, changed = filtered(node, hook, packet, broken)
        if doubt:
            self.doubt(doubt)
        self.journey.packet = changed
        if obstacle is not None:
            obstacle = with_policy(obstacle, packet, self.world.truths.facts.cluster)
        return self.stop(obstacle)

    def send(self, node: ClusterNode, input_device: str | None) -> None:
        """Route a packet that is on a node: it came in by a device, or was made there."""
        self._left -= 1
        if self._left < 0:
            return self.doubt("where this ends: the routes form a loop")
        packet = self.journey.packet._replace(input=input_device, output=None)
        if input_device is not None:
            if self.is_filtered(node, "prerouting", packet):
                return
            packet = self.journey.packet
            if packet.destination in node.addresses:
                if not self.is_filtered(node, "input", packet):
                    self.journey.arrived = True
                return
            if self.stop(routes.wrong_way_back(node, packet)):
                return
            if self.stop(routes.not_forwarding(node, packet)):
                return
        self._route(node, packet)

    def _route(self, node: ClusterNode, packet: Packet) -> None:
        end = self.world.end_of(packet.destination)
        if node.host.routes is None:
            return self.doubt(f"the routes of {node.name}")
        routed = RoutedPacket(
            packet.destination, packet.source, packet.input, packet.mark, packet.protocol
        )
        route = node.tables.look_up(routed)
        if self.stop(routes.without_route(self.world, node, packet, route, end, self.is_reply)):
            return
        if route is None or route.type != "unicast" or not route.next_hops:
            return self.doubt(f"the route of {node.name} to {packet.destination}")
        self._leave_by(node, packet, route, end)

    def _leave_by(self, node: ClusterNode, packet: Packet, route: Route, end: End | None) -> None:
        """Hand a routed packet to the device of its route."""
        device = route.device or ""
        hook: Hook = "forward" if packet.input is not None else "output"
        if self.is_filtered(node, hook, packet._replace(output=device)):
            return
        packet = self.journey.packet._replace(output=device)
        link = node.links.get(device)
        if link is None:
            return self.doubt(f"what {device} is on {node.name}")
        if self.stop(too_big(node, link, packet, route)):
            return
        if self.is_filtered(node, "postrouting", packet):
            return
        if end is not None and end.node is node and end.pod is not None:
            return self._deliver(end, link, route)
        kind = encapsulation_of(link)
        if kind == "none":
            self.to_wire(node, link, route, end)
        else:
            Tunnels(self).send(node, link, route, end, kind)

    def to_wire(self, node: ClusterNode, nic: Link, route: Route, end: End | None) -> None:
        """Send a plain packet to its next hop."""
        hop = route.gateway or str(self.journey.packet.destination)
        if nic.is_down:
            return self.doubt(f"why {nic.name} of {node.name} is down")
        receiver = self.world.node_at(parse_address(hop))
        if self.stop(routes.unreachable_hop(node, route, hop, nic.name, receiver)):
            return
        evidence = (kernel_evidence(node.name, route),)
        self.journey.cross(node, nic.name, describe(route), evidence=evidence)
        if receiver is not None and self.stop(
            bridges.stale_underlay(node, nic.name, hop, receiver)
        ):
            return self.may_receive(receiver, hop)
        if receiver is None and end is not None:
            receiver = end.node  # by a router, whose facts nobody has
        if receiver is None:
            return self.doubt(f"what {hop} does with it: it is no node whose facts are here")
        self.receive(receiver, node, nic, str(receiver.main_address or ""))

    def receive(self, node: ClusterNode, origin: ClusterNode, sender: Link, address: str) -> None:
        """Take a plain packet in by a node's NIC; it left another one by ``sender``."""
        nic = receiving_nic(node, address)
        if nic is None or node.facts is None:
            return self.doubt(f"the facts of {node.name}")
        if self.stop(links.receiver_down(origin, sender.name, node, address)):
            return
        if self.stop(too_big_to_receive(sender, node, nic, self.journey.packet)):
            return
        self.journey.cross(node, nic.name, f"from {sender.name}")
        self.send(node, nic.name)

    def may_receive(self, node: ClusterNode, address: str) -> None:
        """Note that a NIC may show what is not for its MAC address."""
        nic = receiving_nic(node, address)
        if nic is not None:
            self.journey.may_cross(node, nic.name)

    def _deliver(self, end: End, link: Link, route: Route) -> None:
        """Hand a packet to a pod of this node."""
        node = end.node
        if node.roles.get(link.name) == "bridge":
            port = node.links.get(self.world.port_of(end) or "")
            if self.stop(bridges.bridge_down(node, link.name, route)):
                return
            if port is not None and (port.master is None or self._cut(end, port)):
                self.journey.may_cross(node, link.name)  # it asks there by ARP
            else:
                self.journey.cross(node, link.name, describe(route))
            return self.deliver_to_port(end, link.name)
        port = node.links.get(self.world.port_of(end) or "")
        if self.stop(bridges.route_to_other_pod(end, link, port, route) or self._cut(end, link)):
            return self.journey.may_cross(node, link.name)
        self.journey.cross(node, link.name, describe(route))
        self._enter(end)

    def _cut(self, end: End, port: Link) -> Obstacle | None:
        inside = own_device(end, self.journey.packet, destination=True)
        return links.pod_link_down(end.node, port, inside, end)

    def deliver_to_port(self, end: End, bridge: str | None) -> None:
        """Hand a packet that is on a bridge to the pod's veth."""
        port = self.world.port_of(end)
        link = end.node.links.get(port or "")
        if link is None:
            self.journey.arrived = end.namespace is None and port is None
            return self._enter(end)
        if self.stop(bridges.without_master(end.node, link, bridge, end) or self._cut(end, link)):
            return
        self.journey.cross(end.node, link.name, f"the veth of {end.pod}")
        self._enter(end)

    def _enter(self, end: End) -> None:
        device = own_device(end, self.journey.packet, destination=True)
        if device is not None:
            self.journey.cross(end.node, device.name, "the pod's own interface", pod=end.pod)
        self.journey.arrived = True


def _words(route: Route | None) -> str:
    return describe(route) if route is not None else ""


def _name(device: Link | None) -> str:
    return device.name if device is not None else "interface"
