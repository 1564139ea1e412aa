"""``iptables-save`` and ``ip6tables-save``, with counters (``-c``) or without.

A table is ``*NAME``, its chains ``:NAME POLICY [PACKETS:BYTES]``, its rules and ``COMMIT``.
"""

from __future__ import annotations

import re
from sys import intern
from typing import Final, Literal

from netdiag.facts.firewall.iptables_rule import parse_rule
from netdiag.facts.firewall.table_parts import TableParts
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines
from netdiag.model.facts.firewall import Table

_COUNTERS: Final = re.compile(r"\[(\d{1,20}):(\d{1,20})\]", re.ASCII)


def parse_iptables_save(
    text: str, document: str, first_line: int = 1, family: Literal["ip", "ip6"] = "ip"
) -> Parsed[Table]:
    """Return all tables; one without COMMIT is not complete, and told."""
    reader = _Reader(document, family)
    cut_line = first_line + text.count("\n") if text[-1:] != "\n" else None
    for number, line in numbered_lines(text, first_line):
        reader.read(number, line, may_be_cut=number == cut_line)
    return reader.finish()


class _Reader:
    def __init__(self, document: str, family: Literal["ip", "ip6"]) -> None:
        self._document = document
        self._family = family
        self._table: TableParts | None = None
        self._tables: list[Table] = []
        self._bad: list[int] = []
        self._broken_off: list[str] = []

    def read(self, number: int, line: str, may_be_cut: bool) -> None:
        first = line[0]
        if first == "#":
            return
        if line == "COMMIT":
            understood = self._table is not None
            self._end(is_complete=True)
        elif may_be_cut:  # what its other half says is not known
            understood = False
        elif first == "*":
            understood = self._begin(line[1:].strip(), number)
        elif self._table is None:
            understood = False
        elif first == ":":
            understood = _read_chain(self._table, line)
        else:
            understood = self._read_rule(self._table, line, number)
        if not understood:
            self._bad.append(number)

    def finish(self) -> Parsed[Table]:
        self._end(is_complete=False)
        return Parsed(tuple(self._tables), (*not_understood(self._bad), *self._broken_off))

    def _begin(self, name: str, number: int) -> bool:
        self._end(is_complete=False)
        if not name or " " in name:
            return False
        self._table = TableParts(intern(name), self._family, self._document, number)
        return True

    def _end(self, is_complete: bool) -> None:
        if self._table is None:
            return
        self._tables.append(self._table.build(is_complete))
        if not is_complete:
            self._broken_off.append(f"table {self._table.name} breaks off")
        self._table = None

    def _read_rule(self, table: TableParts, line: str, number: int) -> bool:
        packets = counted_bytes = None
        if line[0] == "[":
            counters = _COUNTERS.match(line)
            if counters is None:
                return False
            packets, counted_bytes = int(counters[1]), int(counters[2])
            line = line[counters.end() :].lstrip()
        read = parse_rule(line, self._document, number, packets, counted_bytes)
        if read is None:
            return False
        table.add_rule(*read)
        return True


def _read_chain(table: TableParts, line: str) -> bool:
    words = line[1:].split()
    if not 2 <= len(words) <= 3:
        return False
    counters = _COUNTERS.fullmatch(words[2]) if len(words) == 3 else None
    if len(words) == 3 and counters is None:
        return False
    name = intern(words[0])
    if words[1] == "-":
        table.add_chain(name, None)
    elif counters is None:
        table.add_chain(name, words[1])
    else:
        table.add_chain(name, words[1], int(counters[1]), int(counters[2]))
    return True
