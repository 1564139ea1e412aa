"""Pings that no capture holds, because facts say that nothing can leave the pod."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.expected import bridge_obstacles as bridges
from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.route_obstacles import not_forwarding
from netdiag.explain.expected.steps import Obstacle, obstacle_finding
from netdiag.explain.expected.world import End, World, sysctl
from netdiag.explain.findings.context import Context
from netdiag.explain.flows import socket_text
from netdiag.explain.modes import host_of
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.programmed import DIRECT_KINDS, target_of
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.kernel import Link
from netdiag.model.prefixes import Prefix, parse_address
from netdiag.model.report import Finding


def never_sent(context: Context) -> Iterator[Finding]:
    """No ping is in the captures, and a pod has no route, or nobody answers its ARP."""
    if context.views or not context.seen.captures or _has_traffic(context):
        return
    world = context.world
    for node in context.truths.nodes:
        others = (target_of(other) for other in context.truths.nodes if other is not node)
        target = next((address for address in others if address is not None), None)
        for end in _pods(node):
            if not _is_captured(world, end, context):
                continue
            packet = _packet(end, target)
            obstacle = _obstacle(world, end, packet) if packet is not None else None
            if obstacle is not None:
                yield obstacle_finding(obstacle, "The captures hold no ping at all.")


def _has_traffic(context: Context) -> bool:
    """Return True if pods' other packets are there: then pings are not what this is about."""
    sources = (socket_text(row.addresses, row.ports, 0) for row in context.seen.flows.rows)
    return any(context.truths.is_pod(host_of(source)) for source in sources)


def _pods(node: ClusterNode) -> Iterator[End]:
    for pod, namespace in node.pod_namespaces.items():
        kinds = {link.kind for link in namespace.links or () if link.name != "lo"}
        if kinds and not kinds.intersection(DIRECT_KINDS):
            yield End(node, pod, namespace)


def _is_captured(world: World, end: End, context: Context) -> bool:
    """Return True if somebody listened where the pod's packets would show."""
    inside = end.namespace.links or () if end.namespace else ()
    points = {CapturePoint(end.node.name, end.pod, link.name) for link in inside}
    points |= {CapturePoint(end.node.name, None, port) for port in world.ports_of(end)}
    return any(point in context.seen.points for point in points)


def _packet(end: End, target: Prefix | None) -> Packet | None:
    for told in end.namespace.addresses or () if end.namespace else ():
        address = parse_address(told.address)
        if (
            address is not None
            and target is not None
            and address.version == target.version
            and told.device != "lo"
            and told.scope in ("global", None)
        ):
            return Packet(address, target, "icmp", icmp_type=8, state="NEW")
    return None


def _obstacle(world: World, end: End, packet: Packet) -> Obstacle | None:
    missing = bridges.pod_without_route(end, packet)
    if missing is not None:
        return missing
    route = bridges.pod_route(end, packet)
    port = end.node.links.get(world.port_of(end) or "")
    if route is None or port is None or port.master is not None:
        return None
    return bridges.no_proxy_arp(end.node, port, end, route.gateway) or _not_answering(
        end.node, port, route.gateway
    )


def _not_answering(node: ClusterNode, port: Link, gateway: str | None) -> Obstacle | None:
    """A kernel that does not forward answers no ARP for others either (``arp_fwd_proxy``)."""
    if gateway != bridges.PROXY_GATEWAY:
        return None
    anywhere = parse_address(gateway)
    if anywhere is None:
        return None
    found = not_forwarding(node, Packet(anywhere, anywhere, "icmp", input=port.name))
    if found is not None and sysctl(node, "net.ipv4.ip_forward") == "0":
        return found._replace(interface=None)  # all of the node's interfaces alike
    return found
