"""What carries packets from one node to another, by the routes and devices of the kernel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.configured import PLAIN, SIMPLE_PLUGINS, Way
from netdiag.explain.truths.plugins import find_plugin
from netdiag.facts.kernel.describing import kernel_evidence
from netdiag.facts.kernel.devices import encapsulation_of
from netdiag.facts.kernel.routing import Packet, is_default
from netdiag.model.facts.configuration import Configuration
from netdiag.model.facts.kernel import Link, Namespace, Route
from netdiag.model.prefixes import Prefix, parse_address
from netdiag.model.report import Evidence, Mode

DIRECT_KINDS = ("macvlan", "ipvlan", "macvtap", "")
"""Kinds of a pod's device whose packets bypass the host's stack; ``""`` = hardware (SR-IOV)."""


class Reach(NamedTuple):
    """How a node sends packets to an address."""

    route: Route
    links: tuple[Link, ...]
    """The devices of its next hops, as far as they are known."""
    encapsulation: str | None
    """None = not known, or the packets do not leave the node."""
    detail: dict[str, Any]


def programmed_mode(
    way: Way, sender: Prefix | None, cluster: Configuration, backend: str | None
) -> Mode | None:
    """Return what the source's kernel was told; None = unknown, or no route but the default.

    ``sender`` is the address of the pod that sends, if it is known; ``backend`` what the kernel's
    state proves.
    """
    node = way.source
    direct = _direct_device(node, sender)
    if direct is not None:
        pod, link = direct
        evidence = _pod_evidence(node, pod, link)
        return Mode(link.kind or "sriov", PLAIN, {"device": link.name}, (evidence,))
    reached = reach(way, sender)
    if way.is_within_node:
        evidence_of = tuple(_evidence(node, reached)) if reached else ()
        known = reached is not None or bool(node.host.routes)
        return Mode(backend, PLAIN, {}, evidence_of) if known else None
    if reached is None:
        return None
    encapsulation = reached.encapsulation
    if is_default(reached.route) and not _may_use_default(way, cluster, backend):
        encapsulation = None
    if encapsulation is None or (encapsulation == PLAIN and _may_be_marked(node)):
        return None
    return Mode(backend, encapsulation, reached.detail, tuple(_evidence(node, reached)))


def _may_be_marked(node: ClusterNode) -> bool:
    """Return True where Calico's WireGuard decides in a table that was not told."""
    if node.host.has_all_tables or node.host.rules is not None:
        return False
    devices = (node.links.get(name) for name in ("wireguard.cali", "wg-v6.cali"))
    return any(device is not None and device.is_up for device in devices)


def reach(way: Way, sender: Prefix | None = None) -> Reach | None:
    """Return how the source sends to the destination; None if no route is known."""
    node = way.source
    wanted = way.address or target_of(way.destination)
    if wanted is None or node.host.routes is None:
        return None
    route = node.tables.look_up(Packet(wanted, sender, protocol="icmp"))
    if route is None or route.type != "unicast":
        return None
    links = tuple(
        node.links[hop.device]
        for hop in route.next_hops
        if hop.device is not None and hop.device in node.links
    )
    return Reach(route, links, _encapsulation(node, route), _detail(route, links))


def target_of(node: ClusterNode | None) -> Prefix | None:
    """Return an address that stands for a node's pods."""
    if node is None:
        return None
    for pod in node.pods:
        for text in pod.addresses:
            address = parse_address(text)
            if address is not None:
                return address
    for claim in node.claims:
        return claim.subnet.host(2)
    for namespace in node.pod_namespaces.values():
        for told in namespace.addresses or ():
            address = parse_address(told.address)
            if address is not None and told.scope in ("global", None) and told.device != "lo":
                return address
    return None


def _encapsulation(node: ClusterNode, route: Route) -> str | None:
    kinds = {_of_device(node, hop.device) for hop in route.next_hops}
    if len(kinds) != 1:
        return "mixed" if kinds and None not in kinds else None
    return kinds.pop()


def _of_device(node: ClusterNode, device: str | None) -> str | None:
    """Return what a device puts around packets that leave by it; None = they don't leave."""
    if device is None:
        return None
    wireguard = node.links.get("cilium_wg0")
    if wireguard is not None and wireguard.is_up:
        return "wireguard"  # eBPF hands packets for other nodes to it, past the routes
    link = node.links.get(device)
    if device in ("cilium_host", "cilium_net"):
        tunnels = (node.links.get(name) for name in ("cilium_vxlan", "cilium_geneve"))
        return next((encapsulation_of(t) for t in tunnels if t is not None and t.is_up), None)
    if link is None:
        return encapsulation_of(Link(device, "", 0))
    role = node.roles.get(device)
    if role in ("veth", "macvlan", "loopback"):
        return None
    if role == "bridge" and (device in node.pod_bridges or device == "docker0"):
        return None
    if _is_userspace_wireguard(node, link):
        return "wireguard"
    return encapsulation_of(link)


def _is_userspace_wireguard(node: ClusterNode, link: Link) -> bool:
    """Return True for a TUN device that ``wg`` lists: wireguard-go or boringtun runs it."""
    told = node.facts.activity.wireguard if node.facts else None
    return link.kind == "tun" and any(device.device == link.name for device in told or ())


def _may_use_default(way: Way, cluster: Configuration, backend: str | None) -> bool:
    """Return True where the default route is the way to other nodes' pods, or out."""
    plugin = find_plugin(way.source, cluster)
    if plugin is not None and plugin.family in SIMPLE_PLUGINS:
        return True
    if plugin is None and backend in SIMPLE_PLUGINS.values():
        return True
    return way.destination is None and _is_out(way)


def _is_out(way: Way) -> bool:
    """Return True if the destination is surely no pod: public, or of the source's own subnet."""
    return way.address is not None and any(
        network.covers(way.address) for _, network, _ in way.source.underlay
    )


def _direct_device(node: ClusterNode, sender: Prefix | None) -> tuple[str, Link] | None:
    """Return the pod that has an address and its device, if that bypasses the host's stack."""
    if sender is None or node.facts is None:
        return None
    for name, namespace in node.facts.pods.items():
        device = _device_of(namespace, sender)
        if device is not None and device.kind in DIRECT_KINDS and device.type != "loopback":
            return name, device
    return None


def _device_of(namespace: Namespace, address: Prefix) -> Link | None:
    for told in namespace.addresses or ():
        if parse_address(told.address) == address:
            return next((li for li in namespace.links or () if li.name == told.device), None)
    return None


def _pod_evidence(node: ClusterNode, pod: str, link: Link) -> Evidence:
    evidence = kernel_evidence(node.name, link)
    return Evidence(
        "fact",
        node.name,
        document=f"pods/{pod}/{evidence.document}",
        key=evidence.key,
        text=evidence.text,
    )


def _evidence(node: ClusterNode, reached: Reach) -> Iterator[Evidence]:
    yield kernel_evidence(node.name, reached.route)
    for link in reached.links[:1]:
        yield kernel_evidence(node.name, link)
    mac = node.neighbour_macs.get((reached.route.gateway, reached.route.device))
    entry = node.remote_fdb.get(mac or "")
    if entry is not None:
        yield kernel_evidence(node.name, entry)


def _detail(route: Route, links: Sequence[Link]) -> dict[str, Any]:
    link = links[0] if links else None
    vxlan = link.vxlan if link is not None else None
    detail: dict[str, Any] = {
        "destination": route.destination,
        "gateway": route.gateway,
        "device": route.device,
        "protocol": route.protocol,
        "table": route.table if route.table != "main" else None,
        "mtu": link.mtu if link is not None else None,
        "vni": vxlan.vni if vxlan is not None else None,
        "port": vxlan.port if vxlan is not None else None,
        "local": vxlan.local if vxlan is not None else None,
        "lower": vxlan.lower if vxlan is not None else None,
    }
    return {name: value for name, value in detail.items() if value is not None}
