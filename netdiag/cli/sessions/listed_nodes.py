"""Nodes and pods that a cluster lists, as the screens take them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import msgspec

from netdiag.model.inspection import Inspection
from netdiag.sources.kubernetes.listing import ListedPod
from netdiag.sources.kubernetes.nodes import WINDOWS
from netdiag.sources.kubernetes.objects import ClusterNode
from netdiag.tui.session import ListedNode, ProbeState, TraceEnd

MISSING = "facts-missing"


def told_node(node: ClusterNode) -> ListedNode:
    """Return a node on which nothing runs yet."""
    addresses = tuple(map(str, node.addresses))
    if node.system.lower() == WINDOWS:
        note = "it runs Windows: probes need Linux"
        return ListedNode(node.name, addresses, node.is_ready, "unfit", note)
    return ListedNode(node.name, addresses, node.is_ready)


def pod_ends(pods: Iterable[ListedPod]) -> tuple[TraceEnd, ...]:
    """Return pods to trace between; those on their node's network have no address of their own."""
    return tuple(
        TraceEnd(pod.name, "pod", pod.node, tuple(map(str, pod.addresses))) for pod in pods
    )


def node_ends(nodes: Iterable[ListedNode]) -> tuple[TraceEnd, ...]:
    """Return nodes to trace between."""
    return tuple(
        TraceEnd(node.name, "node", node.name, node.addresses)
        for node in nodes
        if node.probe != "unfit"
    )


def with_probe(
    nodes: Iterable[ListedNode], name: str, probe: ProbeState, note: str = ""
) -> tuple[ListedNode, ...]:
    """Return nodes, one of them with another state of its probe; a node that was not listed too."""
    known = tuple(nodes)
    if all(node.name != name for node in known):
        known = (*known, ListedNode(name))
    return tuple(
        replace(node, probe=probe, note=note) if node.name == name else node for node in known
    )


def without_probes(nodes: Iterable[ListedNode]) -> tuple[ListedNode, ...]:
    """Return nodes after all probes have ended."""
    return tuple(
        node if node.probe == "unfit" else replace(node, probe="none", note="") for node in nodes
    )


def without_unasked(inspection: Inspection, asked: Collection[str]) -> Inspection:
    """Return it without what is missing of nodes that nobody has asked: that is no finding."""
    findings = tuple(
        each for each in inspection.findings if each.code != MISSING or each.node in asked
    )
    return msgspec.structs.replace(inspection, findings=findings)
