"""Bridges and their ports in ``brctl show``, of bridge-utils and of busybox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from netdiag.facts.kernel.ip_json import shared
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines
from netdiag.model.facts.kernel import BridgePort, Link

_ID = re.compile(r"[0-9a-f]{4}\.[0-9a-f]{12}")


class _Row(NamedTuple):
    """A line: a bridge, or one more port of the one before."""

    line: int
    bridge: str
    port: str | None
    is_new: bool


def parse_brctl_show(text: str, document: str, first_line: int = 1) -> Parsed[BridgePort]:
    """Return the ports of all bridges."""
    bad: list[int] = []
    ports = [
        BridgePort(shared(row.port) or "", row.bridge, document, row.line)
        for row in _rows(text, first_line, bad)
        if row.port
    ]
    return Parsed(tuple(ports), not_understood(bad))


def parse_brctl_bridges(text: str, document: str, first_line: int = 1) -> Parsed[Link]:
    """Return the bridges themselves, of which no more is known than their names."""
    bad: list[int] = []
    links = [
        Link(row.bridge, document, row.line, kind="bridge")
        for row in _rows(text, first_line, bad)
        if row.is_new
    ]
    return Parsed(tuple(links), not_understood(bad))


def _rows(text: str, first_line: int, bad: list[int]) -> Iterator[_Row]:
    """Yield what the lines tell; those that are not understood go to ``bad``."""
    bridge: str | None = None
    for number, line in numbered_lines(text, first_line):
        words = line.split()
        if words[:2] == ["bridge", "name"]:
            continue
        if line[0].isspace() and len(words) == 1 and bridge is not None:
            yield _Row(number, bridge, words[0], is_new=False)
        elif len(words) in (3, 4) and _ID.fullmatch(words[1]) and words[2] in ("yes", "no"):
            bridge = shared(words[0]) or ""
            yield _Row(number, bridge, words[3] if len(words) == 4 else None, is_new=True)
        else:
            bridge = None
            bad.append(number)
