"""Tables as kubectl and calicoctl print them: columns told by a line of headings."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from netdiag.facts.text_lines import LONGEST_LINE

_HEADING: Final = re.compile(r"NOMINATED NODE|READINESS GATES|LAST SEEN|\S+")
_HEADINGS: Final = re.compile(r"(?:NAMESPACE|NAME|CIDR)(?:\s+[A-Z][A-Z()_-]*)+", re.ASCII)
_CELL: Final = re.compile(r"\S+(?: \(\S+ ago\))?")
_COMMAND: Final = re.compile(r"\b(?:kubectl|calicoctl|oc|k3s)\s")
_NAMESPACE: Final = re.compile(r"(?:^|\s)(?:-n|--namespace)[ =](?P<name>[a-z0-9-]+)")
_NOTHING: Final = "No resources found"
_NO_VALUE: Final = frozenset({"<none>", "<unset>", "<unknown>", "<pending>", ""})


class Row(NamedTuple):
    """A line of a table."""

    line: int
    cells: dict[str, str]
    """By heading; without those that have no value."""


class Table(NamedTuple):
    """A table."""

    headings: tuple[str, ...]
    rows: list[Row]
    namespace: str | None
    """Of the command line that stands before it."""
    line: int


def read_tables(text: str, first_line: int) -> tuple[list[Table], list[int]]:
    """Return the tables of a text, and the numbers of lines that belong to none."""
    tables: list[Table] = []
    bad: list[int] = []
    namespace: str | None = None
    columns: list[re.Match[str]] = []
    for number, line in enumerate(text.split("\n"), first_line):
        line = line.expandtabs().rstrip() if len(line) <= LONGEST_LINE else "?"
        if not line.strip() or line.lstrip().startswith(_NOTHING):
            continue
        if _COMMAND.search(line):
            match = _NAMESPACE.search(line)
            namespace, columns = match["name"] if match else None, []
        elif _HEADINGS.fullmatch(line.strip()):
            columns = list(_HEADING.finditer(line))
            headings = tuple(column[0] for column in columns)
            tables.append(Table(headings, [], namespace, number))
        elif cells := _cells(line, columns):
            tables[-1].rows.append(Row(number, cells))
        else:
            bad.append(number)
    return tables, bad


def _cells(line: str, columns: list[re.Match[str]]) -> dict[str, str]:
    """Return the cells of a line, by heading."""
    if not columns:
        return {}
    starts = [column.start() for column in columns]
    if all(_begins_cell(line, start) for start in starts):
        ends = [*starts[1:], len(line)]
        values = [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    else:
        values = _words(line, len(columns))
    return {
        column[0]: value
        for column, value in zip(columns, values, strict=False)
        if value not in _NO_VALUE
    }


def _begins_cell(line: str, start: int) -> bool:
    return start < len(line) and line[start] != " " and (start == 0 or line[start - 1] == " ")


def _words(line: str, columns: int) -> list[str]:
    """Return the cells of a line that is not aligned any more; the last may hold spaces."""
    wide = re.split(r"\s{2,}", line.strip())
    if len(wide) == columns:
        return wide
    words = _CELL.findall(line)
    if len(words) < columns:
        return []
    return [*words[: columns - 1], " ".join(words[columns - 1 :])]
