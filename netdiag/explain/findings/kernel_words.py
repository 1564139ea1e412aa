"""What a kernel said of packets that it dropped, in words and as evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from netdiag.explain.expected.filter_obstacles import ENGINES
from netdiag.explain.findings.kernel_reasons import meaning_of
from netdiag.explain.kernel_drops import Placed
from netdiag.explain.shell_words import shell_word, where_to_run
from netdiag.model.facts.activity import KernelDrop, RuleDrop
from netdiag.model.report import Evidence

MAX_SHOWN = 3

OUTER_CHECKSUMS = ("UDP_CSUM", "IP_CSUM")
"""Of a packet in a tunnel these are about the headers around it."""

Drop = Placed[KernelDrop]
Rule = Placed[RuleDrop]


def reason_words(drop: KernelDrop) -> str:
    """Return a drop's reason and function: ``NETFILTER_DROP in nft_do_chain``."""
    return f"{drop.reason} in {drop.function}" if drop.function else drop.reason


def _place_words(placed: Drop | Rule) -> str:
    return f"{placed.point!s}" if placed.told.interface else (placed.pod or placed.node or "?")


def said_of_drops(drops: Sequence[Drop]) -> str:
    """Return a sentence on what was told most often; nothing if nothing was told."""
    if not drops:
        return ""
    first = most_common(drops)
    same = [drop for drop in drops if drop.told.reason == first.told.reason]
    times = "once" if len(same) == 1 else f"{len(same):,} times"
    return (
        f"The kernel itself says so: {reason_words(first.told)} at {_place_words(first)}, "
        f"{times}; {why_words(first)}."
    )


def why_words(placed: Drop) -> str:
    """Return why a packet was dropped; a wrong checksum may be the tunnel's around it."""
    words = meaning_of(placed.told).words
    is_outer = placed.packet is not None and bool(placed.packet.encapsulation)
    if is_outer and placed.told.reason in OUTER_CHECKSUMS:
        return words.replace("its", "the tunnel's own", 1)
    return words


def said_of_rules(rules: Sequence[Rule]) -> str:
    """Return a sentence on the first rule; nothing if there is none."""
    if not rules:
        return ""
    return f"Followed rule by rule: {rule_words(rules[0].told)} at {_place_words(rules[0])}."


def rule_words(rule: RuleDrop) -> str:
    """Return a rule by its table, chain and place there, and its text."""
    where = f"{rule.backend} {rule.family} table {rule.table} chain {rule.chain}"
    if rule.number is not None and rule.backend.startswith("iptables"):
        where += f" rule {rule.number}"
    elif rule.handle is not None:
        where += f" handle {rule.handle}"
    text = f": {rule.rule}" if rule.rule else ""
    return f"{rule.verdict} by {where}{text}"


def rule_remedy(placed: Rule) -> str:
    """Return commands that show a rule and take it out, for whoever knows whose it is."""
    rule, where = placed.told, where_to_run(placed.node, placed.pod)
    if rule.chain.startswith(ENGINES):
        return "kubectl get networkpolicy -A  # allow this traffic in the one that selects the pod"
    show, delete = _commands(rule)
    if not delete:
        return f"{show}  # {where}: its policy; find who set it"
    return f"{show}; {delete}  # {where}; first find who made it: it may come back, or be meant"


def _commands(rule: RuleDrop) -> tuple[str, str]:
    """Return what shows a rule, and what deletes it; that is empty for a chain's policy."""
    chain, table = shell_word(rule.chain), shell_word(rule.table)
    if rule.backend.startswith("iptables"):
        program = "ip6tables" if rule.family == "ip6" else "iptables"
        program += "-legacy" if rule.backend.endswith("legacy") else ""
        if rule.number is None:
            return f"{program} -t {table} -S {chain}", ""
        number = f"{chain} {rule.number}"
        return f"{program} -t {table} -S {number}", f"{program} -t {table} -D {number}"
    place = f"{shell_word(rule.family)} {table} {chain}"
    if rule.handle is None:
        return f"nft -a list chain {place}", ""
    return f"nft -a list chain {place}", f"nft delete rule {place} handle {rule.handle}"


def evidence_of(drops: Sequence[Drop], rules: Sequence[Rule]) -> tuple[Evidence, ...]:
    """Return drops and rules as evidence, those alike once."""
    alike: dict[tuple[str, str | None, object], list[Drop]] = {}
    for drop in drops:
        alike.setdefault((drop.told.reason, drop.told.function, drop.point), []).append(drop)
    named: dict[str, Rule] = {}
    for rule in rules:
        named.setdefault(rule_words(rule.told) + _place_words(rule), rule)
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
        text=f"{reason_words(told)} at {_place_words(drop)}{times}",
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
        text=rule_words(told),
        reason=told.verdict,
        pod=rule.pod,
        interface=told.interface,
        rule=told.rule,
    )


def most_common(drops: Sequence[Drop]) -> Drop:
    """Return the first of those drops that there are most of."""
    counts = Counter((drop.told.reason, drop.told.function, drop.node) for drop in drops)
    (reason, function, node), _ = counts.most_common(1)[0]
    return next(
        drop
        for drop in drops
        if (drop.told.reason, drop.told.function, drop.node) == (reason, function, node)
    )
