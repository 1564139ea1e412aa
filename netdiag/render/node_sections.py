"""A section per node: its interfaces, its pods' subnets, how it reaches those of other nodes."""

from __future__ import annotations

from netdiag.model.inspection import InspectedNode, Inspection, PodSubnet, ReachedSubnet
from netdiag.render.evidence_words import source_words
from netdiag.render.interface_table import write_interfaces
from netdiag.render.page import PLACE, QUIET, Page
from netdiag.render.reach_table import write_reach

MOST_NODES = 10
"""So many nodes are told in full."""
MOST_WAYS = 40
MOST_WAYS_OF_MANY = 10
"""How many ways a node's table shows where there are more nodes than ``MOST_NODES``."""
MOST_SUBNETS = 8
MOST_ADDRESSES = 4
LABEL_WIDTH = 13

Ways = dict[str, list[ReachedSubnet]]


def write_nodes(page: Page, inspection: Inspection) -> None:
    """Write the nodes in full, those with trouble first; more than ten in a line each."""
    ways: Ways = {}
    for way in inspection.reach:
        ways.setdefault(way.source_node, []).append(way)
    troubled = {finding.node for finding in inspection.findings}
    troubled |= {way.source_node for way in inspection.reach if way.agree is False}
    nodes, most = inspection.nodes, MOST_WAYS
    if len(nodes) > MOST_NODES:
        nodes = tuple(sorted(nodes, key=lambda node: node.name not in troubled))
        most = MOST_WAYS_OF_MANY
    for node in nodes[:MOST_NODES]:
        _write_node(page, node, ways.get(node.name, []), most)
    _write_others(page, nodes[MOST_NODES:], ways)
    if inspection.reach_left_out:
        page.gap()
        left = f"{inspection.reach_left_out:,} more ways to other nodes' pods are not listed"
        page.paragraph((left, QUIET))


def node_words(node: InspectedNode) -> str:
    """Return the node's name, its name in Kubernetes if that is another, backend, addresses."""
    name = node.name
    if node.kubernetes_name not in (None, node.name):
        name += f" ({node.kubernetes_name} in Kubernetes)"
    return ", ".join([name, *filter(None, [node.backend, _addresses(node)])])


def _addresses(node: InspectedNode) -> str:
    more = len(node.addresses) - MOST_ADDRESSES
    shown = " ".join(node.addresses[:MOST_ADDRESSES])
    return f"{shown} and {more:,} more" if more > 0 else shown


def _write_node(page: Page, node: InspectedNode, ways: list[ReachedSubnet], most: int) -> None:
    page.heading("Node ", node_words(node))
    write_interfaces(page, node)
    if node.pod_subnets:
        page.gap()
        page.labelled("pod subnets", _subnets(node), column=LABEL_WIDTH)
    if ways:
        page.gap()
        page.paragraph(("to other nodes' pods:", QUIET))
        write_reach(page, ways, most)


def _subnets(node: InspectedNode) -> str:
    """Return the subnets of the node's pods, and which document tells each."""
    told = [_subnet(subnet, node.name) for subnet in node.pod_subnets[:MOST_SUBNETS]]
    more = len(node.pod_subnets) - len(told)
    return ", ".join(told) + (f" and {more:,} more" if more else "")


def _subnet(subnet: PodSubnet, node: str) -> str:
    source = source_words(subnet.evidence, within=node)
    return f"{subnet.subnet} ({source})" if source else subnet.subnet


def _write_others(page: Page, nodes: tuple[InspectedNode, ...], ways: Ways) -> None:
    if not nodes:
        return
    page.heading(f"Other nodes ({len(nodes):,})", (", in short", QUIET))
    for node in nodes:
        subnets = [subnet.subnet for subnet in node.pod_subnets[:MOST_SUBNETS]]
        pods = f", pods {' '.join(subnets)}" if subnets else ""
        counts = f": {len(node.interfaces):,} interfaces, {len(ways.get(node.name, [])):,} ways"
        page.paragraph((node.name, PLACE), node_words(node)[len(node.name) :], f"{pods}{counts}")
    page.paragraph(("Left out: their interfaces, and the ways to other nodes' pods.", QUIET))
