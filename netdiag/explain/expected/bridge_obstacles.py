"""Why a packet does not pass between a pod and its node: no route, no port, no bridge, no ARP."""

from __future__ import annotations

from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.refusing_routes import refused_by_pod
from netdiag.explain.expected.steps import Obstacle
from netdiag.explain.expected.world import End, interface_sysctl, neighbour
from netdiag.explain.shell_words import shell_word, where_to_run
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.plugins import find_plugin
from netdiag.facts.kernel.describing import fact_evidence, kernel_evidence
from netdiag.facts.kernel.routing import Packet as RoutedPacket
from netdiag.facts.kernel.routing import RoutingTables
from netdiag.model.facts.configuration import Configuration
from netdiag.model.facts.kernel import Link, Route
from netdiag.model.facts.source import Source
from netdiag.model.prefixes import parse_address

PROXY_GATEWAY = "169.254.1.1"
"""The gateway of Calico's pods, which nobody has: the host's veth answers for it."""


def pod_route(end: End, packet: Packet) -> Route | None:
    """Return the route that a pod's own namespace has for a packet."""
    if end.namespace is None:
        return None
    routed = RoutedPacket(packet.destination, packet.source)
    route = RoutingTables(end.namespace).look_up(routed)
    return route if route is not None and route.type == "unicast" else None


def pod_without_route(end: End, packet: Packet) -> Obstacle | None:
    """A pod has no route to the destination."""
    namespace = end.namespace
    if namespace is None or namespace.routes is None or "routes" in namespace.partial:
        return None
    if pod_route(end, packet) is not None:
        return None
    refused = refused_by_pod(end, packet)
    if refused is not None:
        return refused
    document = f"pods/{end.pod}/ip_route.json"
    return Obstacle(
        "pod-route-missing",
        end.node.name,
        None,
        f"The pod {end.pod} has no route to {packet.destination}",
        f"In the pod's network namespace no route leads to {packet.destination}, not even a "
        "default route: nothing leaves the pod. The CNI plugin sets it when the pod starts; "
        "something in the pod has deleted it, or the plugin is configured without it.",
        f"ip route  # {where_to_run(end.node.name, end.pod)}: no default route; delete the pod so "
        "that it is made anew",
        (fact_evidence(end.node.name, Source(document), f"no route to {packet.destination}"),),
    )


def node_without_pod_route(node: ClusterNode, end: End, route: Route | None) -> Obstacle | None:
    """A node has no route to a pod of its own."""
    if node.host.routes is None or "routes" in node.host.partial:
        return None
    if route is not None and route.type == "unicast" and _is_own_way(node, route):
        return None
    shown = (kernel_evidence(node.name, route),) if route is not None else ()
    what = f"what is left is {route.type} {route.destination}" if route else "there is none at all"
    address = _address(end)
    return Obstacle(
        "pod-route-missing",
        node.name,
        None,
        f"{node.name} has no route to its own pod {end.pod}",
        f"Packets for {address} come to {node.name}, which must hand them to the pod's interface, "
        f"and has no route that does; {what}. The network plugin sets it when the pod starts.",
        f"ip route get {address}  # on {shell_word(node.name)}; restart the network plugin's pod "
        "there, or delete the pod so that it is made anew",
        shown or (fact_evidence(node.name, Source("ip_route.json"), f"no route to {address}"),),
    )


def route_to_other_pod(end: End, link: Link, port: Link | None, route: Route) -> Obstacle | None:
    """A node's route to a pod of its own leads to the veth of another pod."""
    node = end.node
    other = next((veth.pod for veth in node.veths if veth.outside.name == link.name), None)
    if port is None or port.name == link.name or other in (None, end.pod):
        return None
    address = _address(end)
    return Obstacle(
        "pod-route-missing",
        node.name,
        None,
        f"{node.name}'s route to its own pod {end.pod} leads to {link.name}, the veth of {other}",
        f"Packets for {address} must leave {node.name} by {port.name}, the veth of {end.pod}, and "
        f"its route sends them to {link.name}, where {other} does not answer for that address. "
        "The network plugin sets the route when the pod starts; this one may be of an earlier pod.",
        f"ip route replace {address} dev {shell_word(port.name)}  # on {shell_word(node.name)}; or "
        "restart the network plugin's pod there",
        (kernel_evidence(node.name, route), kernel_evidence(node.name, port)),
    )


def _is_own_way(node: ClusterNode, route: Route) -> bool:
    """Return True if a route leads to the node's own pods; Cilium names the node as gateway."""
    return route.gateway is None or parse_address(route.gateway) in node.addresses


def _address(end: End) -> str:
    for address in end.namespace.addresses or () if end.namespace else ():
        if address.scope in ("global", None) and address.device != "lo":
            return address.address
    return end.pod or "the pod"


def without_master(node: ClusterNode, port: Link, bridge: str | None, end: End) -> Obstacle | None:
    """A pod's veth is no port of the bridge that its subnet routes to."""
    if port.master is not None or bridge is None:
        return None
    shown = node.links.get(bridge)
    return Obstacle(
        "bridge-port-missing",
        node.name,
        port.name,
        f"{port.name}, the veth of {end.pod}, is in no bridge on {node.name}",
        f"The pods' subnet on {node.name} is behind {bridge}, but {port.name} has no master: what "
        "the pod sends ends in its veth, and what is for it never gets there.",
        f"ip link set dev {shell_word(port.name)} master {shell_word(bridge)}  "
        f"# on {shell_word(node.name)}; safe",
        (
            kernel_evidence(node.name, port),
            *((kernel_evidence(node.name, shown),) if shown is not None else ()),
        ),
    )


def bridge_down(node: ClusterNode, bridge: str, why: Route | Link | None) -> Obstacle | None:
    """The bridge that pods are behind is down, or gone."""
    if node.host.links is None or "links" in node.host.partial:
        return None
    link = node.links.get(bridge)
    if link is not None and link.is_up:
        return None
    state = "is down" if link is not None else "does not exist"
    evidence = [kernel_evidence(node.name, link)] if link is not None else []
    evidence += [kernel_evidence(node.name, why)] if why is not None else []
    return Obstacle(
        "bridge-down",
        node.name,
        bridge,
        f"The bridge {bridge} {state} on {node.name}",
        f"All pods of {node.name} are behind {bridge}, which {state}: nothing passes between them "
        "and the node.",
        f"ip link set dev {shell_word(bridge)} up  # on {shell_word(node.name)}; safe; if it does "
        "not exist the CNI plugin makes it with the next pod",
        tuple(evidence)
        or (fact_evidence(node.name, Source("ip_link.json"), f"no device {bridge}"),),
    )


USUAL_BRIDGES = {"flannel": "cni0", "kubenet": "cbr0", "kube-router": "kube-bridge"}


def expected_bridge_down(node: ClusterNode, route: Route | None) -> Obstacle | None:
    """The pods' bridge is down or gone, and the route to the pods with it."""
    if route is not None and route.type == "unicast" and _is_own_way(node, route):
        return None
    known = [name for name in node.pod_bridges if name in node.links]
    plugin = find_plugin(node, Configuration())
    usual = USUAL_BRIDGES.get(plugin.family) if plugin is not None else None
    named = next(iter(node.cni_bridges), None) or usual
    bridge = known[0] if known else named
    if bridge is None or node.host.links is None:
        return None
    return bridge_down(node, bridge, None)


def no_proxy_arp(node: ClusterNode, port: Link, end: End, gateway: str | None) -> Obstacle | None:
    """Nobody answers a Calico pod's ARP for its gateway."""
    if gateway != PROXY_GATEWAY:
        return None
    setting = interface_sysctl(node, "ipv4", port.name, "proxy_arp")
    everywhere = interface_sysctl(node, "ipv4", "all", "proxy_arp")
    if setting != "0" or everywhere == "1":
        return None
    inside = end.namespace
    known = [
        entry
        for entry in (inside.neighbours or () if inside else ())
        if entry.address == gateway and "PERMANENT" in entry.states
    ]
    if known:
        return None
    name = f"net.ipv4.conf.{port.name.replace('.', '/')}.proxy_arp"
    return Obstacle(
        "proxy-arp-disabled",
        node.name,
        port.name,
        f"Nobody answers {end.pod}'s ARP for its gateway {PROXY_GATEWAY}: {name} is 0",
        f"Calico's pods send everything to {PROXY_GATEWAY}, an address that nobody has: the host's "
        f"end of the veth, {port.name}, answers for it while {name} is 1. At 0 the pod gets no MAC "
        "address to send to. Felix sets it when the pod starts.",
        f"sysctl -w {shell_word(f'{name}=1')}  # on {shell_word(node.name)}; safe",
        (fact_evidence(node.name, Source("sysctl_forward_rp.txt", name), f"{name} = 0"),),
    )


def stale_underlay(
    node: ClusterNode, device: str, address: str, receiver: ClusterNode
) -> Obstacle | None:
    """A neighbour entry gives another MAC address than the receiving NIC has."""
    entry = neighbour(node, address, device)
    if entry is None or entry.mac is None:
        return None
    devices = [name for own, _, name in receiver.underlay if str(own) == address]
    nic = receiver.links.get(devices[0]) if devices else None
    if nic is None or nic.mac is None:
        return None
    if entry.mac in {link.mac for link in receiver.links.values()}:
        return None
    same = [e for e in node.host.neighbours or () if e.device == device and e.mac == entry.mac]
    if len(same) > 1:
        return None  # somebody answers for many: a router, a proxy, a cloud
    if not _is_on_link(node, device, address):
        return None
    return Obstacle(
        "underlay-neighbour-stale",
        node.name,
        device,
        f"{node.name} sends to {address} at a wrong MAC address, {entry.mac}",
        f"The neighbour entry for {address} on {device} is {' '.join(entry.states)} with "
        f"{entry.mac}, but {receiver.name}'s {nic.name} has {nic.mac}: the frames reach nobody, or "
        "somebody else.",
        f"ip neigh del {address} dev {shell_word(device)}  # on {shell_word(node.name)}; safe: the "
        "kernel asks again",
        (kernel_evidence(node.name, entry), kernel_evidence(receiver.name, nic)),
    )


def _is_on_link(node: ClusterNode, device: str, address: str) -> bool:
    wanted = parse_address(address)
    return wanted is not None and any(
        name == device and network.covers(wanted) for _, network, name in node.underlay
    )
