"""``nft list ruleset``, with handles (``-a``) or without; also ``list table`` and ``list chain``.

Tables hold chains, sets and maps, and objects that are not kept: counters, quotas, flow tables.
Blocks are two deep; an element list or a rule that takes several lines is joined first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from sys import intern
from typing import Final, Literal

from netdiag.facts.firewall.nft_chains import ChainParts, read_hook
from netdiag.facts.firewall.nft_rule import parse_nft_rule
from netdiag.facts.firewall.nft_words import members, open_braces, without_handle
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines
from netdiag.model.facts.firewall import Table
from netdiag.model.facts.source import place_in

Family = Literal["ip", "ip6", "inet", "bridge", "arp", "netdev"]
_FAMILIES: Final[dict[str, Family]] = {
    "ip": "ip", "ip6": "ip6", "inet": "inet", "bridge": "bridge", "arp": "arp",
    "netdev": "netdev",
}  # fmt: skip
_SETS: Final = frozenset({"set", "map", "meter"})
_RULE_COMMENTS: Final = ("# xt_", "# match ", "# target ")
"""What nft without support for iptables' extensions prints of them."""
_ELEMENT_COMMENT: Final = re.compile(r' comment "[^"]*"')
_ELEMENT_OPTIONS: Final = (" timeout ", " expires ", " counter ", " limit ")


def parse_nft(text: str, document: str, first_line: int = 1) -> Parsed[Table]:
    """Return all tables; one that is not closed is not complete, and told."""
    reader = _Reader(document)
    cut_line = first_line + text.count("\n") if text[-1:] != "\n" else None
    for number, line, is_whole in _joined(numbered_lines(text, first_line), cut_line):
        if is_whole:
            reader.read(number, line)
        else:
            reader.bad.append(number)
    return reader.finish()


def _joined(
    lines: Iterator[tuple[int, str]], cut_line: int | None
) -> Iterator[tuple[int, str, bool]]:
    """Yield number, text, and whether it is whole: its lists are closed, its last line too."""
    begun: list[str] = []
    start = depth = 0
    for number, line in lines:
        line = line.strip()
        opened = open_braces(line)
        is_whole = number != cut_line or line == "}"
        if not begun and (opened <= 0 or without_handle(line).endswith("{")):
            yield number, line, is_whole
            continue
        start = start if begun else number
        begun.append(line)
        depth += opened
        if depth <= 0:
            yield start, " ".join(begun), is_whole
            begun, depth = [], 0
    if begun:
        yield start, " ".join(begun), False


class _Reader:
    """Knows in which block it is: none, a table, or something within it."""

    def __init__(self, document: str) -> None:
        self._document = document
        self._tables: list[Table] = []
        self._table: _TableParts | None = None
        self._chain: ChainParts | None = None
        self._set: tuple[str, list[str]] | None = None
        self._skipped = 0
        """Depth within a block that is not kept."""
        self.bad: list[int] = []

    def read(self, number: int, line: str) -> None:
        if self._skipped:
            self._skipped = max(0, self._skipped + open_braces(line))
        elif line[0] == "#" and not (self._chain and line.startswith(_RULE_COMMENTS)):
            return
        elif self._chain is not None:
            understood = self._read_in_chain(self._chain, number, line)
            if not understood:
                self.bad.append(number)
        elif self._set is not None:
            self._read_in_set(self._set, line)
        elif self._table is not None:
            self._read_in_table(self._table, line)
        elif not self._begin_table(number, line):
            self.bad.append(number)

    def finish(self) -> Parsed[Table]:
        problems = list(not_understood(self.bad))
        if self._table is not None:
            problems.append(f"table {self._table.name} breaks off")
            self._end_chain()
            self._end_set()
            self._tables.append(self._table.build(is_complete=False))
        return Parsed(tuple(self._tables), tuple(problems))

    def _begin_table(self, number: int, line: str) -> bool:
        words = without_handle(line).split()
        if len(words) == 3:  # the family ip is left out by old versions
            words.insert(1, "ip")
        if len(words) != 4 or words[0] != "table" or words[3] not in ("{", "{}"):
            return False
        family = _FAMILIES.get(words[1])
        if family is None:
            return False
        self._table = _TableParts(words[2], family, self._document, number)
        if words[3] == "{}":
            self._end_table()
        return True

    def _read_in_table(self, table: _TableParts, line: str) -> None:
        words = without_handle(line).split()
        if line == "}":
            self._end_table()
        elif words[0] == "flags":
            table.is_dormant = "dormant" in line
        elif words[-1] != "{":
            return
        elif words[0] == "chain" and len(words) == 3:
            self._chain = ChainParts(intern(words[1].strip('"')))
        elif words[0] in _SETS and len(words) == 3:
            self._set = (intern(words[1].strip('"')), [])
        else:
            self._skipped = 1

    def _read_in_chain(self, chain: ChainParts, number: int, line: str) -> bool:
        if line == "}":
            self._end_chain()
        elif line.startswith("type ") and " hook " in line:
            return read_hook(chain, line, self._table.family if self._table else "ip")
        elif line.startswith("policy "):
            chain.policy = line[7:].rstrip(";").upper()
        elif not line.startswith(("comment ", "flags ")):
            rule = parse_nft_rule(line, self._document, number)
            if rule is None:
                return False
            chain.rules.append(rule)
        return True

    def _read_in_set(self, found: tuple[str, list[str]], line: str) -> None:
        if line == "}":
            self._end_set()
        elif line.startswith("elements = "):
            elements = _ELEMENT_COMMENT.sub("", line[11:])
            found[1].extend(_element(member) for member in members(elements))

    def _end_chain(self) -> None:
        if self._chain is not None and self._table is not None:
            self._table.chains.append(self._chain)
        self._chain = None

    def _end_set(self) -> None:
        if self._set is not None and self._table is not None:
            self._table.sets.append((self._set[0], tuple(self._set[1])))
        self._set = None

    def _end_table(self) -> None:
        if self._table is not None:
            self._tables.append(self._table.build(is_complete=True))
        self._table = None


class _TableParts:
    """A table whose blocks are still read."""

    def __init__(self, name: str, family: Family, document: str, position: int) -> None:
        self.name = intern(name.strip('"'))
        self.family = family
        self.chains: list[ChainParts] = []
        self.sets: list[tuple[str, tuple[str, ...]]] = []
        self.is_dormant = False
        """The kernel enters none of its chains."""
        self._source = place_in(document, position)

    def build(self, is_complete: bool) -> Table:
        return Table(
            name=self.name,
            family=self.family,
            program="nft",
            chains=tuple(chain.build(self.is_dormant) for chain in self.chains),
            source=self._source,
            is_complete=is_complete,
            sets=tuple(self.sets),
        )


def _element(text: str) -> str:
    """Return an element of a set without its timeout, counter and comment."""
    element = text
    for option in _ELEMENT_OPTIONS:
        before, found, after = element.partition(option)
        if found:
            verdict = after.partition(" : ")[2]
            element = f"{before} : {verdict}" if verdict else before
    return intern(element.replace('"', ""))
