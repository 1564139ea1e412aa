"""Why a packet is not routed: no route, no forwarding, no device, an unreachable next hop."""

from __future__ import annotations

from netdiag.explain.expected import bridge_obstacles as bridges
from netdiag.explain.expected import link_obstacles as links
from netdiag.explain.expected.device_obstacles import missing_device
from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.refusing_routes import refused_by_node
from netdiag.explain.expected.steps import Obstacle
from netdiag.explain.expected.world import (
    End,
    World,
    interface_sysctl,
    is_failed,
    neighbour,
    sysctl,
)
from netdiag.explain.shell_words import shell_word
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.configured import SIMPLE_PLUGINS
from netdiag.explain.truths.plugins import find_plugin
from netdiag.explain.truths.proofs import has_pod_routes
from netdiag.facts.kernel.describing import describe, fact_evidence, kernel_evidence
from netdiag.facts.kernel.routing import MAIN, is_default
from netdiag.facts.kernel.routing import Packet as RoutedPacket
from netdiag.model.facts.kernel import Route
from netdiag.model.facts.source import Source
from netdiag.model.report import Evidence

ROUTES = "ip_route.json"
MAY_USE_DEFAULT = ("calico", "cilium", "aws-vpc", "azure-vnet")
"""Plugins that may leave it to routers to know where pods are."""


def without_route(
    world: World,
    node: ClusterNode,
    packet: Packet,
    route: Route | None,
    end: End | None,
    is_reply: bool,
) -> Obstacle | None:
    """A node has no route for a packet, or one that does not let it pass."""
    if end is not None and end.pod is not None and end.node is node:
        return bridges.expected_bridge_down(node, route) or bridges.node_without_pod_route(
            node, end, route
        )
    refused = refused_by_node(world, node, packet, route, is_reply)
    if end is None or end.pod is None:
        return refused
    missing = no_route(world, node, packet, route, end, is_reply)
    is_device = missing is not None and missing.code == "overlay-device-missing"
    return missing if is_device else refused or missing


def no_route(
    world: World, node: ClusterNode, packet: Packet, route: Route | None, end: End, is_reply: bool
) -> Obstacle | None:
    """The route to another node's pods is missing: the default's, or none, is no way there."""
    if route is not None and not is_default(route) and route.type == "unicast":
        return None
    if node.host.routes is None or "routes" in node.host.partial:
        return None
    plugin = find_plugin(node, world.cluster)
    if plugin is not None and plugin.family in SIMPLE_PLUGINS:
        return None
    if plugin is None and world.truths.backend_of(node) in SIMPLE_PLUGINS.values():
        return None
    device = missing_device(world, node, end)
    if device is not None:
        return device
    if plugin is not None and plugin.family in MAY_USE_DEFAULT and not _is_usual(world):
        return None
    subnet = _subnet_of(end, packet)
    code = "return-route-missing" if is_reply else "route-missing"
    what = "reply" if is_reply else "request"
    if route is not None and (steered := _steered(node, packet, route, code)) is not None:
        return steered
    instead = (
        f"what is left is the default route by {route.gateway}, which is no way to pods"
        if route is not None and is_default(route)
        else "no other route fits either"
    )
    return Obstacle(
        code,
        node.name,
        None,
        f"{node.name} has no route to {subnet}, the pods of {end.node.name}",
        f"The {what} for {world.names.told(str(packet.destination))} needs a route to {subnet} on "
        f"{node.name}, and there is none: {instead}. Other nodes' subnets are put there by the "
        "network plugin: its daemon does not run here, cannot read the cluster, or somebody "
        "deleted the route.",
        f"ip route get {packet.destination}  # on {shell_word(node.name)}; then restart the "
        "network plugin's pod on this node: kubectl get pods -A -o wide --field-selector "
        f"spec.nodeName={shell_word(node.name)}; safe",
        (_absence(node, f"no route to {subnet}"), *_of(node, route)),
    )


def _steered(node: ClusterNode, packet: Packet, route: Route, code: str) -> Obstacle | None:
    """A rule of policy routing has another table decide, though the main one knows the way."""
    passed = [
        own
        for prefix, own in node.destinations.items()
        if own.table == MAIN and prefix.covers(packet.destination) and not is_default(own)
    ]
    rule = node.tables.deciding_rule(
        RoutedPacket(packet.destination, packet.source, packet.input, packet.mark, packet.protocol)
    )
    if route.table == MAIN or rule is None or not passed:
        return None
    return Obstacle(
        code,
        node.name,
        None,
        f"{node.name} routes {packet.destination} by table {route.table}, not by its route to "
        f"{passed[0].destination}",
        f"Rule {rule.priority} of policy routing ('{describe(rule)}') comes before the main table: "
        f"in table {route.table} '{describe(route)}' decides, which is no way to pods; the main "
        f"table's '{describe(passed[0])}' is never asked.",
        f"ip rule; ip route get {packet.destination} from {packet.source}  # on "
        f"{shell_word(node.name)}; ip rule del pref {rule.priority}, once it is known who made it",
        (kernel_evidence(node.name, rule), *_of(node, route), *_of(node, passed[0])),
    )


def _subnet_of(end: End, packet: Packet) -> str:
    """Return the subnet of a node's pods that a packet is for; its address if that is not told."""
    covering = (str(c.subnet) for c in end.node.claims if c.subnet.covers(packet.destination))
    return next(covering, str(packet.destination))


def _is_usual(world: World) -> bool:
    """Return True if some node has a route of its own to other nodes' pods."""
    return any(has_pod_routes(node) for node in world.truths.nodes)


def _absence(node: ClusterNode, text: str) -> Evidence:
    document = next((route.document for route in node.host.routes or ()), ROUTES)
    return fact_evidence(node.name, Source(document), text)


def _of(node: ClusterNode, route: Route | None) -> tuple[Evidence, ...]:
    return (kernel_evidence(node.name, route),) if route is not None else ()


def not_forwarding(node: ClusterNode, packet: Packet) -> Obstacle | None:
    """Forwarding is switched off, for all interfaces or for the one that the packet came by."""
    family = "ipv6" if packet.destination.version == 6 else "ipv4"
    told: list[tuple[str, str | None]] = []
    if packet.input is not None:
        name = f"net.{family}.conf.{packet.input.replace('.', '/')}.forwarding"
        told.append((name, interface_sysctl(node, family, packet.input, "forwarding")))
    if family == "ipv6" or all(value in (None, "0") for _, value in told):
        # For IPv4 the interface decides alone; ip_forward, when it changes, sets all of them.
        name = "net.ipv4.ip_forward" if family == "ipv4" else "net.ipv6.conf.all.forwarding"
        told.insert(0, (name, sysctl(node, name)))
    off = [name for name, value in told if value == "0"]
    if not off:
        return None
    name = off[0]
    return Obstacle(
        "ip-forward-disabled",
        node.name,
        packet.input,
        f"{node.name} does not forward packets: {name} is 0",
        f"A node routes packets of its pods only while {name} is 1. At 0 the kernel drops them "
        "without a word: no ICMP error, no counter of a firewall.",
        f"sysctl -w {shell_word(f'{name}=1')}  # on {shell_word(node.name)}; safe; then find "
        "what set it to 0 "
        "(/etc/sysctl.d, a hardening script)",
        (fact_evidence(node.name, Source("sysctl_forward_rp.txt", name), f"{name} = 0"),),
    )


def wrong_way_back(node: ClusterNode, packet: Packet) -> Obstacle | None:
    """Strict reverse path filtering: the route back to the sender leaves by another interface."""
    if packet.input is None or packet.source.version == 6 or node.host.routes is None:
        return None
    values = [
        sysctl(node, "net.ipv4.conf.all.rp_filter"),
        interface_sysctl(node, "ipv4", packet.input, "rp_filter"),
    ]
    known = [int(value) for value in values if value is not None and value.isdecimal()]
    if len(known) < 2 or max(known) != 1:
        return None
    back = node.tables.look_up(RoutedPacket(packet.source, packet.destination))
    if back is None or back.type != "unicast" or not back.next_hops:
        return None
    if any(hop.device == packet.input for hop in back.next_hops):
        return None
    setting = f"net.ipv4.conf.{packet.input.replace('.', '/')}.rp_filter=2"
    return Obstacle(
        "rp-filter-drop",
        node.name,
        packet.input,
        f"{node.name} drops packets from {packet.source} on {packet.input}: rp_filter",
        f"rp_filter is 1 (strict) on {packet.input}: a packet is dropped if the route back to its "
        f"sender leaves by another interface, and the route to {packet.source} leaves by "
        f"{back.device}. Nothing is logged; TcpExt IPReversePathFilter counts it.",
        f"sysctl -w {shell_word(setting)} net.ipv4.conf.all.rp_filter=2  "
        f"# on {shell_word(node.name)}; better mend the route back: ip route get {packet.source}",
        (
            kernel_evidence(node.name, back),
            fact_evidence(
                node.name,
                Source("sysctl_forward_rp.txt", f"net.ipv4.conf.{packet.input}.rp_filter"),
                f"rp_filter: all {values[0]}, {packet.input} {values[1]}",
            ),
        ),
    )


def unreachable_hop(
    node: ClusterNode, route: Route, address: str, device: str, receiver: ClusterNode | None
) -> Obstacle | None:
    """Nobody answers ARP for a route's next hop, which ``receiver`` has, if that is known."""
    entry = neighbour(node, address, device)
    if entry is None or not is_failed(entry):
        return None
    down = links.nic_down(receiver, address)
    why = "The node that has it is down, in another subnet, or the wire between is cut."
    evidence = [kernel_evidence(node.name, route), kernel_evidence(node.name, entry)]
    if receiver is not None and down is not None:
        why = f"{receiver.name} has it at {down.name}, which was switched off."
        evidence.append(kernel_evidence(receiver.name, down))
    return Obstacle(
        "nexthop-unreachable",
        node.name,
        device,
        f"{node.name} cannot reach the next hop {address} on {device}",
        f"The route {route.destination} leads to {address}, and nobody answers for it on {device}: "
        f"its neighbour entry is {' '.join(entry.states) or 'empty'}. {why}",
        f"arping -c 3 -I {shell_word(device)} {address}  # on {shell_word(node.name)}; is the node "
        "up, and in the same subnet?",
        tuple(evidence),
    )
