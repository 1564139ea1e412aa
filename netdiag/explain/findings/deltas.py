"""Counters that moved between two readings of a node's documents: facts/ and facts-after/."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.describing import fact_evidence
from netdiag.model.facts.source import Source
from netdiag.model.report import Evidence

COUNTERS = {
    "rp-filter-drop": ("TcpExt.IPReversePathFilter",),
    "ip-forward-disabled": ("Ip.InAddrErrors",),
    "route-missing": ("Ip.OutNoRoutes", "Ip.InNoRoutes", "IpExt.InNoRoutes"),
    "return-route-missing": ("Ip.OutNoRoutes", "Ip.InNoRoutes", "IpExt.InNoRoutes"),
    "mtu-exceeded": ("Ip.FragFails",),
    "mtu-blackhole": ("Ip.FragFails",),
    "fragments-lost": ("Ip.ReasmFails", "Ip.ReasmTimeout"),
    "vxlan-port-mismatch": ("Udp.NoPorts",),
}
"""What the kernel counts when it drops a packet for this reason."""

DEVICE_DROPS = ("fdb-missing", "vtep-neighbour-wrong", "overlay-device-missing", "vni-mismatch")
"""Reasons that a device counts among its own drops."""


def moved_counters(code: str, node: ClusterNode | None, device: str | None) -> tuple[Evidence, ...]:
    """Return the counters that bear a cause out; empty without a second reading."""
    if node is None or node.facts is None or node.facts.after is None:
        return ()
    return (*_snmp(code, node), *_device(code, node, device))


def _snmp(code: str, node: ClusterNode) -> Iterator[Evidence]:
    before = node.facts.activity.snmp if node.facts else None
    after = node.facts.after.activity.snmp if node.facts and node.facts.after else None
    for name in COUNTERS.get(code, ()):
        first, second = (before or {}).get(name), (after or {}).get(name)
        if first is not None and second is not None and second > first:
            yield fact_evidence(
                node.name, Source("netstat.txt", name), f"{name} rose by {second - first}"
            )


def _device(code: str, node: ClusterNode, device: str | None) -> Iterator[Evidence]:
    link = node.links.get(device or "")
    later = node.facts.after.host.links if node.facts and node.facts.after else None
    other = next((found for found in later or () if found.name == device), None)
    if code not in DEVICE_DROPS or link is None or other is None:
        return
    if link.counters is None or other.counters is None:
        return
    for name in ("tx_dropped", "rx_dropped", "tx_errors"):
        rise = getattr(other.counters, name) - getattr(link.counters, name)
        if rise > 0:
            source = Source(link.document, f"{link.name} {name}")
            yield fact_evidence(node.name, source, f"{name} of {link.name} rose by {rise}")
