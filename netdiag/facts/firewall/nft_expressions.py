"""What a rule of nft looks at: ``ip saddr``, ``meta mark & 0xff``, ``ip daddr . tcp dport``.

The grammar is that of nft(8), as ``nft list ruleset`` prints it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from netdiag.facts.firewall.nft_words import RuleWords

_PAIRED: Final = frozenset(
    {"ip", "ip6", "meta", "ct", "tcp", "udp", "th", "sctp", "dccp", "udplite", "icmp", "icmpv6"}
    | {"ether", "vlan", "arp", "igmp", "esp", "ah", "comp", "rt", "socket", "gre", "frag", "tunnel"}
)
"""Words that a second one completes."""
_BARE_META: Final = frozenset(
    {"iifname", "oifname", "iif", "oif", "mark", "l4proto", "nfproto", "pkttype", "iiftype"}
    | {"oiftype", "skuid", "skgid", "cgroup", "iifgroup", "oifgroup", "rtclassid", "day", "hour"}
)
"""Keys of ``meta`` that are printed without it."""
_WITHOUT_META: Final = frozenset({"meta iifname", "meta oifname", "meta iif", "meta oif"})
_FIB_RESULTS: Final = frozenset({"type", "oif", "oifname", "check", "missing"})
_MASK_OPERATORS: Final = frozenset({"&", "and", "|", "or", "^", "xor", "<<", ">>"})
_COMPARISONS: Final = frozenset({"==", "!=", "<", ">", "<=", ">=", "lt", "gt", "le", "ge", "eq"})


class Expression(NamedTuple):
    """The keys that a condition compares, or that a statement sets."""

    keys: tuple[str, ...]
    masks: tuple[tuple[str, str], ...] = ()
    """Operators with their operands: ``("&", "0xff")``."""

    @property
    def text(self) -> str:
        """Return it as it was printed, nearly."""
        return " ".join([" . ".join(self.keys), *(part for mask in self.masks for part in mask)])


def begins_expression(word: str) -> bool:
    """Return True if a word begins what a condition compares."""
    return word in _PAIRED or word in _BARE_META or word in ("fib", "numgen") or word[:1] == "@"


def take_expression(words: RuleWords) -> Expression:
    """Return what a condition or a statement begins with."""
    keys = [_take_key(words)]
    while words.take_if("."):
        keys.append(_take_key(words))
    masks = []
    while words.peek() in _MASK_OPERATORS:
        masks.append((words.take(), take_operand(words)))
    return Expression(tuple(keys), tuple(masks))


def take_operand(words: RuleWords) -> str:
    """Return a number, a name, a key as ``ct mark``, or all that parentheses hold."""
    word = _take_value(words)
    return f"{word} {words.take()}" if word in _PAIRED and words.peek() else word


def take_comparison(words: RuleWords) -> tuple[str, str]:
    """Return operator and value; ``==`` if none is printed."""
    operator = words.take() if words.peek() in _COMPARISONS or words.peek() == "!" else "=="
    value = [_take_value(words)]
    while words.peek() in (".", "/"):
        value += [words.take(), _take_value(words)]
    return operator, " ".join(value)


def _take_value(words: RuleWords) -> str:
    parts = [words.take()]
    if parts[0][:1] == "(":
        while words.has_more() and not parts[-1].endswith(")"):
            parts.append(words.take())
    return " ".join(parts)


def _take_key(words: RuleWords) -> str:
    word = words.take()
    if word in _BARE_META:
        key = f"meta {word}"
    elif word == "fib":
        return _take_fib(words)
    elif word == "numgen":
        return _take_numgen(words)
    elif word not in _PAIRED:
        return word
    else:
        key = f"{word} {words.take()}"
    if key in ("ct original", "ct reply"):
        key = f"{key} {words.take()}"
        if key.endswith((" ip", " ip6")):
            key = f"{key} {words.take()}"
    elif key in ("tcp option", "ip option", "sctp chunk"):
        key = f"{key} {words.take()} {words.take()}".rstrip()
    return key[5:] if key in _WITHOUT_META else key


def _take_fib(words: RuleWords) -> str:
    parts = ["fib"]
    while words.has_more():
        parts.append(words.take())
        is_key = len(parts) == 2 or parts[-2] == "."
        if parts[-1] in _FIB_RESULTS and not is_key:
            break
    return " ".join(parts)


def _take_numgen(words: RuleWords) -> str:
    parts = ["numgen", words.take()]
    while words.peek() in ("mod", "offset"):
        parts += [words.take(), words.take()]
    return " ".join(parts)
