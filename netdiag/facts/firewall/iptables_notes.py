"""What ``iptables -L`` prints after the addresses: ``tcp dpt:80 /* web */ to:10.0.0.1``."""

from __future__ import annotations

import re
from collections.abc import Callable
from sys import intern
from typing import Final, NamedTuple

from netdiag.facts.firewall.firewall_terms import mark_change, number_or_none
from netdiag.facts.firewall.nft_words import RuleWords
from netdiag.model.facts.firewall import Match

_PREFIXES: Final = {
    "dpt": "destination-port", "dpts": "destination-port",
    "spt": "source-port", "spts": "source-port",
}  # fmt: skip
_MULTIPORTS: Final = {"dports": "destination-port", "sports": "source-port", "ports": "port"}
_ADDRESS_TYPES: Final = {
    "src-type": "source-address-type", "dst-type": "destination-address-type",
}  # fmt: skip
_MODULES: Final = frozenset({"tcp", "udp", "sctp", "dccp", "udplite"})
_MARK_CHANGES: Final = frozenset({"set", "or", "and", "xor", "xset"})
_TO_THE_END: Final = frozenset({"LOG", "NFLOG", "TCPMSS", "CONNMARK", "NFQUEUE", "TTL"})
_TCP_FLAGS: Final = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")
_PREFIX: Final = re.compile(r'prefix "([^"]*)"')


class Notes(NamedTuple):
    """Conditions, and what completes the target."""

    matches: list[Match]
    argument: str | None
    is_goto: bool
    target: str | None


def read_notes(text: str, target: str | None) -> Notes:
    """Return what the text says; what is not told apart in it is one condition as text."""
    rest, comments = _split_comments(text)
    reader = _NotesReader(rest, target)
    reader.read()
    matches = [*reader.matches, *(Match("comment", comment) for comment in comments)]
    return Notes(matches, reader.argument, reader.is_goto, reader.target)


def _split_comments(text: str) -> tuple[str, list[str]]:
    """Return a text without its comments, and them."""
    comments: list[str] = []
    rest: list[str] = []
    place = 0
    while (start := text.find("/* ", place)) >= 0 and (end := text.find(" */", start + 2)) >= 0:
        rest.append(text[place:start])
        comments.append(text[start + 3 : end])
        place = end + 3
    return " ".join([*rest, text[place:]]), comments


class _NotesReader:
    def __init__(self, text: str, target: str | None) -> None:
        self._words = RuleWords(text.split())
        self._text = text
        self.target = target
        self._unknown: list[str] = []
        self.matches: list[Match] = []
        self.argument: str | None = None
        self.is_goto = False

    def read(self) -> None:
        words = self._words
        inverted = False
        while words.has_more():
            word = words.take()
            if word == "!":
                inverted = True
            elif word == self.target and word in _TO_THE_END:
                self._read_target_options()
            elif not self._read_word(word, inverted):
                self._unknown.append(f"! {word}" if inverted else word)
            inverted = inverted and word == "!"
        if self._unknown:
            self.matches.append(Match("other", " ".join(self._unknown)))

    def _read_word(self, word: str, inverted: bool) -> bool:
        name, colon, value = word.partition(":")
        handler = _HANDLERS.get(word)
        if handler is not None:
            handler(self, inverted)
        elif colon and name in _PREFIXES:
            self._add(_PREFIXES[name], value, inverted)
        elif colon and name == "to":
            self.argument = value
        elif colon and name.removeprefix("!") == "flags" and "/" in value:
            mask, _, flags = value.partition("/")
            text = f"{_flag_names(mask)} {_flag_names(flags)}"
            self._add("tcp-flags", text, inverted or name[0] == "!")
        elif word == "NOTRACK" and self.target == "CT":
            self.target = word  # the older name of the same
        elif word == "MARK" and self._words.peek() in _MARK_CHANGES:
            self._read_mark_change()
        else:
            return word in _MODULES
        return True

    def _add(self, field: str, value: str, inverted: bool) -> None:
        is_inverted = inverted or value.startswith("!")
        self.matches.append(Match(field, intern(value.removeprefix("!")), is_inverted))

    def _take_inverted(self, inverted: bool) -> bool:
        return bool(self._words.take_if("!")) or inverted

    def _read_state(self, inverted: bool) -> None:
        self._add("conntrack-state", self._words.take(), inverted)

    def _read_multiport(self, inverted: bool) -> None:
        field = _MULTIPORTS.get(self._words.take(), "other")
        inverted = self._take_inverted(inverted)
        self._add(field, self._words.take(), inverted)

    def _read_mark(self, inverted: bool) -> None:
        self._read_mark_of("mark", inverted)

    def _read_connection_mark(self, inverted: bool) -> None:
        self._read_mark_of("conntrack-mark", inverted)

    def _read_mark_of(self, field: str, inverted: bool) -> None:
        self._words.take_if("match")
        inverted = self._take_inverted(inverted)
        self._add(field, self._words.take(), inverted)

    def _read_icmp_type(self, inverted: bool) -> None:
        value = self._words.take()
        if self._words.take_if("code"):
            value = f"{value}/{self._words.take()}"
        self._add("icmp-type", "any" if value == "255" else value, inverted)

    def _read_address_types(self, inverted: bool) -> None:
        self._words.take_if("match")
        while self._words.peek() in _ADDRESS_TYPES:
            field = _ADDRESS_TYPES[self._words.take()]
            self._add(field, self._words.take(), inverted)

    def _read_range(self, inverted: bool) -> None:
        field = self._words.peek(-1)
        if self._words.take_if("IP") and self._words.take_if("range"):
            inverted = self._take_inverted(inverted)
            self._add(field, self._words.take(), inverted)

    def _read_set(self, inverted: bool) -> None:
        self._add("set", f"{self._words.take()} {self._words.take()}", inverted)

    def _read_device(self, inverted: bool) -> None:
        words = self._words
        words.take_if("match")
        while words.peek() in ("!", "--physdev-in", "--physdev-out"):
            inverted = self._take_inverted(False)
            option = words.take()
            self._add(option.removeprefix("--"), words.take(), inverted)

    def _read_statistic(self, inverted: bool) -> None:
        self._read_run("statistic", ("mode", "random", "probability", "nth", "every", "packet"))

    def _read_limit(self, inverted: bool) -> None:
        self._read_run("limit", ("avg", "burst", "up", "to", "above", "mode"))

    def _read_run(self, field: str, names: tuple[str, ...]) -> None:
        parts: list[str] = []
        words = self._words
        while words.peek() in names or words.peek()[:1].isdigit() or parts[-1:] == ["mode"]:
            if not words.has_more():
                break
            parts.append(words.take())
        self.matches.append(Match(field, " ".join(parts)))

    def _read_goto(self, inverted: bool) -> None:
        self.is_goto = True

    def _read_argument(self, inverted: bool) -> None:
        self.argument = self._words.take()

    def _read_ports(self, inverted: bool) -> None:
        self._words.take_if("ports", "ports:")
        self.argument = self._words.take()

    def _read_flag(self, inverted: bool) -> None:
        if self.target in ("MASQUERADE", "SNAT", "DNAT", "REDIRECT") and not self.argument:
            self.argument = f"--{self._words.peek(-1)}"

    def _read_mark_change(self) -> None:
        operation, value = self._words.take(), self._words.take()
        self.argument = value if operation == "xset" else mark_change(operation, value) or value

    def _read_target_options(self) -> None:
        rest: list[str] = []
        while self._words.has_more():
            rest.append(self._words.take())
        if rest[:1] == ["num"]:
            rest = rest[1:2]
        prefix = _PREFIX.search(self._text)
        self.argument = prefix[1] if prefix else " ".join(rest) or None


def _flag_names(text: str) -> str:
    """Return the names of flags that ``iptables -nL`` prints as a number."""
    number = number_or_none(text)
    if number is None:
        return text
    return ",".join(name for bit, name in enumerate(_TCP_FLAGS) if number >> bit & 1) or "NONE"


_HANDLERS: Final[dict[str, Callable[[_NotesReader, bool], None]]] = {
    "ctstate": _NotesReader._read_state,
    "state": _NotesReader._read_state,
    "multiport": _NotesReader._read_multiport,
    "mark": _NotesReader._read_mark,
    "connmark": _NotesReader._read_connection_mark,
    "icmptype": _NotesReader._read_icmp_type,
    "ipv6-icmptype": _NotesReader._read_icmp_type,
    "ADDRTYPE": _NotesReader._read_address_types,
    "source": _NotesReader._read_range,
    "destination": _NotesReader._read_range,
    "match-set": _NotesReader._read_set,
    "PHYSDEV": _NotesReader._read_device,
    "statistic": _NotesReader._read_statistic,
    "limit:": _NotesReader._read_limit,
    "[goto]": _NotesReader._read_goto,
    "reject-with": _NotesReader._read_argument,
    "redir": _NotesReader._read_ports,
    "masq": _NotesReader._read_ports,
    "random": _NotesReader._read_flag,
    "random-fully": _NotesReader._read_flag,
    "persistent": _NotesReader._read_flag,
}
