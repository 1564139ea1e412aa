"""Looks for rows of a table that hold words, a slice at a time: keys are answered in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netdiag.tui.fact_tables.table import FactTable

NEW_ROWS, KNOWN_ROWS = 3_000, 40_000
"""How many rows make a slice: whose words are yet to be made, and whose were made before."""


class Search:
    """Remembers the words of all rows that it has looked at."""

    def __init__(self, table: FactTable) -> None:
        self.table = table
        self.found: Sequence[int] = range(len(table.items))
        """Rows that match, of those that were looked at."""
        self._words: list[str] = []
        """In lower case, of the first rows of the table."""
        self._wanted: tuple[str, ...] = ()
        self._next = len(table.items)

    @property
    def is_over(self) -> bool:
        """Whether all rows were looked at."""
        return self._next >= len(self.table.items)

    def begin(self, wanted: str) -> None:
        """Look for rows that hold each of these words; without any, all rows match."""
        self._wanted = tuple(wanted.lower().split())
        rows = len(self.table.items)
        self.found, self._next = ([], 0) if self._wanted else (range(rows), rows)

    def advance(self) -> None:
        """Look at the next rows."""
        begin, rows, known = self._next, len(self.table.items), len(self._words)
        end = min(begin + KNOWN_ROWS, known) if begin < known else min(begin + NEW_ROWS, rows)
        self._words += [self.table.words(row).lower() for row in range(known, end)]
        found: Iterable[int] = range(begin, end)
        for wanted in self._wanted:
            found = [row for row in found if wanted in self._words[row]]
        self.found, self._next = [*self.found, *found], end
