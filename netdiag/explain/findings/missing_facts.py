"""Facts that would decide what is configured or programmed, and are not there."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.findings.context import Context
from netdiag.explain.findings.loss import Loss
from netdiag.explain.truths.plugins import main_plugin
from netdiag.explain.truths.truths import Row
from netdiag.facts.kernel.devices import encapsulation_of
from netdiag.model.report import Evidence, Finding

COLLECT = (
    "ip -d -j link > ip_link.json; ip -j addr > ip_addr.json; ip -j route show table all > "
    "ip_route.json; ip -j rule > ip_rule.json; ip -j neigh > ip_neigh.json; "
    "bridge -j fdb > bridge_fdb.json  # on the node, into NODE/facts/; these only read"
)


def facts_missing(context: Context) -> Iterator[Finding]:
    """A truth about the pings that were seen is not known, for want of a document."""
    if not context.truths.is_known:
        return
    told: set[tuple[str, str]] = set()
    for row in context.modes.rows[: len(context.modes.pairs)]:
        if row.pair.observed is None and row is not context.modes.rows[0]:
            continue
        for node, document, truth in _missing(row):
            if (node, document) not in told:
                told.add((node, document))
                yield _finding(node, document, truth)


def facts_missing_for(loss: Loss, context: Context) -> Iterator[Finding]:
    """Name what would tell why packets are lost at a node, and is not there."""
    node = context.truths.nodes.get(loss.where.node)
    if node is None or node.facts is None:
        return
    if node.facts.firewall is None:
        yield _finding(node.name, "iptables-save-c.txt", "filtered")
    has_vxlan = any(encapsulation_of(link) == "vxlan" for link in node.links.values())
    if has_vxlan and node.host.fdb is None:
        yield _finding(node.name, "bridge_fdb.json", "in the FDB")
    if node.host.neighbours is None:
        yield _finding(node.name, "ip_neigh.json", "in the neighbour table")


def _missing(row: Row) -> Iterator[tuple[str, str, str]]:
    way = row.way
    if row.pair.programmed is None and way.source.host.routes is None:
        yield way.source.name, "ip_route.json", "programmed"
    elif row.pair.programmed is None and way.source.host.links is None:
        yield way.source.name, "ip_link.json", "programmed"
    elif row.pair.programmed is None and way.source.tables.needs_rules:
        yield way.source.name, "ip_rule.json", "programmed"
    document = _configuration_document(row)
    if row.pair.configured is None and document:
        yield way.source.name, document, "configured"


def _configuration_document(row: Row) -> str:
    """Return the document that configures the plugin; empty if no document read here does."""
    backends = (mode.backend for mode in (row.configured, row.programmed) if mode is not None)
    name = next((backend.partition("/")[0] for backend in backends if backend), None)
    networks = row.way.source.configuration.cni
    main = main_plugin(networks[0]) if networks else None
    if name is None and main is not None:
        name = main.type
    return {
        "flannel": "kubernetes/configmaps.json (kube-flannel-cfg) or net-conf.json",
        "canal": "kubernetes/configmaps.json (canal-config)",
        "calico": "kubernetes/ippools.json",
        "cilium": "kubernetes/configmaps.json (cilium-config)",
        "kube-router": "cmdlines.txt",
    }.get(name or "", "" if networks else "files/etc/cni/net.d")


def _finding(node: str, document: str, truth: str) -> Finding:
    return Finding(
        "facts-missing",
        "info",
        node,
        None,
        f"What is {truth} on {node} is not known: {document} is missing",
        f"Without {document} of {node} it cannot be told what is {truth} there, nor whether that "
        "agrees with what the packets do.",
        COLLECT if truth == "programmed" else f"add {document} to the bundle",
        (Evidence("fact", node, document=document),),
    )
