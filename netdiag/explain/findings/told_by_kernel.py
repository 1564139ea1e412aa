"""Losses whose reason the kernel itself told: that outranks what facts and packets let infer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from netdiag.explain.codes import CODES
from netdiag.explain.expected.filter_obstacles import ENGINES
from netdiag.explain.findings.by_facts import GOES_ELSEWHERE
from netdiag.explain.findings.context import Context, frames_of, shell_word
from netdiag.explain.findings.kernel_reasons import UNDECIDED, Meaning, bears_out, meaning_of
from netdiag.explain.findings.loss import Loss
from netdiag.explain.kernel_drops import DroppedPacket, Placed
from netdiag.model.facts.activity import KernelDrop, RuleDrop
from netdiag.model.report import Evidence, Finding

MAX_SHOWN = 3

Drop = Placed[KernelDrop]
Rule = Placed[RuleDrop]


def told_by_kernel(found: Finding | None, loss: Loss, context: Context) -> Finding | None:
    """Return what was found, with the kernel's word for it; its word alone if that says other."""
    drops = [drop for drop in context.kernel.drops if _is_of(drop.packet, loss)]
    rules = [rule for rule in context.kernel.rules if _is_of(rule.packet, loss)]
    if found is not None:
        agreeing = [drop for drop in drops if _agrees(drop, found, loss)]
        named = [rule for rule in rules if _names(rule, found)]
        if agreeing or named:
            return confirmed(found, agreeing, named)
    proving = [
        drop for drop in drops if drop.node is not None and not meaning_of(drop.told).is_common
    ]
    if found is not None and found.code in UNDECIDED:
        proving = proving or drops
    if found is not None and found.code == "destination-silent" and not rules:
        proving = [drop for drop in proving if drop.pod is None]
    if not proving and not rules:
        return found
    return _finding(proving, rules, loss)


def confirmed(found: Finding, drops: Sequence[Drop], rules: Sequence[Rule]) -> Finding:
    """Return a finding with what the kernel said of it."""
    said = " ".join(words for words in (_said_of_drops(drops), _said_of_rules(rules)) if words)
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
        evidence=(*_evidence(drops, rules), *found.evidence),
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
    if not bears_out(drop.told, found.code):
        return False
    return not meaning.cause_is_there or drop.node is None or found.node in (None, drop.node)


def _names(rule: Rule, found: Finding) -> bool:
    is_same_node = rule.node is None or found.node in (None, rule.node)
    return is_same_node and found.code in (_code_of_rule(rule), "intermittent-loss")


def _finding(drops: Sequence[Drop], rules: Sequence[Rule], loss: Loss) -> Finding:
    """Return what the kernel says, where facts say nothing or something else."""
    first = rules[0] if rules else _most_common(drops)
    code, node = _code(first, loss)
    text = CODES[code]
    if isinstance(first.told, RuleDrop):
        why, remedy = _rule_words(first.told), _rule_remedy(first)
    else:
        why = f"{meaning_of(first.told).words} ({_reason_words(first.told)})"
        remedy = f"{text.confirm[0]}  # on {shell_word(node)}" if node else text.confirm[0]
    return Finding(
        code,
        "error",
        node,
        first.told.interface if node == first.node else None,
        f"{first.node or 'A node'} drops the {loss.packet}: {why}",
        f"{loss.way}: {loss.lost:,} lost, the {loss.packet} seen last at {loss.where!s}. "
        f"{_said_of_drops(drops)} {_said_of_rules(rules)}".rstrip(),
        remedy,
        (*_evidence(drops, rules), *frames_of(loss.view, [loss.last])),
        first.pod if node == first.node else None,
    )


def _most_common(drops: Sequence[Drop]) -> Drop:
    counts = Counter((drop.told.reason, drop.told.function, drop.node) for drop in drops)
    (reason, function, node), _ = counts.most_common(1)[0]
    return next(
        drop
        for drop in drops
        if (drop.told.reason, drop.told.function, drop.node) == (reason, function, node)
    )


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


def _reason_words(drop: KernelDrop) -> str:
    return f"{drop.reason} in {drop.function}" if drop.function else drop.reason


def _place_words(placed: Drop | Rule) -> str:
    return f"{placed.point!s}" if placed.told.interface else (placed.pod or placed.node or "?")


def _said_of_drops(drops: Sequence[Drop]) -> str:
    if not drops:
        return ""
    first = _most_common(drops)
    same = [drop for drop in drops if drop.told.reason == first.told.reason]
    times = "once" if len(same) == 1 else f"{len(same):,} times"
    return (
        f"The kernel itself says so: {_reason_words(first.told)} at {_place_words(first)}, "
        f"{times}; {meaning_of(first.told).words}."
    )


def _said_of_rules(rules: Sequence[Rule]) -> str:
    if not rules:
        return ""
    return f"Followed rule by rule: {_rule_words(rules[0].told)} at {_place_words(rules[0])}."


def _rule_words(rule: RuleDrop) -> str:
    where = f"{rule.backend} {rule.family} table {rule.table} chain {rule.chain}"
    if rule.number is not None and rule.backend.startswith("iptables"):
        where += f" rule {rule.number}"
    elif rule.handle is not None:
        where += f" handle {rule.handle}"
    text = f": {rule.rule}" if rule.rule else ""
    return f"{rule.verdict} by {where}{text}"


def _rule_remedy(placed: Rule) -> str:
    rule, where = placed.told, shell_word(placed.node or "the node")
    chain, table = shell_word(rule.chain), shell_word(rule.table)
    if rule.chain.startswith(ENGINES):
        return "kubectl get networkpolicy -A  # allow this traffic in the one that selects the pod"
    if rule.backend.startswith("iptables"):
        program = "ip6tables" if rule.family == "ip6" else "iptables"
        program += "-legacy" if rule.backend.endswith("legacy") else ""
        if rule.number is None:
            return f"{program} -t {table} -S {chain}  # on {where}: its policy; find who set it"
        return (
            f"{program} -t {table} -S {chain} {rule.number}; {program} -t {table} -D {chain} "
            f"{rule.number}  # on {where}; first find who made it: it may come back, or be meant"
        )
    listed = f"nft -a list chain {shell_word(rule.family)} {table} {chain}"
    if rule.handle is None:
        return f"{listed}  # on {where}: its policy; find who set it"
    return (
        f"{listed}; nft delete rule {shell_word(rule.family)} {table} {chain} handle "
        f"{rule.handle}  # on {where}; first find who made it: it may come back, or be meant"
    )


def _evidence(drops: Sequence[Drop], rules: Sequence[Rule]) -> tuple[Evidence, ...]:
    alike: dict[tuple[str, str | None, object], list[Drop]] = {}
    for drop in drops:
        alike.setdefault((drop.told.reason, drop.told.function, drop.point), []).append(drop)
    named: dict[str, Rule] = {}
    for rule in rules:
        named.setdefault(_rule_words(rule.told) + _place_words(rule), rule)
    return (
        *(_drop_evidence(same) for same in list(alike.values())[:MAX_SHOWN]),
        *(_rule_evidence(rule) for rule in list(named.values())[:MAX_SHOWN]),
    )


def _drop_evidence(same: Sequence[Drop]) -> Evidence:
    """Return what the kernel said as evidence, that which it said several times once."""
    drop = same[0]
    told = drop.told
    times = "" if len(same) == 1 else f", {len(same):,} times"
    return Evidence(
        "drop",
        drop.node,
        document=told.document,
        key=f"line {told.position}",
        text=f"{_reason_words(told)} at {_place_words(drop)}{times}",
        reason=told.reason,
        function=told.function,
        pod=drop.pod,
        interface=told.interface,
    )


def _rule_evidence(rule: Rule) -> Evidence:
    told = rule.told
    return Evidence(
        "drop",
        rule.node,
        document=told.document,
        key=f"line {told.position}",
        text=_rule_words(told),
        reason=told.verdict,
        pod=rule.pod,
        interface=told.interface,
        rule=told.rule,
    )
