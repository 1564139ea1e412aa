"""Overlay devices that nothing uses any more."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.findings.context import Context, shell_word
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.configured import FLANNEL_TUNNELS, felix_settings, flannel_network
from netdiag.explain.truths.mtus import pod_mtu
from netdiag.explain.truths.plugins import find_plugin
from netdiag.facts.kernel.describing import kernel_evidence
from netdiag.model.facts.configuration import Configuration
from netdiag.model.facts.kernel import Link
from netdiag.model.report import Finding

MOST_NAMED = 8

OWNERS = (
    ("flannel.ipip", "flannel ipip"),
    ("flannel-wg", "flannel wireguard"),
    ("flannel-v6.", "flannel vxlan"),
    ("flannel.", "flannel vxlan"),
    ("flannel0", "flannel udp"),
    ("vxlan.calico", "calico vxlan"),
    ("vxlan-v6.calico", "calico vxlan"),
    ("tunl0", "calico ipip"),
    ("wireguard.cali", "calico wireguard"),
    ("wg-v6.cali", "calico wireguard"),
    ("cilium_vxlan", "cilium"),
    ("cilium_geneve", "cilium"),
    ("vxlan-6784", "weave"),
    ("kube-ipip", "kube-router"),
    ("tun-", "kube-router"),
)
"""How names of network plugins' tunnel devices begin, and whose they are; VPNs are not ours."""

KINDS = {
    "vxlan": ("vxlan",),
    "ipip": ("ipip", "tun"),
    "udp": ("tun",),
    "wireguard": ("wireguard", "tun"),
    "cilium": ("vxlan", "geneve"),
    "weave": ("vxlan",),
    "kube-router": ("ipip",),
}
"""Kinds of the devices by the last word of their owners; a VPN may have any name."""

KUBE_ROUTER_TUNNELS = ("kube-router", "calico ipip")
"""Where kube-router tunnels, the kernel makes tunl0 as well."""


def leftover_device(context: Context) -> Iterator[Finding]:
    """A tunnel device is up that neither the configuration nor any route uses."""
    cluster = context.truths.facts.cluster.configuration
    found: dict[str, list[tuple[ClusterNode, Link]]] = {}
    for node in context.truths.nodes:
        expected = expected_owners(node, cluster)
        if expected is None:
            continue
        for link in node.links.values():
            owner = _owner(link)
            if owner and link.is_up and owner not in expected and not _is_used(node, link):
                found.setdefault(link.name, []).append((node, link))
    for name, places in found.items():
        yield _finding(name, places)


def _finding(name: str, places: list[tuple[ClusterNode, Link]]) -> Finding:
    node, link = places[0]
    where = ", ".join(shell_word(place.name) for place, _ in places[:MOST_NAMED])
    mtu = pod_mtu(node)
    old = ""
    if mtu is not None and mtu == link.mtu:
        old = (
            f" The pods still have an MTU of {mtu}, as that tunnel needed: nothing is lost by it, "
            "but pods that are made anew may get another one."
        )
    return Finding(
        "leftover-device",
        "warning",
        node.name if len(places) == 1 else None,
        name,
        f"{name} is left over on {where}: nothing uses it",
        f"{name} is up, no route to pods leads by it, and the configuration does not ask for it "
        f"({_owner(link)}). It was likely left behind when the network was changed.{old}",
        _remedy(name, where),
        tuple(kernel_evidence(place.name, device) for place, device in places[:4]),
    )


def _remedy(name: str, where: str) -> str:
    word = shell_word(name)
    if name == "tunl0":
        return (
            f"ip addr flush dev tunl0; ip link set dev tunl0 down  # on {where}; safe while "
            "ip route show table all dev tunl0 shows nothing; the kernel keeps the device itself"
        )
    return (
        f"ip link delete {word}  # on {where}; safe only while no route uses it: "
        f"ip route show table all dev {word}"
    )


def expected_owners(node: ClusterNode, cluster: Configuration) -> frozenset[str] | None:
    """Return whose devices a node's configuration asks for; None if that is not known."""
    plugin = find_plugin(node, cluster)
    if plugin is None:
        return None
    if plugin.family in ("flannel", "canal"):
        told = flannel_network(node, cluster)
        if told is None:
            return None
        kind = told.backend if told.backend in FLANNEL_TUNNELS else ""
        return frozenset((f"flannel {kind}",))
    if plugin.family == "calico":
        return _calico(node, cluster)
    if plugin.family == "kube-router":
        return frozenset(KUBE_ROUTER_TUNNELS)
    return frozenset((plugin.family,))


def _calico(node: ClusterNode, cluster: Configuration) -> frozenset[str] | None:
    pools = (*cluster.ip_pools, *node.configuration.ip_pools)
    felix = felix_settings(node, cluster)
    if not pools:
        return None
    found = set()
    if any(pool.ipip_mode != "Never" for pool in pools) or (felix and felix.ipip):
        found.add("calico ipip")
    if any(pool.vxlan_mode != "Never" for pool in pools) or (felix and felix.vxlan):
        found.add("calico vxlan")
    if felix and (felix.wireguard or felix.wireguard_ipv6):
        found.add("calico wireguard")
    return frozenset(found)


def _owner(link: Link) -> str | None:
    """Return whose device it is, by name and kind; None for those of nobody known here."""
    owner = next((owner for head, owner in OWNERS if link.name.startswith(head)), None)
    if owner is None or link.kind not in KINDS[owner.rpartition(" ")[2]]:
        return None
    if link.vxlan is not None and link.vxlan.external:
        return None  # whoever sends by it chooses the tunnel: no route shows that
    return owner


def _is_used(node: ClusterNode, link: Link) -> bool:
    """Return True if a route leads through a device; tunl0 without an address is the kernel's."""
    if link.name == "tunl0" and not _has_address(node, link.name):
        return True
    return any(
        hop.device == link.name
        for route in node.host.routes or ()
        if route.type == "unicast" and route.protocol != "kernel"
        for hop in route.next_hops
    )


def _has_address(node: ClusterNode, device: str) -> bool:
    return any(
        address.device == device and ":" not in address.address
        for address in node.host.addresses or ()
    )
