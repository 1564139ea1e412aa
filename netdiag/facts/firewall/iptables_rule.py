"""One rule as iptables-save and ``iptables -S`` print it: ``-A FORWARD -s 10.0.0.0/8 -j ACCEPT``.

Conditions come in the order of the line; what is not told apart here is kept as text. See
iptables(8) and iptables-extensions(8).
"""

from __future__ import annotations

from sys import intern
from typing import Final

from netdiag.model.facts.firewall import FirewallRule, Match

_OPTIONS: Final = {
    "-s": "source", "-d": "destination", "-i": "input", "-o": "output", "-p": "protocol",
    "--source": "source", "--destination": "destination", "--protocol": "protocol",
    "--in-interface": "input", "--out-interface": "output",
    "--dport": "destination-port", "--dports": "destination-port",
    "--destination-port": "destination-port", "--destination-ports": "destination-port",
    "--sport": "source-port", "--sports": "source-port",
    "--source-port": "source-port", "--source-ports": "source-port", "--ports": "port",
    "--mark": "mark", "--ctstate": "conntrack-state", "--state": "conntrack-state",
    "--icmp-type": "icmp-type", "--icmpv6-type": "icmp-type",
    "--physdev-in": "physdev-in", "--physdev-out": "physdev-out",
    "--src-type": "source-address-type", "--dst-type": "destination-address-type",
    "--src-range": "source", "--dst-range": "destination", "--comment": "comment",
}  # fmt: skip
"""Options with one value that are a condition of their own."""
_PAIRS: Final = {"--match-set": "set", "--tcp-flags": "tcp-flags"}
_FLAGS: Final = {"-f": ("fragment", ""), "--fragment": ("fragment", ""), "--syn": ("other", "syn")}
_WHOLE_MODULES: Final = {"statistic": "statistic", "limit": "limit", "hashlimit": "limit"}
"""Modules whose options are one condition together."""
_PLAIN_MODULES: Final = frozenset(
    {"tcp", "udp", "sctp", "udplite", "dccp", "icmp", "icmp6", "multiport", "mark", "connmark"}
    | {"conntrack", "state", "comment", "physdev", "addrtype", "set", "iprange"}
)
"""Modules whose options are told apart, as far as they are in the tables above."""
_ENDS: Final = frozenset({"-m", "-j", "-g", "--jump", "--goto", "--match"})
_MAIN_ARGUMENTS: Final = frozenset(
    {"--to-destination", "--to-source", "--to-ports", "--to", "--set-xmark", "--set-mark"}
    | {"--reject-with", "--log-prefix", "--nflog-prefix", "--queue-num", "--set-mss", "--on-port"}
)


def split_words(line: str) -> list[str] | None:
    """Return the words of a line, quotes taken off; None = a quote is not closed."""
    if '"' not in line:
        return line.split()
    if "\\" in line:
        line = line.replace("\\\\", "\1").replace('\\"', "\0").replace("\\'", "'")
    words: list[str] = []
    parts = line.split('"')
    if len(parts) % 2 == 0:
        return None
    for index, part in enumerate(parts):
        if index % 2:
            words.append(part.replace("\0", '"').replace("\1", "\\"))
        else:
            words.extend(part.split())
    return words


def parse_rule(
    text: str, document: str, position: int, packets: int | None, counted_bytes: int | None
) -> tuple[str, FirewallRule] | None:
    """Return chain and rule of ``-A CHAIN …``; None = it is not understood.

    Counters within the rule (``-c PACKETS BYTES`` of ``iptables -S -v``) are taken out.
    """
    words = split_words(text)
    if words is None or len(words) < 2 or words[0] not in ("-A", "--append"):
        return None
    if "-c" in words and packets is None:
        packets, counted_bytes = _take_counters(words)
        text = text.replace(f" -c {packets} {counted_bytes}", "", 1)
    conditions = _Conditions(words)
    end = conditions.read()
    if end is None:
        return None
    target, is_goto, argument = _read_target(words, end)
    if target == "":
        return None
    matches = tuple(conditions.matches)
    rule = FirewallRule(
        text, document, position, matches, target, is_goto, argument, packets, counted_bytes
    )
    return intern(words[1]), rule


class _Conditions:
    """Reads conditions from the third word on, up to ``-j`` or ``-g``."""

    __slots__ = ("_words", "matches")

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self.matches: list[Match] = []

    def read(self) -> int | None:
        """Return the index of the target's option, or of the end; None = it breaks off."""
        words, count, index, inverted, module = self._words, len(self._words), 2, False, ""
        while index < count:
            word = words[index]
            field = _OPTIONS.get(word)
            if word == "!":
                inverted, index = True, index + 1
                continue
            if word in ("-j", "-g", "--jump", "--goto"):
                break
            if word in ("-m", "--match"):
                module = words[index + 1] if index + 1 < count else ""
                index = self._enter_module(module, index)
            elif field is not None:
                if field == "mark" and module == "connmark":
                    field = "conntrack-mark"
                index = self._take(field, 1, index, inverted)
            else:
                index = self._take_rare(word, module, index, inverted)
            inverted = False
        return None if index > count or inverted else index

    def _take(self, field: str, values: int, index: int, inverted: bool) -> int:
        words = self._words
        if index + 2 < len(words) and words[index + 1] == "!":  # iptables before 1.4.3
            index, inverted = index + 1, True
        end = index + 1 + values
        if end <= len(words):
            value = words[index + 1] if values == 1 else " ".join(words[index + 1 : end])
            self.matches.append(Match(field, intern(value), inverted))
        return end

    def _enter_module(self, module: str, index: int) -> int:
        """Return the index after a module's name, or after all of its options."""
        start = index + 2
        if not module or module in _PLAIN_MODULES:
            return start
        end = self._end_of_module(start)
        options = " ".join(self._words[start:end])
        field = _WHOLE_MODULES.get(module)
        value = options if field else f"{module} {options}".rstrip()
        self.matches.append(Match(field or "other", value))
        return end

    def _end_of_module(self, index: int) -> int:
        while index < len(self._words) and self._words[index] not in _ENDS:
            index += 1
        return index

    def _take_rare(self, word: str, module: str, index: int, inverted: bool) -> int:
        if word in _PAIRS:
            return self._take(_PAIRS[word], 2, index, inverted)
        if word in _FLAGS:
            field, value = _FLAGS[word]
            self.matches.append(Match(field, value, inverted))
            return index + 1
        end = index + 1
        while end < len(self._words) and self._words[end][:1] not in ("-", "!"):
            end += 1
        value = " ".join([*([module] if module else []), *self._words[index:end]])
        self.matches.append(Match("other", value, inverted))
        return end


def _read_target(words: list[str], index: int) -> tuple[str | None, bool, str | None]:
    """Return target, whether it is a goto, and argument; an empty target = it breaks off."""
    if index >= len(words):
        return None, False, None
    is_goto = words[index] in ("-g", "--goto")
    if index + 1 >= len(words):
        return "", is_goto, None
    options = words[index + 2 :]
    if not options:
        return intern(words[index + 1]), is_goto, None
    if words[index + 1] == "CT" and options == ["--notrack"]:
        return "NOTRACK", is_goto, None  # the older name of the same
    is_short = options[0] in _MAIN_ARGUMENTS and len(options) > 1
    argument = options[1] if is_short else " ".join(options)
    return intern(words[index + 1]), is_goto, intern(argument)


def _take_counters(words: list[str]) -> tuple[int | None, int | None]:
    """Return the values of ``-c``, which are taken out of the words."""
    index = words.index("-c")
    values = words[index + 1 : index + 3]
    if len(values) < 2 or not all(value.isascii() and value.isdigit() for value in values):
        return None, None
    del words[index : index + 3]
    return _count(values[0]), _count(values[1])


def _count(text: str) -> int | None:
    return int(text) if len(text) <= 20 else None
