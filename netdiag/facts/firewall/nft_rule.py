"""One rule of nft: ``ip saddr 10.0.0.0/8 counter packets 3 bytes 252 drop``."""

from __future__ import annotations

import re
from typing import Final

from netdiag.facts.firewall.nft_conditions import conditions_of
from netdiag.facts.firewall.nft_expressions import (
    Expression,
    begins_expression,
    take_comparison,
    take_expression,
)
from netdiag.facts.firewall.nft_statements import (
    CHANGES,
    DECIDES,
    LOGS,
    Action,
    take_action,
    take_change,
)
from netdiag.facts.firewall.nft_words import RuleWords, split_rule, without_handle
from netdiag.facts.text_lines import whole_number
from netdiag.model.facts.firewall import FirewallRule, Match

_COUNTER: Final = re.compile(r"\bcounter packets \d+ bytes \d+")
_KEYLESS: Final = frozenset(
    {"limit", "quota", "xt", "#", "meter", "add", "update", "delete", "flow"}
)
_AMOUNT_WORDS: Final = frozenset(
    {"rate", "over", "until", "used", "burst", "name"}
    | {"packets", "bytes", "kbytes", "mbytes", "gbytes"}
)


def parse_nft_rule(line: str, document: str, position: int) -> FirewallRule | None:
    """Return a rule; None = it is not understood."""
    line = without_handle(line)
    split = split_rule(line)
    if not split:
        return None
    reader = _RuleReader(RuleWords(split))
    if not reader.read():
        return None
    action = reader.action
    return FirewallRule(
        text=_COUNTER.sub("counter", line, count=1),
        document=document,
        position=position,
        matches=tuple(reader.matches),
        target=action.target,
        is_goto=action.is_goto,
        argument=action.argument,
        packets=reader.packets,
        bytes=reader.bytes,
    )


class _RuleReader:
    """Reads conditions and statements in the order of the line."""

    __slots__ = ("_protocols", "_unknown", "_words", "action", "bytes", "matches", "packets")

    def __init__(self, words: RuleWords) -> None:
        self._words = words
        self._unknown: list[str] = []
        self._protocols: set[Match] = set()
        self.matches: list[Match] = []
        self.action = Action(0, None)
        self.packets: int | None = None
        self.bytes: int | None = None

    def read(self) -> bool:
        """Return False if the rule breaks off, or if no word of it is known."""
        words = self._words
        is_known = False
        while words.has_more():
            place = len(self.matches)
            if self._read_next():
                is_known = True
                self._keep_unknown(place)
            else:
                self._unknown.append(words.take())
        self._keep_unknown(len(self.matches))
        return is_known and not words.is_exhausted()

    def _read_next(self) -> bool:
        words = self._words
        word = words.peek()
        if word == "counter":
            self._read_counter()
        elif word == "comment":
            words.take()
            self._add(Match("comment", words.take()))
        elif word in _KEYLESS:
            self._read_keyless(words.take())
        elif (action := take_action(words)) is not None:
            self._act(action)
        elif begins_expression(word):
            self._read_expression(take_expression(words))
        else:
            return False
        return True

    def _read_expression(self, expression: Expression) -> None:
        words = self._words
        if words.peek() == "set":
            self._act(take_change(words, expression))
        elif words.take_if("vmap"):
            self._act(Action(DECIDES, "vmap", f"{expression.text} vmap {words.take()}"))
        else:
            operator, value = take_comparison(words)
            for match in conditions_of(expression, operator, value):
                self._add(match)

    def _read_counter(self) -> None:
        words = self._words
        words.take()
        if words.take_if("name"):
            words.take()
        if words.take_if("packets"):
            self.packets = whole_number(words.take())
            words.take_if("bytes")
            self.bytes = whole_number(words.take())

    def _read_keyless(self, word: str) -> None:
        words = self._words
        if word == "limit":
            self._add(Match("limit", _take_amount(words)))
        elif word == "quota":
            self._add(Match("other", f"quota {_take_amount(words)}"))
        elif word == "xt":
            self._read_extension(words.take(), words.take())
        elif word == "#":
            kind = words.take()
            is_short = kind.startswith("xt_")
            name = kind[3:] if is_short else words.take()
            self._read_extension("target" if kind == "target" else "match", name)
        else:
            self._read_set_change(word)

    def _read_set_change(self, word: str) -> None:
        """Read ``add @set { … }``, ``meter NAME { … }``, ``flow add @table``: no target."""
        words = self._words
        parts = [word, words.take()]
        if word == "flow":
            words.take()
            return
        while words.has_more() and parts[-1][:1] != "{":
            parts.append(words.take())
        if "limit" in parts[-1].split():
            self._add(Match("limit", " ".join(parts)))

    def _read_extension(self, kind: str, name: str) -> None:
        """Read ``xt match set``, ``xt target TTL``: what nft cannot tell of iptables' rules."""
        if kind == "target" or name.isupper():
            self._act(Action(LOGS if name in ("LOG", "NFLOG") else CHANGES, name))
        elif name != "comment":
            self._add(Match("other", f"xt match {name}"))

    def _act(self, action: Action) -> None:
        if action.rank > self.action.rank:
            self.action = action

    def _add(self, match: Match) -> None:
        """Add a condition, one on the protocol once; an ICMP code completes its type."""
        if match.field == "other" and match.value.startswith("icmp code ") and self.matches:
            last = self.matches[-1]
            if last.field == "icmp-type":
                self.matches[-1] = Match("icmp-type", f"{last.value}/{match.value[10:]}")
                return
        if match.field == "protocol":
            if match in self._protocols:
                return
            self._protocols.add(match)
        self.matches.append(match)

    def _keep_unknown(self, place: int) -> None:
        if self._unknown:
            self.matches.insert(place, Match("other", " ".join(self._unknown)))
            self._unknown = []


def _take_amount(words: RuleWords) -> str:
    """Return ``rate over 10/second burst 5 packets`` of a limit, or what a quota says."""
    parts: list[str] = []
    while (word := words.peek()) in _AMOUNT_WORDS or word[:1].isdigit() or "/" in word:
        parts.append(words.take())
        if word == "name":
            parts.append(words.take())
    return " ".join(parts)
