"""The facts: what nodes and the cluster said of themselves, table by table, to be searched."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from netdiag.model.facts.facts import Facts
from netdiag.tui.fact_tables.places import (
    CLUSTER,
    Place,
    RowFound,
    find_interface,
    find_row,
    places_of,
)
from netdiag.tui.foreign import foreign, foreign_words
from netdiag.tui.messages import CopyAsked, Jump, JumpToFact
from netdiag.tui.screens.pane import Pane
from netdiag.tui.state import State
from netdiag.tui.widgets.fact_rows import FactRows
from netdiag.tui.widgets.facts_tree import FactsTree
from netdiag.tui.widgets.filter_line import FilterLine
from netdiag.tui.widgets.line_table import LineTable


class FactsScreen(Pane):
    """Places and tables on the left, rows on the right, a row in full below."""

    NAME = "facts"
    HAS_FILTER = True
    ABOUT = (
        "What nodes and the cluster said of themselves. Everything holds the rows of all tables of"
        " a place: / and an address finds all that is said of it. Below, a row in full, and the"
        " document that tells it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_row", "Copy row"),
        Binding("tab", "app.focus_next", "Tables/rows", priority=False),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._places: tuple[Place, ...] = ()
        self._facts: Facts | None = None
        self._problems: tuple[str, ...] = ()
        self._table: tuple[str, str] | None = None
        """Names of the place and the table whose rows are shown."""
        self._tree = FactsTree()
        self._rows = FactRows()
        self._filter = FilterLine("words that a row must hold", self._rows)

    def compose_body(self) -> ComposeResult:
        """Return tree, rows, the row in full."""
        with Horizontal(id="facts"):
            yield self._tree
            with Vertical(id="fact-rows"):
                yield self._filter
                yield self._rows
        yield Static(markup=False, id="fact")

    def on_mount(self) -> None:
        """Let keys move through the tables."""
        super().on_mount()
        self._tree.focus()

    def show(self) -> None:
        """Draw the snapshot."""
        facts, problems = self.state.snapshot.facts, self.state.snapshot.problems
        if facts is not self._facts or problems != self._problems:
            self._facts, self._problems = facts, problems
            self._places = places_of(facts, problems)
            self._tree.show(self._places)
            self._show_rows()
        for part in (self._tree, self._rows):
            part.refresh()
        self._show_row()

    def jump(self, message: Jump) -> None:
        """Show the row that a document tells of; tell if there is none."""
        if not isinstance(message, JumpToFact):
            return
        self._filter.clear()
        found = self._find(message)
        if found is None:
            self._tree.find(message.node or CLUSTER, None)
            if message.document:
                words = " ".join(filter(None, (message.node, message.document, message.key)))
                told = foreign_words(f"no row is made of {words}")
                self.notify(told, severity="warning", markup=False)
            return
        self._tree.find(found.place.name, found.table.name)
        self._rows.show(found.table)
        self._rows.find(found.row)
        self._rows.focus()
        self._show_row()

    def _find(self, message: JumpToFact) -> RowFound | None:
        if message.document:
            return find_row(self._places, message.node, message.document, message.key)
        if message.interface is not None:
            return find_interface(self._places, message.node, message.pod, message.interface)
        return None

    def begin_filter(self) -> None:
        """Filter the rows."""
        self._filter.begin()

    @on(FilterLine.Changed)
    def _narrow(self) -> None:
        self._show_rows()

    @on(LineTable.Moved)
    def _moved(self, message: LineTable.Moved) -> None:
        if message.table is self._tree:
            self._show_rows()
        else:
            self._show_row()

    @on(LineTable.Chosen)
    def _chosen(self, message: LineTable.Chosen) -> None:
        if message.table is self._tree:
            self._rows.focus()

    def _show_rows(self) -> None:
        place, table = self._tree.chosen or (None, None)
        if place is not None and place.tables:
            table = table or place.tables[-1]
        names = (place.name, table.name) if place is not None and table is not None else None
        self._rows.show(table, self._filter.words, is_newer=names == self._table)
        self._table = names
        self._show_row()

    def _show_row(self) -> None:
        ink, text = self.ink, Text(end="")
        table, row, source = self._rows.table, self._rows.item_row, self._rows.source()
        if table is not None and row is not None:
            cells = table.cells(table.items[row])
            for title, cell in zip(table.titles, cells, strict=True):
                if cell:
                    text.append(f"{title} ", ink.quiet).append_text(foreign(cell, ink.text))
                    text.append("  ")
            if source is not None:
                text.append("\n").append_text(foreign(f"{source.document} {source.key}", ink.place))
        self.query_one("#fact", Static).update(text)

    def action_copy_row(self) -> None:
        """Copy the words of a row."""
        table, row = self._rows.table, self._rows.item_row
        if table is not None and row is not None:
            self.post_message(CopyAsked(table.words(row), "the row"))

    def action_back(self) -> None:
        """End the filter, or go back to the tables."""
        if self._filter.display:
            self._filter.action_end()
        else:
            self._tree.focus()
