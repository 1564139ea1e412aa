"""Pings that the sender's own kernel refused: it knew that they are too big for the path."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.steps import Obstacle, obstacle_finding
from netdiag.explain.expected.walk import Walk
from netdiag.explain.findings.context import Context
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.describing import fact_evidence, kernel_evidence
from netdiag.model.facts.activity import RefusedPing
from netdiag.model.facts.kernel import Link
from netdiag.model.facts.source import Source
from netdiag.model.prefixes import parse_address
from netdiag.model.report import Finding

TOO_BIG = "mtu-exceeded"


def refused_pings(context: Context) -> Iterator[Finding]:
    """Tell of each path once: its sender's own MTU, or a node that told the sender before."""
    for node in context.truths.nodes:
        told = node.facts.activity.refused_pings if node.facts else None
        first = {(ping.source, ping.destination, ping.mtu): ping for ping in reversed(told or ())}
        for ping in first.values():
            obstacle = _own_limit(node, ping) or _limit_on_the_way(context, ping)
            if obstacle is None:
                continue
            text = f"the sender's kernel refused it: the path's MTU is {ping.mtu}"
            evidence = fact_evidence(
                node.name, Source(ping.document, f"line {ping.position}"), text
            )
            lost = (
                f"{ping.source} → {ping.destination}: the sender's own kernel refused the ping, "
                f"for it knew that no more than {ping.mtu} bytes pass."
            )
            yield obstacle_finding(obstacle, lost, (evidence,))


def _limit_on_the_way(context: Context, ping: RefusedPing) -> Obstacle | None:
    packet = _packet(ping)
    obstacle = Walk(context.world, packet).run().obstacle if packet else None
    return obstacle if obstacle is not None and obstacle.code == TOO_BIG else None


def _own_limit(node: ClusterNode, ping: RefusedPing) -> Obstacle | None:
    """Return the pod's own interface, if that passes no more: nobody on the way was asked."""
    link = next((link for link in _own_links(node, ping.source) if link.mtu == ping.mtu), None)
    if link is None:
        return None
    return Obstacle(
        TOO_BIG,
        node.name,
        link.name,
        f"Packets of more than {link.mtu} bytes do not fit through {link.name} of {ping.source}",
        f"That is the MTU of its own interface {link.name}, and the packet must not be fragmented.",
        f"nothing, unless larger packets should pass: then raise the pods' MTU above {link.mtu} in "
        "the network plugin's configuration, as far as the nodes' NICs and tunnels allow",
        (kernel_evidence(node.name, link, node.pod_with(link)),),
    )


def _own_links(node: ClusterNode, source: str) -> Iterator[Link]:
    """Yield the interfaces that hold an address, of a node's pods."""
    for namespace in (node.facts.pods if node.facts else {}).values():
        holders = {each.device for each in namespace.addresses or () if each.address == source}
        yield from (link for link in namespace.links or () if link.name in holders)


def _packet(ping: RefusedPing) -> Packet | None:
    """Return the smallest packet that is refused."""
    source, destination = parse_address(ping.source), parse_address(ping.destination)
    if source is None or destination is None:
        return None
    return Packet(
        source, destination, "icmp", icmp_type=8, size=ping.mtu + 1, dont_fragment=True,
        state="NEW",
    )  # fmt: skip
