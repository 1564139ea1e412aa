"""The blocks of lines that ``ip link`` and ``ip addr`` print: a head line, and indented ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from netdiag.facts.text_lines import Words, numbered_lines, whole_number

STATES = frozenset({
    "UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP",
})  # fmt: skip
_ONE_LINE = re.compile(r"\\(?=\s)")
"""What ``-o`` prints in place of the end of a line."""
_OPENING = re.compile(r":[ ]{1,8}<")
_PEER_INDEX = re.compile(r"if(\d{1,10})", re.ASCII)
_HEAD_VALUES = {"mtu": "mtu", "master": "master", "state": "operstate"}


class Line(NamedTuple):
    """One line, or with ``-o`` one part of a line."""

    number: int
    text: str
    is_head: bool
    """It begins at the left margin."""


def read_lines(text: str, first_line: int) -> Iterator[Line]:
    """Yield all lines that are not blank."""
    for number, line in numbered_lines(text, first_line):
        for index, part in enumerate(_ONE_LINE.split(line)):
            if part.strip():
                yield Line(number, part.rstrip(), index == 0 and not part[0].isspace())


def read_head(line: str) -> dict[str, Any] | None:
    """Return what ``2: eth0@if3: <FLAGS> mtu 1500 … state UP …`` says, by its names in JSON.

    None = the line is no such one, or breaks off.
    """
    index, _, rest = line.partition(": ")
    name, *after = _OPENING.split(rest, maxsplit=1)
    flags, closing, tail = "".join(after).partition(">")
    number = whole_number(index)
    if number is None or not (name and closing):
        return None
    values: dict[str, Any] = {
        "ifindex": number,
        "flags": [flag for flag in flags.split(",") if flag],
    }
    values.update(read_name(name))
    words = Words(tail)
    while word := words.take():
        if word in _HEAD_VALUES:
            values[_HEAD_VALUES[word]] = words.take()
    return values if whole_number(values.get("mtu", "0")) is not None else None


def read_name(text: str) -> dict[str, Any]:
    """Return what ``name``, ``name@lower`` or ``name@if7`` says, by its names in JSON."""
    name, at, lower = text.rpartition("@")
    if not at or not name:
        return {"ifname": text}
    match = _PEER_INDEX.fullmatch(lower)
    if match is not None:
        return {"ifname": name, "link_index": int(match[1])}
    return {"ifname": name, "link": None if lower == "NONE" else lower}


def read_brief(line: str) -> tuple[dict[str, Any], list[str]] | None:
    """Return what ``eth0@if3  UP  …`` of ``-br`` says, and the words that follow.

    None = the line is no such one.
    """
    words = line.split()
    if len(words) < 2 or words[1] not in STATES:
        return None
    return {**read_name(words[0]), "operstate": words[1]}, words[2:]
