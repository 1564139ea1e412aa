"""Pings that the sender's own kernel refused: it had learned that they are too big for the path."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.steps import obstacle_finding
from netdiag.explain.expected.walk import Walk
from netdiag.explain.findings.context import Context
from netdiag.facts.kernel.describing import fact_evidence
from netdiag.model.facts.activity import RefusedPing
from netdiag.model.facts.source import Source
from netdiag.model.prefixes import parse_address
from netdiag.model.report import Finding

TOO_BIG = "mtu-exceeded"


def refused_pings(context: Context) -> Iterator[Finding]:
    """The sender knows the path's MTU: some node told it before, and facts say which."""
    for node in context.truths.nodes:
        told = node.facts.activity.refused_pings if node.facts else None
        first = {(ping.source, ping.destination, ping.mtu): ping for ping in reversed(told or ())}
        for ping in first.values():
            packet = _packet(ping)
            obstacle = Walk(context.world, packet).run().obstacle if packet else None
            if obstacle is None or obstacle.code != TOO_BIG:
                continue
            text = f"the sender's kernel refused it: the path's MTU is {ping.mtu}"
            evidence = fact_evidence(
                node.name, Source(ping.document, f"line {ping.position}"), text
            )
            lost = (
                f"{ping.source} → {ping.destination}: the sender's own kernel refused the ping, "
                f"for it was told before that no more than {ping.mtu} bytes pass."
            )
            yield obstacle_finding(obstacle, lost, (evidence,))


def _packet(ping: RefusedPing) -> Packet | None:
    """Return the smallest packet that is refused."""
    source, destination = parse_address(ping.source), parse_address(ping.destination)
    if source is None or destination is None:
        return None
    return Packet(
        source, destination, "icmp", icmp_type=8, size=ping.mtu + 1, dont_fragment=True,
        state="NEW",
    )  # fmt: skip
