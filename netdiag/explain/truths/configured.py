"""What carries packets from one node to another, by configuration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from msgspec.structs import asdict, replace

from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.evidence import told_evidence
from netdiag.explain.truths.plugins import Plugin, find_plugin
from netdiag.model.facts.configuration import Configuration, FelixSettings, FlannelNetwork, IpPool
from netdiag.model.facts.source import Source
from netdiag.model.prefixes import Prefix, parse_prefix
from netdiag.model.report import Evidence, Mode

PLAIN = "none"
FLANNEL_TUNNELS = {
    "vxlan": "vxlan",
    "udp": "udp",
    "wireguard": "wireguard",
    "ipip": "ipip",
    "ipsec": "esp",
}
SIMPLE_PLUGINS = {
    "kubenet": "kubenet",
    "docker": "docker/bridge",
    "macvlan": "macvlan",
    "ipvlan": "ipvlan",
    "sriov": "sriov",
    "host-device": "host-device",
    "bridge": "bridge",
    "ptp": "ptp",
    "kindnet": "kindnet",
    "aws-vpc": "aws-vpc",
    "azure-vnet": "azure-vnet",
}
"""Plugins that wrap nothing, and their backends."""


class Way(NamedTuple):
    """From which node to which, and to which address of a pod or other."""

    source: ClusterNode
    destination: ClusterNode | None
    """None = no node that is known."""
    address: Prefix | None
    """Of the packets' destination; None = any pod of the destination."""
    same_subnet: bool | None
    """Whether the nodes reach each other without a router; None = not known."""

    @property
    def is_within_node(self) -> bool:
        """Return True if both ends are on one node."""
        return self.source is self.destination


def configured_mode(way: Way, cluster: Configuration) -> Mode | None:
    """Return what is configured; ``cluster`` is what Kubernetes' objects say. None = unknown.

    What the source's node does not say, the destination's may: one network has one configuration.
    """
    for node in (way.source, way.destination):
        plugin = find_plugin(node, cluster) if node is not None else None
        if node is not None and plugin is not None:
            mode = _RULES.get(plugin.family, _other)(way, node, plugin, cluster)
            if mode is not None:
                return mode
    return None


def _mode(
    way: Way,
    plugin: Plugin,
    backend: str | None,
    encapsulation: str | None,
    source: Source | None,
    text: str,
    **detail: Any,
) -> Mode:
    if way.is_within_node:
        encapsulation = PLAIN
    evidence: list[Evidence] = []
    for place, words in ((source, text), (plugin.source, plugin.text)):
        if place is not None and all(place.document != e.document for e in evidence):
            evidence.append(told_evidence(plugin.node, place, words, _key(place.document)))
    return Mode(
        backend,
        encapsulation,
        {name: value for name, value in detail.items() if value is not None},
        tuple(evidence),
    )


def _key(document: str) -> str:
    """Return the key that says it in a node's own file, which has only one."""
    if "/cni/net.d/" in document:
        return "plugins"
    return "Backend" if document.endswith(".json") else ""


def _tunnel_unless_direct(way: Way, tunnel: str, only_across: bool) -> str | None:
    """Return the tunnel, or none within a subnet where it is ``only_across`` subnets."""
    if not only_across:
        return tunnel
    if way.same_subnet is None:
        return None
    return PLAIN if way.same_subnet else tunnel


def _flannel(way: Way, node: ClusterNode, plugin: Plugin, cluster: Configuration) -> Mode | None:
    told = flannel_network(node, cluster)
    if told is None:
        return None
    tunnel = FLANNEL_TUNNELS.get(told.backend)
    encapsulation = PLAIN if told.backend == "host-gw" else None
    if tunnel is not None:
        encapsulation = _tunnel_unless_direct(way, tunnel, told.direct_routing)
    if _is_outside(way, (told.network, told.ipv6_network)):
        encapsulation = PLAIN
    direct = "-directrouting" if told.direct_routing and tunnel else ""
    return _mode(
        way,
        plugin,
        f"{plugin.family}/{told.backend}{direct}",
        encapsulation,
        told.source,
        flannel_text(told),
        network=told.network,
        direct_routing=told.direct_routing,
        vni=told.vni or (1 if tunnel == "vxlan" else None),
        port=told.port or {"vxlan": 8472, "udp": 8285, "wireguard": 51820}.get(told.backend),
        mtu=told.mtu,
    )


def flannel_network(node: ClusterNode, cluster: Configuration) -> FlannelNetwork | None:
    """Return flannel's configuration for a node: the cluster's ConfigMap before its own copy."""
    return next(iter((*cluster.flannel, *node.configuration.flannel)), None)


def flannel_text(told: FlannelNetwork) -> str:
    """Return the part of net-conf.json that says how packets are carried."""
    direct = ', "DirectRouting": true' if told.direct_routing else ""
    return f'"Backend": {{"Type": "{told.backend}"{direct}}}'


def _calico(way: Way, node: ClusterNode, plugin: Plugin, cluster: Configuration) -> Mode | None:
    pools = (*cluster.ip_pools, *node.configuration.ip_pools)
    felix = felix_settings(node, cluster)
    is_outside = bool(pools) and _is_outside(way, tuple(pool.cidr for pool in pools))
    encrypts = felix is not None and (
        felix.wireguard_ipv6 if _version(way) == 6 else felix.wireguard
    )
    if felix is not None and encrypts:
        encapsulation = PLAIN if is_outside else "wireguard"
        text = "wireguardEnabled: true"
        return _mode(way, plugin, "calico/wireguard", encapsulation, felix.source, text)
    pool = _pool_of(way, pools)
    if pool is None or _may_use_wireguard(node, felix):
        return None
    backend, tunnel, across = "calico/bgp", None, False
    for kind, mode in (("ipip", pool.ipip_mode), ("vxlan", pool.vxlan_mode)):
        if mode != "Never":
            across = mode == "CrossSubnet"
            backend, tunnel = f"calico/{kind}{'-crosssubnet' if across else ''}", kind
    encapsulation_or_none = _tunnel_unless_direct(way, tunnel, across) if tunnel else PLAIN
    if is_outside:
        encapsulation_or_none = PLAIN
    return _mode(
        way,
        plugin,
        backend,
        encapsulation_or_none,
        pool.source,
        f"{pool.name}: cidr {pool.cidr}, ipipMode {pool.ipip_mode}, vxlanMode {pool.vxlan_mode}",
        pool=pool.name,
        network=pool.cidr,
        vni=((felix and felix.vxlan_vni) or 4096) if tunnel == "vxlan" else None,
        port=((felix and felix.vxlan_port) or 4789) if tunnel == "vxlan" else None,
    )


def felix_settings(node: ClusterNode, cluster: Configuration) -> FelixSettings | None:
    """Return Calico's settings for a node: its environment's and its own before the default.

    Each counts only for what it gives; the source is that of WireGuard's switch, or the first's.
    """
    told = (*cluster.felix, *node.configuration.felix)
    names = ("environment", f"node.{node.object.name if node.object else node.name}", "default")
    found = [felix for name in names for felix in told if felix.name == name]
    if not found:
        return None
    values: dict[str, Any] = {}
    for felix in reversed(found):
        values |= {name: value for name, value in asdict(felix).items() if value is not None}
    first = next((felix for felix in found if felix.wireguard is not None), found[0])
    return replace(found[0], **(values | {"source": first.source, "name": found[-1].name}))


def _may_use_wireguard(node: ClusterNode, felix: FelixSettings | None) -> bool:
    """Return True if the document that switches WireGuard on was not told, but its device is up."""
    link = node.links.get("wireguard.cali")
    is_untold = felix is None or (felix.name == "environment" and felix.wireguard is None)
    return is_untold and link is not None and link.is_up


def _pool_of(way: Way, pools: Sequence[IpPool]) -> IpPool | None:
    """Return the pool that the destination's address is from; the only one if that is unknown."""
    active = [pool for pool in pools if not pool.disabled] or list(pools)
    wanted = [way.address] if way.address else []
    if way.destination is not None:
        wanted += [claim.subnet for claim in way.destination.claims]
    for address in wanted:
        for pool in pools:
            cidr = parse_prefix(pool.cidr)
            if cidr is not None and cidr.covers(address):
                return pool
    versions = {pool.cidr: parse_prefix(pool.cidr) for pool in active}
    version = _version(way)
    same = [pool for pool in active if (p := versions[pool.cidr]) and p.version == version]
    modes = {(pool.ipip_mode, pool.vxlan_mode) for pool in same}
    return same[0] if len(modes) == 1 else None


def _version(way: Way) -> int:
    """Return the IP version of the destination, or of its pods."""
    if way.address is not None:
        return way.address.version
    claims = way.destination.claims if way.destination else ()
    return 6 if claims and all(claim.subnet.version == 6 for claim in claims) else 4


def _cilium(way: Way, node: ClusterNode, plugin: Plugin, cluster: Configuration) -> Mode | None:
    told = next(iter((*cluster.cilium, *node.configuration.cilium)), None)
    if told is None:
        return None
    protocol = told.tunnel_protocol or "vxlan"
    is_native = told.routing_mode == "native" or protocol == "disabled"
    encapsulation = PLAIN if is_native else protocol
    backend = "cilium/native" if is_native else f"cilium/{protocol}"
    if told.encryption == "wireguard":
        encapsulation = "wireguard"
    text = f"routing-mode {told.routing_mode or 'tunnel'}, tunnel-protocol {protocol}"
    return _mode(way, plugin, backend, encapsulation, told.source, text, port=told.tunnel_port)


def _kube_router(
    way: Way, node: ClusterNode, plugin: Plugin, cluster: Configuration
) -> Mode | None:
    told = next(iter((*node.configuration.kube_router, *cluster.kube_router)), None)
    if told is None:
        return _mode(way, plugin, None, None, None, "") if way.is_within_node else None
    if not told.overlay:
        return _mode(way, plugin, "kube-router/bgp", PLAIN, told.source, "--enable-overlay=false")
    text = f"--overlay-type={told.overlay_type}"
    encapsulation = _tunnel_unless_direct(way, "ipip", told.overlay_type == "subnet")
    if encapsulation is None:
        return _mode(way, plugin, None, None, told.source, text)
    is_plain = encapsulation == PLAIN or (way.is_within_node and told.overlay_type == "subnet")
    backend = "kube-router/bgp" if is_plain else "kube-router/ipip"
    return _mode(way, plugin, backend, encapsulation, told.source, text)


def _other(way: Way, node: ClusterNode, plugin: Plugin, cluster: Configuration) -> Mode | None:
    backend = SIMPLE_PLUGINS.get(plugin.family)
    if backend is not None:
        return _mode(way, plugin, backend, PLAIN, None, "")
    return _mode(way, plugin, plugin.family, None, None, "")


def _is_outside(way: Way, networks: Sequence[str | None]) -> bool:
    """Return True if the destination is no pod: its address is in none of the pods' networks."""
    if way.address is None:
        return False
    prefixes = (parse_prefix(text) for text in networks)
    known = [p for p in prefixes if p is not None and p.version == way.address.version]
    return bool(known) and not any(network.covers(way.address) for network in known)


_Rule = Callable[[Way, ClusterNode, Plugin, Configuration], Mode | None]
_RULES: dict[str, _Rule] = {
    "flannel": _flannel,
    "canal": _flannel,
    "calico": _calico,
    "cilium": _cilium,
    "kube-router": _kube_router,
}
