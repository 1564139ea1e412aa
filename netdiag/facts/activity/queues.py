"""Queueing disciplines: ``tc -s -j qdisc`` and ``tc -s qdisc``."""

from __future__ import annotations

import re
from sys import intern
from typing import Final

from msgspec import Struct

from netdiag.facts.json_items import read_array
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines, whole_number
from netdiag.model.facts.activity import QueueDiscipline

_DROPPED: Final = re.compile(r"\(dropped (\d{1,20}),", re.ASCII)
_PLACE: Final = frozenset({"root", "ingress", "clsact", "offloaded"})
_PLACE_WITH_VALUE: Final = frozenset({"parent", "refcnt"})


class _Item(Struct):
    kind: str
    dev: str = ""
    drops: int | None = None
    options: dict[str, object] = {}


def parse_queues(text: str, document: str, first_line: int = 1) -> Parsed[QueueDiscipline]:
    """Return all disciplines; ``position`` is the item of JSON, or the line of text."""
    if text.lstrip()[:1] == "[" and "qdisc " not in text[:64]:
        return _parse_json(text)
    found: list[QueueDiscipline] = []
    bad: list[int] = []
    for number, line in numbered_lines(text, first_line):
        if line[:6] == "qdisc ":
            queue = _parse_line(line.split(), number)
            found += [queue] if queue else []
            bad += [] if queue else [number]
        elif not found or not line[0].isspace():
            bad.append(number)
        elif (dropped := _DROPPED.search(line)) and found[-1].dropped is None:
            last = found.pop()
            found.append(
                QueueDiscipline(
                    last.device, last.kind, last.position, int(dropped[1]), last.options
                )
            )
    return Parsed(tuple(found), not_understood(bad))


def _parse_json(text: str) -> Parsed[QueueDiscipline]:
    items, problems = read_array(text.encode("utf-8", "replace"), _Item)
    found = (
        QueueDiscipline(intern(item.dev), intern(item.kind), position, item.drops, item.options)
        for position, item in items
    )
    return Parsed(tuple(found), tuple(problems))


def _parse_line(words: list[str], position: int) -> QueueDiscipline | None:
    """Read ``qdisc netem 8001: dev eth0 root refcnt 2 limit 1000 delay 100ms``.

    With ``tc qdisc show dev eth0`` no device is printed.
    """
    if len(words) < 4 or not words[2].endswith(":"):
        return None
    has_device = words[3] == "dev"
    if has_device and len(words) < 5:
        return None
    return QueueDiscipline(
        device=intern(words[4]) if has_device else "",
        kind=intern(words[1]),
        position=position,
        options=_read_options(words[5:] if has_device else words[3:]),
    )


def _read_options(words: list[str]) -> dict[str, object]:
    """Return ``limit 1000 ecn`` as names with values; what has no value is True."""
    options: dict[str, object] = {}
    name = ""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _PLACE_WITH_VALUE:
            skip = True
        elif word[0].isalpha() and word not in _PLACE:
            name = word
            options[name] = True
        elif name and word not in _PLACE:
            options[name] = _joined(options[name], word)
    return options


def _joined(before: object, word: str) -> object:
    if before is True:
        number = whole_number(word)
        return word if number is None else number
    return f"{before} {word}"
