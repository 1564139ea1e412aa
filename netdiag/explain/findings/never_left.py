"""Packets that no capture holds, because a packet filter of their own sender dropped them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from netdiag.explain.attempts import Target, target_of
from netdiag.explain.findings.context import Context
from netdiag.explain.findings.kernel_reasons import FILTERED, bears_out
from netdiag.explain.findings.kernel_words import (
    Drop,
    Rule,
    evidence_of,
    reason_words,
    rule_remedy,
    rule_words,
    said_of_drops,
    said_of_rules,
)
from netdiag.explain.path_view import TrackView
from netdiag.model.report import Finding

BLOCKED = "output-blocked"


class _Told(NamedTuple):
    drops: list[Drop]
    rules: list[Rule]


def never_left(context: Context) -> Iterator[Finding]:
    """The kernel dropped what was to be sent, and no capture has seen any of it."""
    for target, told in _unseen(context).items():
        protocol, source, destination, port = target
        first: Drop | Rule = (told.rules or told.drops)[0]
        what = "pings" if not port else f"packets to {protocol.upper()} port {port}"
        why = rule_words(told.rules[0].told) if told.rules else reason_words(told.drops[0].told)
        said = f"{said_of_drops(told.drops)} {said_of_rules(told.rules)}".strip()
        yield Finding(
            BLOCKED,
            "error",
            first.node,
            None,
            f"{first.pod or first.node or source} drops its own {what}: {why}",
            f"{context.names.way(source, destination)}: the captures hold none of the {what}, for "
            f"a packet filter of their sender drops them before they leave. {said}",
            rule_remedy(told.rules[0])
            if told.rules
            else "iptables-save -c; nft list ruleset  # in the sender's namespace: its OUTPUT",
            evidence_of(told.drops, told.rules),
            first.pod,
        )


def _unseen(context: Context) -> dict[Target, _Told]:
    """Return what was told of packets that nobody saw, by what they were meant for."""
    seen = {target for view in (*context.views, *context.attempts) for target in _targets(view)}
    tried = {
        (run.protocol, run.source, run.destination, run.port)
        for node in context.truths.nodes
        for run in (node.facts.activity.attempts if node.facts else ())
    }
    found: dict[Target, _Told] = {}
    for drop in context.kernel.drops:
        target = _target(drop, tried)
        if target is not None and target not in seen and _is_filtered(drop):
            found.setdefault(target, _Told([], [])).drops.append(drop)
    for rule in context.kernel.rules:
        target = _target(rule, tried)
        if target is not None and target not in seen:
            found.setdefault(target, _Told([], [])).rules.append(rule)
    return found


def _targets(view: TrackView) -> Iterator[Target]:
    """Yield what a packet was meant for, at its begin and as NAT rewrote it on its way."""
    yield target_of(view)
    for crossing in view.track.request:
        lane = crossing.lane
        yield lane.protocol, lane.source, lane.destination, lane.port or 0


def _is_filtered(drop: Drop) -> bool:
    return any(bears_out(drop.told, code) for code in FILTERED)


def _target(placed: Drop | Rule, tried: set[Target]) -> Target | None:
    """Return what a packet was meant for: a ping, or what we tried; None for any other."""
    packet = placed.packet
    if packet is None or packet.encapsulation or packet.quoted is not None:
        return None
    if packet.is_reply is False:
        return "icmp", packet.source, packet.destination, 0
    port = packet.ports[1] if packet.ports else 0
    target = packet.protocol, packet.source, packet.destination, port
    return target if target in tried else None
