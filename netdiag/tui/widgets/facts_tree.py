"""Nodes and the cluster, below each its tables with how many rows they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from netdiag.tui.fact_tables.places import Place
from netdiag.tui.fact_tables.table import FactTable
from netdiag.tui.foreign import foreign
from netdiag.tui.short_numbers import short_number
from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable

FEW_PLACES = 2
"""So many are open from the start, else only the first."""
COUNT_CELLS = 4


class FactsTree(LineTable):
    """A line per place, and per table of those that are open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open/close"),
        Binding("right,l", "to_rows", "To the rows", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._places: tuple[Place, ...] = ()
        self._opened: set[str] = set()
        self._lines: list[tuple[Place, FactTable | None]] = []

    def show(self, places: tuple[Place, ...]) -> None:
        """Take places; what was open stays open."""
        if not self._opened:
            few = places if len(places) <= FEW_PLACES else places[:1]
            self._opened = {place.name for place in few}
        here = self.chosen
        self._places = places
        self._lay_out()
        if here is None:
            self.cursor = min(1, max(len(self._lines) - 1, 0))
        else:
            self.find(here[0].name, here[1].name if here[1] else None)

    @property
    def chosen(self) -> tuple[Place, FactTable | None] | None:
        """The line under the cursor."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    def find(self, place: str, table: str | None) -> None:
        """Put the cursor on a table of a place."""
        if table is not None and place not in self._opened:
            self._opened.add(place)
            self._lay_out()
        for row, (found, its) in enumerate(self._lines):
            if found.name == place and (its.name if its else None) == table:
                self.cursor = row
                return

    def _lay_out(self) -> None:
        self._lines = []
        for place in self._places:
            self._lines.append((place, None))
            if place.name in self._opened:
                self._lines += [(place, table) for table in place.tables]
        self.rows_changed()

    def row_count(self) -> int:
        """Return how many lines there are."""
        return len(self._lines)

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        name = max(self.size.width - COUNT_CELLS - 4, 8)
        return (Column("facts of", name), Column("rows", COUNT_CELLS, right=True))

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return a line's cells."""
        place, table = self._lines[row]
        if table is None:
            triangle = "▾ " if place.name in self._opened else "▸ "
            text = Text(end="").append(triangle, ink.key)
            return (text.append_text(foreign(place.name, ink.heading)), Text())
        return (Text(f"  {table.name}", ink.text), Text(short_number(len(table.items)), ink.quiet))

    def action_choose(self) -> None:
        """Open or close a place; on a table, go to its rows."""
        chosen = self.chosen
        if chosen is None or chosen[1] is not None:
            super().action_choose()
            return
        self._opened ^= {chosen[0].name}
        self._lay_out()

    def action_to_rows(self) -> None:
        """Go to the rows."""
        super().action_choose()

    def clicked(self, row: int, x: int) -> bool:
        """Open or close a place by a click."""
        if self._lines[row][1] is None:
            self.action_choose()
            return True
        return False
