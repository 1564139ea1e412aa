"""All that is known of one line of the network's tree, or of one way from node to node."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.facts.kernel import LinkCounters
from netdiag.model.inspection import Interface, ReachedSubnet
from netdiag.model.report import Evidence, Mode, Modes, Pair
from netdiag.render.evidence_words import source_words
from netdiag.render.mtu_chains import chain_words
from netdiag.tui.foreign import foreign
from netdiag.tui.outline import Line
from netdiag.tui.seen_network import SeenInterface, SeenNode
from netdiag.tui.theme import Ink
from netdiag.tui.tree_words import agreement, kind_words, node_words, probe_words, way_words

MOST_EVIDENCE = 4
MOST_PODS = 40


def line_details(line: Line, ink: Ink) -> Text:
    """Return what is known of a line of the tree."""
    if line.way is not None:
        return _way_details(line.way, ink)
    if line.interface is not None:
        return _interface_details(line.interface, ink)
    return _node_details(line.node, ink)


def pair_details(pair: Pair, modes: Modes, ink: Ink) -> Text:
    """Return the three truths of the mode, and what each rests on."""
    text = Text(end="")
    text.append_text(foreign(f"{pair.source_node or '?'} → {pair.destination_node or '?'}  "))
    text.append_text(agreement(pair.agree, ink)).append("\n")
    for label, truth in (
        ("configured", modes.configured),
        ("programmed", modes.programmed),
        ("observed", modes.observed),
    ):
        text.append(f"{label:12}", ink.quiet).append_text(_truth_words(truth, ink)).append("\n")
    return text


def _truth_words(truth: Mode | None, ink: Ink) -> Text:
    text = Text(end="")
    if truth is None:
        return text.append("not known", ink.quiet)
    if truth.backend:
        text.append_text(foreign(f"{truth.backend}: ", ink.text))
    text.append_text(kind_words(truth.encapsulation, ink))
    for item in truth.evidence[:1]:
        if item.text:
            text.append("  ").append_text(foreign(item.text, ink.text))
        text.append("  ").append_text(foreign(source_words(item), ink.quiet))
    return text


def _way_details(way: ReachedSubnet, ink: Ink) -> Text:
    text = Text(end="").append_text(foreign(f"{way.source_node} → ", ink.place))
    text.append_text(way_words(way, ink)).append("\n")
    return text.append_text(_evidence(way.evidence, ink))


def _evidence(evidence: tuple[Evidence, ...], ink: Ink) -> Text:
    text = Text(end="")
    for item in evidence[:MOST_EVIDENCE]:
        text.append_text(foreign(item.text or "", ink.text))
        text.append("  ").append_text(foreign(source_words(item), ink.quiet)).append("\n")
    return text


def _interface_details(interface: SeenInterface, ink: Ink) -> Text:
    text = Text(end="").append_text(foreign(str(interface.point), ink.place))
    text.append(f"  {interface.role}{'?' if interface.role_guessed else ''}", ink.text)
    told = interface.told
    if told is not None:
        text.append_text(_told_words(told, ink))
    if interface.leads_to:
        text.append("\npod ", ink.quiet).append_text(foreign(interface.leads_to, ink.heading))
        if interface.pod_address:
            text.append(" ").append_text(foreign(interface.pod_address, ink.text))
    if interface.captured is not None:
        text.append(f"\ncaptured {interface.captured:,} packets", ink.text)
        if interface.capture_dropped:
            text.append(f", {interface.capture_dropped:,} lost by the capture", ink.warning)
    if interface.counters is not None:
        text.append("\n").append_text(_counter_words(interface.counters, ink))
    return text


def _told_words(told: Interface, ink: Ink) -> Text:
    text = Text(end="")
    if told.kind and told.kind != told.role:
        text.append_text(foreign(f" {told.kind}", ink.quiet))
    if told.up is not None:
        text.append("  up" if told.up else "  DOWN", ink.good if told.up else ink.problem)
    if told.mtu is not None:
        text.append(f"  MTU {told.mtu}", ink.text)
    for words in (told.mac, f"port of {told.master}" if told.master else None):
        if words:
            text.append("  ").append_text(foreign(words, ink.quiet))
    if told.addresses:
        text.append("\n").append_text(foreign(" ".join(told.addresses), ink.text))
    if told.detail or told.encapsulation not in (None, "none"):
        text.append("\n").append_text(kind_words(told.encapsulation, ink)).append(" ")
        text.append_text(foreign(told.detail, ink.text))
    return text


def _counter_words(counters: LinkCounters, ink: Ink) -> Text:
    text = Text(end="")
    rows = (
        ("received", counters.rx_packets, counters.rx_dropped, counters.rx_errors),
        ("sent", counters.tx_packets, counters.tx_dropped, counters.tx_errors),
    )
    for label, packets, dropped, errors in rows:
        text.append(f"{label} {packets:,}", ink.text)
        text.append(f", dropped {dropped:,}", ink.warning if dropped else ink.quiet)
        text.append(f", errors {errors:,}   ", ink.warning if errors else ink.quiet)
    return text


def _node_details(node: SeenNode, ink: Ink) -> Text:
    text = node_words(node, ink)
    if node.is_unasked or (node.listed is not None and node.listed.note):
        text.append("\n").append_text(probe_words(node, ink))
    if node.told is None:
        return text
    for subnet in node.told.pod_subnets[:MOST_EVIDENCE]:
        text.append("\npods ", ink.quiet).append_text(foreign(subnet.subnet, ink.text))
        source = source_words(subnet.evidence, within=node.name)
        text.append("  ").append_text(foreign(source, ink.quiet))
    for row in node.mtu[:MOST_EVIDENCE]:
        chain = chain_words(row).plain
        style = ink.problem if row.fits is False else ink.text
        text.append("\nMTU ", ink.quiet).append_text(foreign(chain, style))
    for pod in node.told.pods[:MOST_PODS]:
        text.append("\npod ", ink.quiet).append_text(foreign(pod.name, ink.heading))
        text.append(" ").append_text(foreign(" ".join(pod.addresses), ink.text))
        if pod.host_network:
            text.append(" host network", ink.quiet)
        elif pod.interface:
            text.append(" behind ", ink.quiet).append_text(foreign(pod.interface, ink.place))
    if len(node.told.pods) > MOST_PODS:
        text.append(f"\nand {len(node.told.pods) - MOST_PODS:,} more pods", ink.quiet)
    return text
