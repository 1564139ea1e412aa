"""One rule of ``iptables -L``: counters, target, protocol, interfaces, addresses, and the rest."""

from __future__ import annotations

import re
from sys import intern
from typing import Final, NamedTuple

from netdiag.facts.firewall.firewall_terms import protocol_name, with_host_length
from netdiag.facts.firewall.iptables_notes import read_notes
from netdiag.model.facts.firewall import FirewallRule, Match

_OPTIONS: Final = frozenset({"--", "-f", "!f"})
"""Values of the column ``opt``."""
_SUFFIXES: Final = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_ANY: Final = frozenset({"0.0.0.0/0", "::/0", "anywhere", "*", "any", "all", "0"})
_WORD: Final = re.compile(r"\S+")
_HIDDEN: Final = Match("other", "interfaces are not printed")
"""Of a listing without ``-v``: what it shows of a rule may not be all of its conditions."""
_FIRST: Final = frozenset({"num", "pkts", "target"})


class Columns(NamedTuple):
    """Which columns a listing has."""

    has_numbers: bool
    has_counters: bool


def read_columns(line: str) -> Columns | None:
    """Return the columns that a headline names; None = it is none."""
    words = line.split()
    if words[0] not in _FIRST or words[-2:] != ["source", "destination"] or "prot" not in words:
        return None
    return Columns("num" in words, "pkts" in words)


def scaled(text: str) -> int | None:
    """Return the number that ``12K`` or ``345`` stands for; None = it is none."""
    scale = _SUFFIXES.get(text[-1:])
    digits = text if scale is None else text[:-1]
    if not (0 < len(digits) <= 20 and digits.isascii() and digits.isdigit()):
        return None
    return int(digits) * (scale or 1)


def read_row(line: str, columns: Columns, document: str, position: int) -> FirewallRule | None:
    """Return a rule; None = it is not understood."""
    words = line.split(maxsplit=12)
    start = columns.has_numbers + 2 * columns.has_counters
    interfaces = 2 * columns.has_counters
    place = _place_of_protocol(words, start, interfaces)
    if place is None:
        return None
    option = words[place + 1] if words[place + 1] in _OPTIONS else None
    end = place + 1 + (option is not None) + interfaces + 2
    counters = [scaled(word) for word in words[:start][-2:]] if columns.has_counters else [None] * 2
    if len(words) < end or (columns.has_counters and None in counters):
        return None
    target = intern(words[start]) if place > start else None
    notes = read_notes(_rest(line, end), target)
    fields = words[end - interfaces - 2 : end]
    matches = (*_matches(words[place], option, fields), *notes.matches)
    text = _rest(line, start)
    return FirewallRule(
        text, document, position, matches, notes.target, notes.is_goto, notes.argument, *counters
    )


def _place_of_protocol(words: list[str], start: int, interfaces: int) -> int | None:
    """Return the index of the protocol, which follows the target; that may be empty.

    The column ``opt`` is next to it, but old versions of ip6tables leave it blank.
    """
    for place in (start, start + 1):
        if place + 1 < len(words) and words[place + 1] in _OPTIONS:
            return place
    for place in (start, start + 1):
        source = place + 1 + interfaces
        if source < len(words) and ("::" in words[source] or words[source] == "anywhere"):
            return place
    return None


def _matches(protocol: str, option: str | None, fields: list[str]) -> list[Match]:
    found = [_match("protocol", protocol)] if protocol.lstrip("!") not in _ANY else []
    names = ["input", "output", "source", "destination"][-len(fields) :]
    for name, value in zip(names, fields, strict=True):
        if value not in _ANY:
            found.append(_match(name, value))
    if option in ("-f", "!f"):
        found.append(Match("fragment", "", option == "!f"))
    if len(fields) == 2:
        found.append(_HIDDEN)
    return found


def _match(field: str, text: str) -> Match:
    value = text.removeprefix("!")
    if field == "protocol":
        value = protocol_name(value)
    elif field in ("source", "destination"):
        value = with_host_length(value)
    return Match(field, intern(value), text.startswith("!"))


def _rest(line: str, count: int) -> str:
    """Return a line without its first words."""
    place = 0
    for found in _WORD.finditer(line):
        if not count:
            return line[found.start() :]
        count -= 1
        place = found.end()
    return line[place:].strip()
