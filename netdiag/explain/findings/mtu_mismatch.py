"""Pods whose largest packets do not fit on their way, though nothing was lost by it yet."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.findings.context import Context, shell_word
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.mtus import MtuChain, mtu_chain
from netdiag.explain.truths.programmed import reach
from netdiag.explain.truths.truths import Row
from netdiag.facts.kernel.describing import kernel_evidence
from netdiag.model.facts.kernel import Link
from netdiag.model.report import Evidence, Finding


def mtu_mismatch(context: Context) -> Iterator[Finding]:
    """A pod's MTU and the tunnel are more than the NIC's MTU, or two ends differ."""
    wrong: list[tuple[ClusterNode, MtuChain]] = []
    chains: dict[str, tuple[ClusterNode, MtuChain, Row]] = {}
    for row in context.modes.rows:
        node = row.way.source
        if row.way.is_within_node or row.programmed is None or node.name in chains:
            continue
        chain = mtu_chain(node, reach(row.way))
        chains[node.name] = node, chain, row
        if chain.is_too_big:
            wrong.append((node, chain))
    if wrong:
        yield _too_big(wrong)
    ends = [finding for node in context.truths.nodes for finding in _veth_ends(node)]
    yield from ends
    if not wrong and not ends:
        yield from _nodes_differ([(node, chain) for node, chain, _ in chains.values()])


def _too_big(wrong: list[tuple[ClusterNode, MtuChain]]) -> Finding:
    node, chain = wrong[0]
    is_one = len(wrong) == 1
    where = node.name if is_one else f"{len(wrong)} nodes"
    nic = chain.nic_link.name if chain.nic_link else "the NIC"
    overhead = chain.overhead or 0
    by = f" and the tunnel adds {overhead}" if overhead else ""
    fits = (chain.nic or 0) - overhead
    return Finding(
        "mtu-mismatch",
        "warning",
        node.name if is_one else None,
        nic if is_one else None,
        f"Pods on {where} may send {chain.pod} bytes, of which only {fits} fit through {nic}",
        f"The pods' MTU is {chain.pod}{by}, but {nic} has an MTU of {chain.nic}. Small packets "
        "pass, as pings do; large ones are fragmented, or dropped where they may not be: "
        "connections open and then hang.",
        f"set the pods' MTU to {fits} in the network plugin's configuration and restart the pods, "
        f"or raise the NIC's where the network carries it: ip link set dev {shell_word(nic)} mtu "
        f"{(chain.pod or 0) + overhead}",
        tuple(
            evidence
            for node, chain in wrong[:2]
            for evidence in _evidence(node, chain.pod_link, chain.overlay_link, chain.nic_link)
        ),
    )


def _evidence(node: ClusterNode, *links: Link | None) -> tuple[Evidence, ...]:
    return tuple(
        kernel_evidence(node.name, link, node.pod_with(link)) for link in links if link is not None
    )


def _veth_ends(node: ClusterNode) -> Iterator[Finding]:
    """Find pods whose end of a veth has another MTU than the host's."""
    for veth in node.veths:
        pod, inside, outside = veth.pod, veth.inside, veth.outside
        if inside.mtu == outside.mtu:
            continue
        yield Finding(
            "mtu-mismatch",
            "warning",
            node.name,
            outside.name,
            f"The two ends of {pod}'s veth have different MTUs: {inside.mtu}, {outside.mtu}",
            f"{inside.name} in {pod} has an MTU of {inside.mtu}, its other end {outside.name} "
            f"one of {outside.mtu}: packets larger than the smaller one are dropped silently.",
            f"ip link set dev {shell_word(outside.name)} mtu {inside.mtu}  "
            f"# on {shell_word(node.name)}; safe",
            _evidence(node, outside),
        )


def _nodes_differ(chains: list[tuple[ClusterNode, MtuChain]]) -> Iterator[Finding]:
    """Find the node whose pods have a smaller MTU than those of the others."""
    known = [(node, chain) for node, chain in chains if chain.pod is not None]
    if len({chain.pod for _, chain in known}) < 2:
        return
    node, chain = min(known, key=lambda one: one[1].pod or 0)
    other, most = max(known, key=lambda one: one[1].pod or 0)
    yield Finding(
        "mtu-mismatch",
        "warning",
        node.name,
        None,
        f"Pods on {node.name} have an MTU of {chain.pod}, those on {other.name} of {most.pod}",
        f"What pods on {other.name} send in packets of up to {most.pod} bytes does not fit into "
        f"the pods on {node.name}: large packets without a path MTU discovery that works are lost.",
        "set the same MTU on all nodes in the network plugin's configuration, and restart the pods "
        "that still have the old one",
        (*_evidence(node, chain.pod_link), *_evidence(other, most.pod_link)),
    )
