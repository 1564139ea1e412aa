"""Building the network of a lab whose places are there."""

from __future__ import annotations

from typing import Final

from netdiag.lab.blocks.outside import NAT, NAT_RULES
from netdiag.lab.blocks.underlay import SWITCH, connect_nodes
from netdiag.lab.cluster import Cluster, plan
from netdiag.lab.mode import Mode
from netdiag.lab.rules import joined, restorable
from netdiag.lab.site import Site

FORWARDING: Final = {
    "net/ipv6/conf/all/disable_ipv6": 1,
    "net/ipv6/conf/default/disable_ipv6": 1,
    "net/ipv4/ip_forward": 1,
    "net/ipv4/conf/all/rp_filter": 0,
    "net/ipv4/conf/default/rp_filter": 0,
    "net/bridge/bridge-nf-call-iptables": 1,
}
"""Kernel settings of nodes, routers and the switch."""

BRIDGING: Final = {"net/bridge/bridge-nf-call-iptables": 0, "net/ipv4/ip_forward": 0}
"""Kernel settings of the switch besides these."""

QUIET: Final = {name: value for name, value in FORWARDING.items() if "ipv6" in name}
"""Kernel settings of pods."""


def cluster_of(mode: Mode, *, nodes: int, routed: bool) -> Cluster:
    """Return the plan of a cluster in this mode."""
    return plan(mode.addressing, nodes=nodes, routed=routed or mode.always_routed)


def build(site: Site, mode: Mode, cluster: Cluster, *, iptables: str) -> None:
    """Make everything of the plan. ``iptables``: the program, without ``-restore``."""
    pods = {pod.name for pod in cluster.pods}
    for place in site.places:
        site.set_sysctls(place, QUIET if place in pods else FORWARDING)
    if SWITCH in site.places:
        site.set_sysctls(SWITCH, BRIDGING)
    connect_nodes(site, cluster, router_knows_pods=mode.router_knows_pods, outside=mode.outside)
    for node in cluster.nodes:
        for path, text in mode.files(cluster, node).items():
            site.write_file(node.name, path, text)
        mode.pods.prepare(site, cluster, node)
        for carrier in mode.carriers():
            carrier.prepare(site, cluster, node)
    for pod in cluster.pods:
        mode.pods.attach(site, cluster, pod)
    carrier = mode.carrier(cluster)
    for node in cluster.nodes:
        for peer in cluster.peers(node):
            carrier.connect(site, cluster, node, peer)
    _filter(site, mode, cluster, iptables)
    carrier.finish(site, cluster)


def _filter(site: Site, mode: Mode, cluster: Cluster, iptables: str) -> None:
    rules = {
        node.name: restorable(joined(*(source(cluster, node) for source in mode.rules)))
        for node in cluster.nodes
    }
    if mode.outside:
        rules[NAT] = restorable(NAT_RULES)
    site.run_everywhere((f"{iptables}-restore",), {at: text for at, text in rules.items() if text})
