"""The rows of one table of facts, and those of them that hold words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.timer import Timer

from netdiag.model.facts.source import Source
from netdiag.tui.fact_tables.places import EVERYTHING
from netdiag.tui.fact_tables.search import Search
from netdiag.tui.fact_tables.table import FactTable, Tone
from netdiag.tui.foreign import foreign, foreign_words
from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable

MEASURED = 400
"""So many rows tell how wide columns are."""
WIDEST = 44
NARROWEST = 4
SLICE_SECONDS = 0.02
SLICES_SHOWN = 8
"""After so many slices what was found so far is shown."""


class FactRows(LineTable):
    """Shows one table; columns in which nothing stands are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._search: Search | None = None
        self._looking: Timer | None = None
        self._slices = 0
        self._rows: Sequence[int] = ()
        self._columns: list[tuple[int, Column]] = []

    def show(self, table: FactTable | None, wanted: str = "", *, is_newer: bool = False) -> None:
        """Take a table, and the words that its rows must hold, each of them.

        A newer form of the table that is shown leaves the cursor where it is.
        """
        if table is not self.table:
            self._search = None if table is None else Search(table)
            if not is_newer:
                self.cursor = 0
                self.scroll_to(0, 0, animate=False, immediate=True)
        if self._looking is not None:
            self._looking.stop()
        if self._search is None:
            self._show_rows(())
            return
        self._slices = 0
        self._search.begin(wanted)
        self._look_on(self._search)

    def _look_on(self, search: Search) -> None:
        """Look at a slice of the rows, at the next a little later; show now and then."""
        if not search.is_over:
            search.advance()
            self._slices += 1
        if search.is_over or self._slices % SLICES_SHOWN == 1:
            self._show_rows(search.found)
        if not search.is_over:
            self._looking = self.set_timer(SLICE_SECONDS, partial(self._look_on, search))

    def _show_rows(self, rows: Sequence[int]) -> None:
        self._rows = rows
        self._columns = self._measured()
        self.rows_changed()
        self.post_message(self.Moved(self, self.cursor))

    def _measured(self) -> list[tuple[int, Column]]:
        table = self.table
        if table is None or not self._rows:
            return []
        step = max(len(self._rows) // MEASURED, 1)
        sample = [table.cells(table.items[row]) for row in self._rows[::step]]
        found: list[tuple[int, Column]] = []
        last = len(table.titles) - 1
        for number, title in enumerate(table.titles):
            widest = max(cell_len(foreign_words(cells[number])) for cells in sample)
            if widest:
                width = max(min(widest, WIDEST), len(title), NARROWEST)
                column = Column(title, 0 if number == last else width, number in table.right)
                found.append((number, column))
        return found

    @property
    def table(self) -> FactTable | None:
        """The table that is shown."""
        return None if self._search is None else self._search.table

    @property
    def item_row(self) -> int | None:
        """The number in the table of the row under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    def find(self, row: int) -> None:
        """Put the cursor on a row of the table."""
        if row in self._rows:
            self.cursor = self._rows.index(row)

    def source(self) -> Source | None:
        """Return where a document tells of the row under the cursor."""
        table, row = self.table, self.item_row
        return None if row is None or table is None else table.source(table.items[row])

    def row_count(self) -> int:
        """Return how many rows are shown."""
        return len(self._rows)

    def empty_words(self) -> str:
        """Return why there is nothing."""
        if self._search is None:
            return "no facts: no document of a node or of the cluster was read"
        if not self._search.is_over:
            return "searching…"
        elsewhere = self._search.table.name != EVERYTHING
        hint = f"; {EVERYTHING} looks into all tables" if elsewhere else ""
        return f"nothing matches here{hint}; Esc shows all again"

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return [column for _, column in self._columns]

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return a row's cells."""
        table = self.table
        if table is None:
            return ()
        item = table.items[self._rows[row]]
        style, words = _style(table.tone(item), ink), table.cells(item)
        return [
            foreign(words[number], style if position or style != ink.text else ink.place)
            for position, (number, _) in enumerate(self._columns)
        ]


def _style(tone: Tone, ink: Ink) -> Style:
    return {
        "": ink.text, "quiet": ink.quiet, "warning": ink.warning, "problem": ink.problem,
    }[tone]  # fmt: skip
