"""``conntrack -L`` (also ``-o extended``) and ``/proc/net/nf_conntrack``: one connection a line."""

from __future__ import annotations

from sys import intern
from typing import Final

from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines, whole_number
from netdiag.model.facts.activity import Connection, Tuple

_FAMILIES: Final = frozenset({"ipv4", "ipv6"})
_UNREPLIED, _ASSURED = "[UNREPLIED]", "[ASSURED]"
_SUMMARY: Final = "flow entries have been shown"
_END: Final = " use="
"""Begins the last field of every line."""
_TUPLE_FIELDS: Final = ("sport", "dport", "id", "type")
_TUPLE_NAMES: Final = frozenset({"src", "dst", *_TUPLE_FIELDS})
_FEWEST_WORDS: Final = 6


def parse_conntrack(text: str, document: str, first_line: int = 1) -> Parsed[Connection]:
    """Return the tracked connections; one that breaks off is left out, and told."""
    found: list[Connection] = []
    bad: list[int] = []
    cut_line = first_line + text.count("\n") if text[-1:] != "\n" else None
    for number, line in numbered_lines(text, first_line):
        if _SUMMARY in line:
            continue
        is_whole = number != cut_line or _END in line
        connection = _parse_connection(line.split(), number) if is_whole else None
        if connection is None:
            bad.append(number)
        else:
            found.append(connection)
    return Parsed(tuple(found), not_understood(bad))


def _parse_connection(words: list[str], position: int) -> Connection | None:
    if words[0] in _FAMILIES:
        del words[:2]
    if len(words) < _FEWEST_WORDS or not words[1].isdigit():
        return None
    tuples, others = _read_pairs(words)
    if len(tuples) != 2 or tuples[0].keys() != tuples[1].keys():
        return None
    original, reply = (_tuple(fields) for fields in tuples)
    if original is None or reply is None:
        return None
    name = words[0] if words[0] != "unknown" else words[1]
    has_timeout = words[2].isdigit()
    state = words[2 + has_timeout]
    return Connection(
        protocol=intern(name),
        original=original,
        reply=reply,
        position=position,
        state=None if "=" in state or state[0] == "[" else intern(state),
        timeout_s=whole_number(words[2]) if has_timeout else None,
        is_unreplied=_UNREPLIED in words,
        is_assured=_ASSURED in words,
        mark=whole_number(others.get("mark", "")),
        zone=whole_number(others.get("zone", "")),
    )


def _read_pairs(words: list[str]) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Return the fields of both directions, and those of the connection."""
    tuples: list[dict[str, str]] = []
    others: dict[str, str] = {}
    for word in words[2:]:
        name, equals, value = word.partition("=")
        if not equals:
            continue
        if name == "src":
            tuples.append({})
        if name == "id" and not (tuples and "type" in tuples[-1]):
            continue  # of the connection itself: -o id
        if name in _TUPLE_NAMES and tuples:
            tuples[-1].setdefault(name, value)
        else:
            others[name] = value
    return tuples, others


def _tuple(fields: dict[str, str]) -> Tuple | None:
    source, destination = fields.get("src"), fields.get("dst")
    numbers = [whole_number(fields.get(name, "")) for name in _TUPLE_FIELDS]
    are_numbers = all(
        number is not None or name not in fields
        for name, number in zip(_TUPLE_FIELDS, numbers, strict=True)
    )
    if not source or not destination or not are_numbers:
        return None
    return Tuple(intern(source), intern(destination), *numbers)
