"""Pings that no capture holds, because nobody answers for the address of their first hop."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.expected.world import End, is_failed
from netdiag.explain.findings.context import Context
from netdiag.explain.findings.never_sent import never_sent
from netdiag.explain.shell_words import where_to_run
from netdiag.facts.kernel.describing import fact_evidence, kernel_evidence
from netdiag.facts.kernel.routing import Packet as RoutedPacket
from netdiag.facts.kernel.routing import RoutingTables
from netdiag.model.facts.activity import SilentPing
from netdiag.model.facts.kernel import Namespace, Neighbour, Route
from netdiag.model.facts.source import Source
from netdiag.model.prefixes import parse_address
from netdiag.model.report import Finding


def waiting_pings(context: Context) -> Iterator[Finding]:
    """Pings were sent and are in no capture: in the sender they wait for a MAC address."""
    if any(True for _ in never_sent(context)):
        return  # that says why
    seen = {view.track.pair for view in context.views}
    for node in context.truths.nodes:
        told = (node.facts.activity.silent_pings if node.facts else None) or ()
        for ping in {(ping.source, ping.destination): ping for ping in told}.values():
            source = parse_address(ping.source)
            end = context.world.end_of(source) if source is not None else None
            if end is None or end.node is not node or (ping.source, ping.destination) in seen:
                continue
            found = _unanswered(end, ping)
            if found is not None:
                yield _finding(end, ping, *found)


def _unanswered(end: End, ping: SilentPing) -> tuple[Route, Neighbour] | None:
    """Return the route of a ping and the entry of its next hop, if nobody answers for that."""
    inside = end.namespace if end.pod is not None else end.node.host
    source, destination = parse_address(ping.source), parse_address(ping.destination)
    if inside is None or source is None or destination is None:
        return None
    route = RoutingTables(inside).look_up(RoutedPacket(destination, source))
    if route is None or route.type != "unicast":
        return None
    wanted = (route.gateway or ping.destination, route.device)
    for entry in _neighbours(end, inside):
        if (entry.address, entry.device) == wanted:
            return (route, entry) if is_failed(entry) else None
    return None


def _neighbours(end: End, inside: Namespace) -> Iterator[Neighbour]:
    """Yield the entries of the sender's namespace, as they were after the pings first."""
    later = end.node.facts.after if end.node.facts else None
    if later is not None:
        after = later.pods.get(end.pod) if end.pod is not None else later.host
        yield from (after.neighbours or ()) if after else ()
    yield from inside.neighbours or ()


def _finding(end: End, ping: SilentPing, route: Route, entry: Neighbour) -> Finding:
    sender = end.pod if end.pod is not None else end.node.name
    is_last = entry.address == ping.destination
    what = str(entry.address) if is_last else f"its next hop {entry.address}"
    reason = (
        "No host on that link has the address, or it is down, or the link is cut."
        if is_last
        else "Whoever has that address is down, or cut off from the sender."
    )
    return Finding(
        "nexthop-unreachable",
        "error",
        end.node.name,
        entry.device,
        f"{sender} cannot reach {what} on {entry.device}: nobody answers for it",
        f"{ping.source} → {ping.destination}: {ping.sent:,} sent, and no capture holds "
        f"{'it' if ping.sent == 1 else 'them'}: the sender asks for the MAC address of "
        f"{entry.address} on {entry.device}, and nobody answers; its neighbour entry is "
        f"{' '.join(entry.states) or 'empty'}. {reason}",
        f"ip neigh show {entry.address}  # {where_to_run(end.node.name, end.pod)}; is whoever has "
        "the address up, and on the same link?",
        (
            kernel_evidence(end.node.name, route, end.pod),
            kernel_evidence(end.node.name, entry, end.pod),
            fact_evidence(
                end.node.name,
                Source(ping.document, f"line {ping.position}"),
                f"{ping.sent:,} sent, none answered",
            ),
        ),
        end.pod,
    )
