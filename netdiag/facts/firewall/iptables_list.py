"""What ``iptables -L`` (``-t nat -vnL --line-numbers``, ``-nL``) and ``iptables -S`` print.

Neither prints the name of the table. If the caller does not know it, the built-in chains tell: a
table ends where a built-in chain begins that it already has, or that only stands first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from sys import intern
from typing import Final, Literal

from netdiag.facts.firewall.iptables_columns import Columns, read_columns, read_row, scaled
from netdiag.facts.firewall.iptables_rule import parse_rule
from netdiag.facts.firewall.table_parts import TableParts
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines
from netdiag.model.facts.firewall import Table

_CHAIN: Final = re.compile(
    r"Chain (?P<name>\S+) \((?:policy (?P<policy>\w+)"
    r"(?: (?P<packets>\d+[KMGT]?) packets, (?P<bytes>\d+[KMGT]?) bytes)?|-?\d+ references?)\)"
)
_POLICY_COUNTERS: Final = re.compile(r"-c (\d{1,20}) (\d{1,20})", re.ASCII)
_BUILT_IN: Final = frozenset({"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"})
_TABLES: Final = (
    ("mangle", frozenset({"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"})),
    ("filter", frozenset({"INPUT", "FORWARD", "OUTPUT"})),
    ("nat", frozenset({"PREROUTING", "OUTPUT", "POSTROUTING"})),
    ("raw", frozenset({"PREROUTING", "OUTPUT"})),
)
"""The built-in chains that each table has; that of nat has INPUT too since Linux 2.6.36."""


def parse_iptables_list(
    text: str,
    document: str,
    first_line: int = 1,
    family: Literal["ip", "ip6"] = "ip",
    table: str | None = None,
) -> Parsed[Table]:
    """Return all tables; one that lacks built-in chains is not complete.

    ``table`` is the name of the only table, where the caller knows it.
    """
    reader = _Reader(document, family, table)
    bad = [
        number for number, line in numbered_lines(text, first_line) if not reader.read(number, line)
    ]
    return Parsed(tuple(reader.tables()), not_understood(bad))


class _Reader:
    def __init__(self, document: str, family: Literal["ip", "ip6"], name: str | None) -> None:
        self._document = document
        self._family = family
        self._name = name
        self._parts: list[TableParts] = []
        self._chain = ""
        self._columns: Columns | None = None

    def read(self, number: int, line: str) -> bool:
        """Read a line; False = it is not understood."""
        if line[0] == "#":
            return True
        if line[:6] == "Chain ":
            return self._begin_listed_chain(line, number)
        if line[:3] in ("-P ", "-N "):
            return self._begin_told_chain(line, number)
        if line[:3] == "-A ":
            return self._read_told_rule(line, number)
        columns = read_columns(line)
        if columns is not None and self._chain:
            self._columns = columns
            return True
        return self._read_row(line, number)

    def tables(self) -> Iterator[Table]:
        """Yield all tables under the names that their chains tell."""
        for parts in self._parts:
            built_in = _BUILT_IN & set(parts.chains)
            guess, expected = _guess_table(built_in)
            parts.name = self._name or guess
            yield parts.build(is_complete=dict(_TABLES).get(parts.name, expected) <= built_in)

    def _begin_listed_chain(self, line: str, number: int) -> bool:
        self._columns = None
        found = _CHAIN.fullmatch(line)
        self._chain = intern(found["name"]) if found else ""
        if found is None:
            return False
        packets, bytes_ = found["packets"], found["bytes"]
        counters = (scaled(packets), scaled(bytes_)) if packets else (None, None)
        self._table_of(self._chain, number).add_chain(self._chain, found["policy"], *counters)
        return True

    def _begin_told_chain(self, line: str, number: int) -> bool:
        words = line.split()
        is_policy = words[0] == "-P"
        if len(words) < 2 + is_policy:
            return False
        name = intern(words[1])
        counters = _POLICY_COUNTERS.search(line)
        values = (int(counters[1]), int(counters[2])) if counters else (None, None)
        table = self._table_of(name, number)
        table.add_chain(name, words[2] if is_policy else None, *values)
        return True

    def _read_told_rule(self, line: str, number: int) -> bool:
        read = parse_rule(line, self._document, number, None, None)
        if read is None:
            return False
        if not self._parts:
            self._table_of(read[0], number)
        self._parts[-1].add_rule(*read)
        return True

    def _read_row(self, line: str, number: int) -> bool:
        if self._columns is None or not self._parts:
            return False
        rule = read_row(line, self._columns, self._document, number)
        if rule is None:
            return False
        self._parts[-1].add_rule(self._chain, rule)
        return True

    def _table_of(self, chain: str, number: int) -> TableParts:
        """Return the table that a chain belongs to, a new one where another begins."""
        if not self._parts or _begins_table(chain, set(self._parts[-1].chains)):
            self._parts.append(TableParts("", self._family, self._document, number))
        return self._parts[-1]


def _begins_table(chain: str, before: set[str]) -> bool:
    if chain not in _BUILT_IN:
        return False
    is_first = chain == "PREROUTING" or (chain == "INPUT" and "OUTPUT" in before)
    return chain in before or is_first or bool(before - _BUILT_IN)


def _guess_table(built_in: frozenset[str]) -> tuple[str, frozenset[str]]:
    """Return the name of the table that has these chains, and all that it should have."""
    for name, chains in _TABLES:
        if chains <= built_in and (name != "raw" or not built_in & {"INPUT", "FORWARD"}):
            return name, chains
    name = "nat" if built_in & {"PREROUTING", "POSTROUTING"} else "filter"
    return name, dict(_TABLES)[name]
