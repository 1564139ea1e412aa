"""Asks a node's packet filters about a packet, at one hook."""

from __future__ import annotations

from netdiag.explain.expected.filter_obstacles import blocked
from netdiag.explain.expected.firewall import Family, Hook, walk
from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.steps import Obstacle
from netdiag.explain.truths.cluster_nodes import ClusterNode


def filtered(
    node: ClusterNode, hook: Hook, packet: Packet, broken: frozenset[str] = frozenset()
) -> tuple[Obstacle | None, str, Packet]:
    """Return what stops a packet, what is not sure, and the packet as it goes on.

    ``broken`` are the node's documents of which not all was understood: they prove no drop.
    """
    firewall = node.facts.firewall if node.facts else None
    if firewall is None:
        return None, "", packet
    family: Family = "ip6" if packet.destination.version == 6 else "ip"
    verdict = walk(firewall, hook, packet, family=family, local=node.addresses)
    if verdict.outcome == "accept":
        return None, "", verdict.packet
    document = verdict.table.source.document if verdict.table else ""
    obstacle = blocked(node, hook, packet, verdict) if document not in broken else None
    doubt = "" if obstacle else f"what the packet filter of {node.name} does with it ({hook})"
    return obstacle, doubt, verdict.packet
