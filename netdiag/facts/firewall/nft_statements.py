"""What a rule of nft does, in the terms of iptables: verdicts, NAT, marks, logging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from netdiag.facts.firewall.firewall_terms import mark_change
from netdiag.facts.firewall.nft_expressions import Expression, take_operand
from netdiag.facts.firewall.nft_words import RuleWords

LOGS, CHANGES, DECIDES = 1, 2, 3
"""Which of a rule's statements is its target: the first of the highest rank."""
_BINARY: Final = {
    "|": "or", "or": "or", "&": "and", "and": "and", "^": "xor", "xor": "xor",
}  # fmt: skip
_REJECTIONS: Final = {"prot-unreachable": "proto-unreachable"}
_NAT_FLAGS: Final = frozenset({"random", "fully-random", "persistent"})
_SET_TARGETS: Final = {
    "ip dscp": "DSCP", "ip6 dscp": "DSCP", "meta priority": "CLASSIFY", "meta nftrace": "TRACE",
    "tcp option maxseg size": "TCPMSS", "ct zone": "CT", "ct helper": "CT", "ct event": "CT",
}  # fmt: skip


class Action(NamedTuple):
    """One statement."""

    rank: int
    target: str | None
    argument: str | None = None
    is_goto: bool = False


def take_action(words: RuleWords) -> Action | None:
    """Return the statement that comes next; None = a condition comes, or what is unknown."""
    handler = _HANDLERS.get(words.peek())
    if handler is None:
        return None
    words.take()
    return handler(words)


def take_change(words: RuleWords, expression: Expression) -> Action:
    """Return what ``set`` does to an expression, as ``meta mark set mark or 0x4000``."""
    key = expression.keys[0]
    words.take()
    parts = [take_operand(words)]
    while words.peek() in _BINARY:
        parts += [words.take(), take_operand(words)]
    if words.take_if("map"):
        parts += ["map", words.take()]
    if key == "meta mark":
        return _mark_action(parts)
    value = " ".join(parts)
    if key == "ct mark":
        saves = parts[0] in ("mark", "meta mark")
        return Action(CHANGES, "CONNMARK", "--save-mark" if saves else value)
    target = _SET_TARGETS.get(key)
    return Action(CHANGES, target or "set", value if target else f"{expression.text} {value}")


def _mark_action(parts: list[str]) -> Action:
    if parts[0] == "ct mark":
        return Action(CHANGES, "CONNMARK", "--restore-mark")
    text = " ".join(parts)
    change = None
    if len(parts) == 1:
        change = mark_change("set", text)
    elif parts[0] in ("mark", "meta mark") and len(parts) == 3:
        change = mark_change(_BINARY.get(parts[1], "set"), parts[2])
    elif parts[0] in ("mark", "meta mark") and _BINARY.get(parts[1]) == "and" and len(parts) == 5:
        change = mark_change(_BINARY.get(parts[3], "set"), parts[4], and_value=parts[2])
    return Action(CHANGES, "MARK", change or text)


def _verdict(target: str | None) -> Callable[[RuleWords], Action]:
    return lambda words: Action(DECIDES, target)


def _take_jump(words: RuleWords) -> Action:
    return Action(DECIDES, words.take())


def _take_goto(words: RuleWords) -> Action:
    return Action(DECIDES, words.take(), is_goto=True)


def _take_reject(words: RuleWords) -> Action:
    if not words.take_if("with"):
        return Action(DECIDES, "REJECT", "icmp-port-unreachable")
    kind = words.take()
    words.take_if("type")
    reason = words.take()
    if kind == "icmpv6":
        kind = "icmp6"
    return Action(DECIDES, "REJECT", f"{kind}-{_REJECTIONS.get(reason, reason)}")


def _take_nat(target: str) -> Callable[[RuleWords], Action]:
    def take(words: RuleWords) -> Action:
        words.take_if("ip", "ip6", "inet")
        words.take_if("prefix")
        address = None
        if words.take_if("to") or (target in ("SNAT", "DNAT") and words.peek()):
            address = _take_address(words)
        flags = words.take() if set(words.peek().split(",")) <= _NAT_FLAGS else ""
        while words.peek() in _NAT_FLAGS:
            flags = f"{flags},{words.take()}"
        return Action(DECIDES, target, address or _nat_options(flags))

    return take


def _take_address(words: RuleWords) -> str:
    """Return where NAT leads; a map is kept as text."""
    parts = [words.take()]
    while words.peek() in ("map", "mod", "offset", "daddr", "saddr", ".") or parts[-1] in (
        *("map", "mod", "offset", "numgen", ".", "ip", "ip6", "tcp", "udp", "th"),
    ):
        if not words.has_more():
            break
        parts.append(words.take())
        if parts[-1] in ("inc", "random"):
            parts += [words.take(), words.take()]
    return " ".join(parts).removeprefix(":")


def _nat_options(flags: str) -> str | None:
    names = [flag.replace("fully-random", "random-fully") for flag in flags.split(",") if flag]
    return " ".join(f"--{name}" for name in names) or None


def _take_log(words: RuleWords) -> Action:
    prefix = None
    target = "LOG"
    while words.peek() in ("prefix", "level", "group", "snaplen", "queue-threshold", "flags"):
        option, value = words.take(), words.take()
        if option == "prefix":
            prefix = value
        elif option == "group":
            target = "NFLOG"
        elif option == "flags" and value in ("tcp", "ip"):
            words.take()
    return Action(LOGS, target, prefix)


def _take_queue(words: RuleWords) -> Action:
    if words.take_if("flags"):
        words.take()
    number = words.take() if words.take_if("num", "to") else "0"
    while words.peek() in ("bypass", "fanout", "bypass,fanout", "fanout,bypass"):
        words.take()
    return Action(DECIDES, "NFQUEUE", number)


def _take_tproxy(words: RuleWords) -> Action:
    words.take_if("ip", "ip6")
    words.take_if("to")
    return Action(CHANGES, "TPROXY", words.take())


def _take_copy(words: RuleWords) -> Action:
    words.take_if("to")
    argument = words.take()
    if words.take_if("device"):
        argument = f"{argument} {words.take()}"
    return Action(CHANGES, "TEE", argument)


_HANDLERS: Final[dict[str, Callable[[RuleWords], Action]]] = {
    "accept": _verdict("ACCEPT"),
    "drop": _verdict("DROP"),
    "return": _verdict("RETURN"),
    "continue": _verdict(None),
    "jump": _take_jump,
    "goto": _take_goto,
    "reject": _take_reject,
    "masquerade": _take_nat("MASQUERADE"),
    "snat": _take_nat("SNAT"),
    "dnat": _take_nat("DNAT"),
    "redirect": _take_nat("REDIRECT"),
    "log": _take_log,
    "queue": _take_queue,
    "notrack": _verdict("NOTRACK"),
    "tproxy": _take_tproxy,
    "dup": _take_copy,
    "fwd": _take_copy,
    "synproxy": _verdict("SYNPROXY"),
}
