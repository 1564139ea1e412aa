"""Losses whose reason the kernel itself told: that outranks what facts and packets let infer."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from netdiag.explain.expected.filter_obstacles import ENGINES
from netdiag.explain.findings.borne_out import GOES_ELSEWHERE, SENT_BACK
from netdiag.explain.findings.checksums import offload_remedy, sending_device
from netdiag.explain.findings.context import Context, frames_of
from netdiag.explain.findings.kernel_reasons import (
    OTHERHOST,
    UNDECIDED,
    Meaning,
    bears_out,
    meaning_of,
)
from netdiag.explain.findings.kernel_remedies import kernel_remedy
from netdiag.explain.findings.kernel_words import (
    Drop,
    Rule,
    evidence_of,
    most_common,
    reason_words,
    rule_remedy,
    rule_words,
    said_of_drops,
    said_of_rules,
    why_words,
)
from netdiag.explain.findings.loss import Loss
from netdiag.explain.kernel_drops import DroppedPacket, KernelDrops
from netdiag.model.facts.activity import RuleDrop
from netdiag.model.report import Finding


def told_by_kernel(found: Finding | None, loss: Loss, context: Context) -> Finding | None:
    """Return what was found, with the kernel's word for it; its word alone if that says other."""
    drops = [
        drop
        for drop in context.kernel.drops
        if _is_of(drop.packet, loss) and not _is_of_bystander(drop, loss, context)
    ]
    rules = [rule for rule in context.kernel.rules if _is_of(rule.packet, loss)]
    if found is not None:
        agreeing = [drop for drop in drops if _agrees(drop, found, loss)]
        named = [rule for rule in rules if _names(rule, found)]
        if agreeing or named:
            return _with_cause(confirmed(found, agreeing, named), agreeing, named, loss)
    placed = [drop for drop in drops if drop.node is not None]
    somewhere = placed or (drops if found is None else [])
    proving = [drop for drop in somewhere if not meaning_of(drop.told).is_common]
    if found is not None and found.code in UNDECIDED:
        if not placed and drops and not rules:
            return confirmed(found, drops, ())  # between the nodes, where nothing has a name
        proving = proving or placed
    if found is not None and found.code == "destination-silent" and not rules:
        proving = [drop for drop in proving if drop.pod is None]
    if not proving and not rules:
        return found
    return _finding(proving, rules, loss)


def _is_of_bystander(drop: Drop, loss: Loss, context: Context) -> bool:
    """Return True if somebody dropped a copy that a bridge sent to all: it was not for them."""
    mac = loss.last.lane.destination_mac
    is_for_another = context.bystanders.is_for_another(mac, drop.node, drop.pod)
    return drop.told.reason == OTHERHOST and is_for_another


def _with_cause(
    found: Finding, drops: Sequence[Drop], rules: Sequence[Rule], loss: Loss
) -> Finding:
    """Return a loss that comes and goes with what to do about its cause, as the kernel names it."""
    if found.code != "intermittent-loss":
        return found
    if rules:
        return replace(found, remedy=rule_remedy(rules[0]))
    first = most_common(drops)
    codes = meaning_of(first.told).codes
    if first.node is None or not codes:
        return found
    return replace(found, remedy=_remedy(codes[0], first, first.node, loss))


def confirm(found: Finding, kernel: KernelDrops) -> Finding:
    """Return an error with the kernel's word for it, if that is not among its evidence yet."""
    if found.severity != "error" or any(each.kind == "drop" for each in found.evidence):
        return found
    drops = [drop for drop in kernel.drops if _is_at(drop, found)]
    return confirmed(found, drops, ()) if drops else found


def _is_at(drop: Drop, found: Finding) -> bool:
    """Return True if a drop is what a finding makes the kernel do, where the finding is."""
    if not bears_out(drop.told, found.code):
        return False
    return not meaning_of(drop.told).cause_is_there or found.node in (None, drop.node)


def confirmed(found: Finding, drops: Sequence[Drop], rules: Sequence[Rule]) -> Finding:
    """Return a finding with what the kernel said of it."""
    said = " ".join(words for words in (said_of_drops(drops), said_of_rules(rules)) if words)
    places = {(drop.node, drop.pod) for drop in drops if drop.node is not None}
    is_moved = found.code == "intermittent-loss" and len(places) == 1
    node, pod = next(iter(places)) if is_moved else (found.node, found.pod)
    interface = drops[0].told.interface if is_moved else found.interface
    return replace(
        found,
        node=node,
        pod=pod,
        interface=interface,
        explanation=f"{found.explanation} {said}",
        evidence=(*evidence_of(drops, rules), *found.evidence),
    )


def _is_of(packet: DroppedPacket | None, loss: Loss) -> bool:
    """Return True if a dropped packet is one of the lost ones, or an error about them."""
    if packet is None:
        return False
    track = loss.view.track
    pairs = {(each.lane.source, each.lane.destination) for each in (*track.request, *track.reply)}
    pairs |= {(there, here) for here, there in pairs}
    if packet.quoted is not None:
        return packet.quoted in pairs
    if (packet.source, packet.destination) not in pairs:
        return False
    if packet.is_reply is None or loss.status in ("unanswered", "unknown"):
        return True
    return packet.is_reply == (loss.status == "reply-lost")


def _agrees(drop: Drop, found: Finding, loss: Loss) -> bool:
    meaning = meaning_of(drop.told)
    if found.code == "destination-silent":
        return drop.pod is not None and drop.pod == loss.where.pod
    if found.code == "intermittent-loss":
        return not meaning.is_common
    if found.code in GOES_ELSEWHERE and drop.node != found.node:
        return True  # whoever gets it by mistake has no use for it
    if found.code in SENT_BACK and drop.node == loss.where.node != found.node:
        return True  # nor whoever gets it back
    if not bears_out(drop.told, found.code):
        return False
    return not meaning.cause_is_there or drop.node is None or found.node in (None, drop.node)


def _names(rule: Rule, found: Finding) -> bool:
    is_same_node = rule.node is None or found.node in (None, rule.node)
    return is_same_node and found.code in (_code_of_rule(rule), "intermittent-loss")


def _finding(drops: Sequence[Drop], rules: Sequence[Rule], loss: Loss) -> Finding:
    """Return what the kernel says, where facts say nothing or something else."""
    first = rules[0] if rules else most_common(drops)
    code, node = _code(first, loss)
    if isinstance(first.told, RuleDrop):
        why, remedy = rule_words(first.told), rule_remedy(first)
    else:
        why = f"{why_words(first)} ({reason_words(first.told)})"
        remedy = _remedy(code, most_common(drops), node, loss)
    return Finding(
        code,
        "error",
        node,
        first.told.interface if node == first.node else None,
        f"{first.node or 'A node'} drops the {loss.packet}: {why}",
        f"{loss.way}: {loss.lost:,} lost, the {loss.packet} seen last at {loss.where!s}. "
        f"{said_of_drops(drops)} {said_of_rules(rules)}".rstrip(),
        remedy,
        (*evidence_of(drops, rules), *frames_of(loss.view, [loss.last])),
        first.pod if node == first.node else None,
    )


def _remedy(code: str, drop: Drop, node: str | None, loss: Loss) -> str:
    if code == "bad-checksum":
        return offload_remedy(node, sending_device(loss.sent, node))
    return kernel_remedy(code, drop, node, loss)


def _code(first: Drop | Rule, loss: Loss) -> tuple[str, str | None]:
    """Return the code that the kernel's word proves, and where the cause sits."""
    if isinstance(first.told, RuleDrop):
        return _code_of_rule(first), first.node
    meaning = meaning_of(first.told)
    path = loss.view.track.reply if loss.status == "reply-lost" else loss.view.track.request
    node = first.node if meaning.cause_is_there else path[0].node
    is_outer = first.packet is not None and bool(first.packet.encapsulation)
    code = _code_of_reason(meaning, is_outer, first, loss)
    if code in ("forward-blocked", "rp-filter-drop") and first.pod is not None:
        code = "destination-silent"
    return code, node


def _code_of_reason(meaning: Meaning, is_outer: bool, first: Drop | Rule, loss: Loss) -> str:
    codes = meaning.codes
    if not codes:
        return "unexplained-loss"
    if "overlay-port-blocked" in codes and is_outer:
        return "overlay-port-blocked"
    if codes[0] == "route-missing":
        if first.pod is not None:
            return "pod-route-missing"
        return "return-route-missing" if loss.packet == "reply" else "route-missing"
    if codes[0] == "underlay-neighbour-stale" and not is_outer:
        return "vtep-mac-stale"
    return codes[0]


def _code_of_rule(rule: Rule) -> str:
    told = rule.told
    if rule.packet is not None and rule.packet.encapsulation:
        return "overlay-port-blocked"
    if told.chain.startswith(ENGINES):
        return "policy-blocked"
    if rule.pod is not None:
        return "destination-silent"
    return "input-blocked" if told.chain.upper().endswith("INPUT") else "forward-blocked"
