"""Which backend the state of a node's kernel proves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from netdiag.explain.truths.claims import BLOCK_PROTOCOLS
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.devices import PLAIN, encapsulation_of
from netdiag.facts.kernel.routing import is_default
from netdiag.model.facts.firewall import Chain
from netdiag.model.facts.kernel import Link, Route
from netdiag.model.prefixes import parse_prefix

CALICO_DEVICES = ("cali", "tap-cali")
CALICO_VXLAN = ("vxlan.calico", "vxlan-v6.calico")
KUBE_ROUTER_PROTOCOLS = ("17", "0x11")
FLANNEL_CHAINS = ("FLANNEL-FWD", "FLANNEL-POSTRTG")
MULTICAST = "224.0.0.0/4"


class Signs(NamedTuple):
    """What a node's kernel shows."""

    node: ClusterNode
    tunnelled: frozenset[str]
    """Tunnels that lead to other nodes' pods."""
    tunnel_devices: frozenset[str]
    is_plain: bool
    """Other nodes' pods are reached through a gateway on the NIC."""
    protocols: frozenset[str]
    """Who made the routes to other nodes' pods."""


def proved_backend(node: ClusterNode) -> str | None:
    """Return the backend that a node's links, routes and rules prove; None if they don't."""
    if "routes" in node.host.partial:
        return None
    signs = _signs(node)
    return next((found for prove in _PROOFS if (found := prove(signs)) is not None), None)


def _signs(node: ClusterNode) -> Signs:
    kinds = _Kinds(node)
    tunnelled: set[str] = set()
    devices: set[str] = set()
    protocols: set[str] = set()
    is_plain = False
    for route in _pod_routes(node, kinds):
        for hop in route.next_hops:
            if hop.device is None:
                continue
            kind = kinds[hop.device]
            if kind == PLAIN:
                is_plain = True
            elif kind is not None:
                tunnelled.add(kind)
                devices.add(hop.device)
        if route.protocol:
            protocols.add(route.protocol)
    return Signs(node, frozenset(tunnelled), frozenset(devices), is_plain, frozenset(protocols))


class _Kinds(dict[str, str | None]):
    """What each device of a node puts around packets; devices without a link by their names."""

    def __init__(self, node: ClusterNode) -> None:
        super().__init__((name, encapsulation_of(link)) for name, link in node.links.items())

    def __missing__(self, device: str) -> str | None:
        kind = self[device] = encapsulation_of(Link(device, "", 0))
        return kind


def has_pod_routes(node: ClusterNode) -> bool:
    """Return True if a node has a route of its own to pods of another one."""
    return next(_pod_routes(node, _Kinds(node)), None) is not None


def _pod_routes(node: ClusterNode, kinds: _Kinds) -> Iterator[Route]:
    """Yield the routes that lead to pods of other nodes, as far as their form tells.

    They leave by a tunnel, or by a gateway to a prefix like that of the node's own pods.
    """
    lengths = {claim.subnet.length for claim in node.claims}
    underlay = [address for address, _, _ in node.underlay]
    for route in node.host.routes or ():
        if route.type != "unicast" or route.protocol == "kernel" or is_default(route):
            continue
        by_tunnel = any(_is_tunnel(kinds, hop.device) for hop in route.next_hops)
        if not by_tunnel and route.gateway is None:
            continue
        prefix = parse_prefix(route.destination)
        if prefix is None or any(prefix.overlaps(address) for address in underlay):
            continue
        if by_tunnel or prefix.length in lengths:
            yield route


def _is_tunnel(kinds: _Kinds, device: str | None) -> bool:
    return device is not None and (device == "cilium_host" or kinds[device] != PLAIN)


def _has(signs: Signs, *names: str) -> bool:
    return any(name in signs.node.links for name in names)


def _up(signs: Signs, name: str) -> bool:
    link = signs.node.links.get(name)
    return link is not None and link.is_up


def _cilium(signs: Signs) -> str | None:
    if not _has(signs, "cilium_host"):
        return None
    for name, backend in (("cilium_vxlan", "vxlan"), ("cilium_geneve", "geneve")):
        if _up(signs, name):
            return f"cilium/{backend}"
    return "cilium/native"


def _kube_router(signs: Signs) -> str | None:
    if not _has(signs, "kube-bridge"):
        return None
    if "ipip" in signs.tunnelled:
        return "kube-router/ipip"
    return "kube-router/bgp" if signs.is_plain else None


def _calico(signs: Signs) -> str | None:
    node = signs.node
    if not any(name.startswith(CALICO_DEVICES) for name in node.links):
        return None
    if any(name.startswith("flannel") for name in signs.tunnel_devices):
        return _with_flannel(signs, "canal")
    if "wireguard" in signs.tunnelled:
        return "calico/wireguard"
    for kind in ("vxlan", "ipip"):
        if kind in signs.tunnelled:
            return f"calico/{kind}{'-crosssubnet' if signs.is_plain else ''}"
    if not signs.protocols.intersection(BLOCK_PROTOCOLS):
        return None
    if any(_up(signs, name) for name in CALICO_VXLAN):
        return "calico/vxlan-crosssubnet"
    if _up(signs, "tunl0") and _has_address(node, "tunl0"):
        return "calico/ipip-crosssubnet"
    if not _are_all_told(node) or (_up(signs, "tunl0") and not node.host.addresses):
        return None
    return "calico/bgp" if "bird" in signs.protocols else None


def _are_all_told(node: ClusterNode) -> bool:
    """Return True if a device that is not among the links does not exist, as far as can be told."""
    devices = {hop.device for route in node.host.routes or () for hop in route.next_hops}
    devices |= {address.device for address in node.host.addresses or ()}
    is_whole = not node.host.partial.intersection(("links", "addresses"))
    return is_whole and devices - {None} <= node.links.keys()


def _has_address(node: ClusterNode, device: str) -> bool:
    return any(address.device == device for address in node.host.addresses or ())


def _flannel(signs: Signs) -> str | None:
    if any(name.startswith("flannel") for name in signs.tunnel_devices):
        return _with_flannel(signs, "flannel")
    node = signs.node
    if not signs.is_plain or not _is_flannels(node) or not _are_all_told(node):
        return None
    told = node.object.flannel_backend if node.object else None
    device = next((name for name in node.links if name.startswith("flannel.")), None)
    if told == "vxlan" or (told is None and device is not None):
        return "flannel/vxlan-directrouting" if told == "vxlan" else None
    return f"flannel/{told or 'host-gw'}"


def _with_flannel(signs: Signs, family: str) -> str | None:
    kinds = signs.tunnelled
    if len(kinds) != 1:
        return None
    direct = "-directrouting" if signs.is_plain else ""
    return f"{family}/{next(iter(kinds))}{direct}"


def _is_flannels(node: ClusterNode) -> bool:
    """Return True if flannel gave the node its pods' network, and no other plugin is configured."""
    own = node.configuration
    if own.cni:
        return any(plugin.type == "flannel" for plugin in own.cni[0].plugins)
    if own.flannel_subnets or (node.object is not None and node.object.flannel_backend):
        return True
    firewall = node.facts.firewall if node.facts else None
    chains = [chain for table in (firewall.tables if firewall else ()) for chain in table.chains]
    return any(chain.name in FLANNEL_CHAINS or _has_flannels_rule(chain) for chain in chains)


def _has_flannels_rule(chain: Chain) -> bool:
    """Return True for the rule by which flannel masquerades, before 0.19 in no chain of its own."""
    return chain.name == "POSTROUTING" and any(
        rule.target == "MASQUERADE"
        and any(
            m.field == "destination" and m.value == MULTICAST and m.inverted for m in rule.matches
        )
        and any(match.field == "source" for match in rule.matches)
        for rule in chain.rules
    )


def _kubenet(signs: Signs) -> str | None:
    is_alone = _has(signs, "cbr0") and not _has(signs, "cni0")
    return "kubenet" if is_alone and not signs.tunnelled else None


def _macvlan(signs: Signs) -> str | None:
    kinds = {
        link.kind
        for namespace in signs.node.pod_namespaces.values()
        for link in namespace.links or ()
        if link.name == "eth0"
    }
    return kinds.pop() if len(kinds) == 1 and kinds & {"macvlan", "ipvlan"} else None


def _docker(signs: Signs) -> str | None:
    others = ("cni0", "cbr0", "kube-bridge")
    if signs.tunnelled or signs.is_plain or _has(signs, *others) or signs.node.configuration.cni:
        return None
    ports = (link for link in signs.node.links.values() if link.kind == "veth" and link.master)
    return "docker/bridge" if any(link.master == "docker0" for link in ports) else None


_PROOFS: tuple[Callable[[Signs], str | None], ...] = (
    _cilium,
    _kube_router,
    _calico,
    _flannel,
    _kubenet,
    _macvlan,
    _docker,
)
