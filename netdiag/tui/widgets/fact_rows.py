"""The rows of one table of facts, and those of them that hold words."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text

from netdiag.model.facts.source import Source
from netdiag.tui.fact_tables.table import FactTable, Tone
from netdiag.tui.foreign import foreign
from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable

MEASURED = 400
"""So many rows tell how wide columns are."""
WIDEST = 44
NARROWEST = 4


class FactRows(LineTable):
    """Shows one table; columns in which nothing stands are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._table: FactTable | None = None
        self._wanted: tuple[str, ...] = ()
        self._rows: Sequence[int] = ()
        self._columns: list[tuple[int, Column]] = []

    def show(self, table: FactTable | None, wanted: str = "") -> None:
        """Take a table, and the words that its rows must hold, each of them."""
        if table is not self._table:
            self.cursor = 0
            self.scroll_to(0, 0, animate=False, immediate=True)
        self._table = table
        self._wanted = tuple(wanted.lower().split())
        self._rows = self._matching()
        self._columns = self._measured()
        self.rows_changed()

    def _matching(self) -> Sequence[int]:
        table = self._table
        if table is None:
            return ()
        rows = range(len(table.items))
        if not self._wanted:
            return rows
        return [row for row in rows if self._holds(table.words(row).lower())]

    def _holds(self, words: str) -> bool:
        return all(word in words for word in self._wanted)

    def _measured(self) -> list[tuple[int, Column]]:
        table = self._table
        if table is None or not self._rows:
            return []
        step = max(len(self._rows) // MEASURED, 1)
        sample = [table.cells(table.items[row]) for row in self._rows[::step]]
        found: list[tuple[int, Column]] = []
        last = len(table.titles) - 1
        for number, title in enumerate(table.titles):
            widest = max(foreign(cells[number]).cell_len for cells in sample)
            if widest:
                width = max(min(widest, WIDEST), len(title), NARROWEST)
                column = Column(title, 0 if number == last else width, number in table.right)
                found.append((number, column))
        return found

    @property
    def table(self) -> FactTable | None:
        """The table that is shown."""
        return self._table

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
        row = self.item_row
        return (
            None if row is None or not self._table else self._table.source(self._table.items[row])
        )

    def row_count(self) -> int:
        """Return how many rows are shown."""
        return len(self._rows)

    def empty_words(self) -> str:
        """Return why there is nothing."""
        if self._table is None:
            return "no facts: no document of a node or of the cluster was read"
        return "nothing matches; Esc shows all again"

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return [column for _, column in self._columns]

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return a row's cells."""
        if self._table is None:
            return ()
        item = self._table.items[self._rows[row]]
        style, words = _style(self._table.tone(item), ink), self._table.cells(item)
        return [
            foreign(words[number], style if position or style != ink.text else ink.place)
            for position, (number, _) in enumerate(self._columns)
        ]


def _style(tone: Tone, ink: Ink) -> Style:
    return {
        "": ink.text, "quiet": ink.quiet, "warning": ink.warning, "problem": ink.problem,
    }[tone]  # fmt: skip
