"""The table that is drawn line by line: what is drawn anew, and what is cut."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from rich.text import Text
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from netdiag.tui.theme import DARK, THEMES, Ink
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable
from tests.tui.driving import runs


class Table(LineTable):
    """Numbered rows; remembers which were drawn."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows
        self.drawn: list[int] = []

    def row_count(self) -> int:
        return self.rows

    def columns(self) -> Sequence[Column]:
        return (Column("number", 8), Column("words", 60))

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        self.drawn.append(row)
        return (Text(str(row)), Text("a line that goes on, length 64"))

    def empty_words(self) -> str:
        return "a sentence that is longer than the table is wide \x1b[31m"

    @property
    def words(self) -> list[str]:
        strips = [self.render_line(y) for y in range(self.size.height)]
        return [strip.text.rstrip() for strip in strips]


class Shown(App[None]):
    """Nothing but the table."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK

    def compose(self) -> ComposeResult:
        yield self.table


@asynccontextmanager
async def shown(rows: int, height: int = 10) -> AsyncIterator[tuple[Table, Pilot[None]]]:
    """Show a table of so many rows, drawn."""
    app = Shown(Table(rows))
    async with app.run_test(size=(36, height)) as pilot:
        app.table.rows_changed()
        await pilot.pause()
        app.table.drawn.clear()
        yield app.table, pilot


async def add(table: Table, pilot: Pilot[None], rows: int) -> set[int]:
    """Add rows and return those that are drawn then."""
    table.drawn.clear()
    table.rows += rows
    table.rows_added()
    await pilot.pause()
    return set(table.drawn)


@runs
async def test_what_goes_on_beyond_the_edge_says_so() -> None:
    async with shown(3) as (table, pilot):
        assert table.words[1].endswith("a line that goes on, len…")
        await pilot.press("right")
        assert table.words[1].endswith("a line that goes on, length 64")
    async with shown(100) as (table, _):
        cut = table.words[1]
        assert cut.endswith("…")
        assert len(cut) == table.size.width - table.scrollbar_size_vertical < 36


@runs
async def test_rows_that_come_out_of_sight_are_not_drawn_nor_are_others() -> None:
    async with shown(3) as (table, pilot):
        assert await add(table, pilot, 3) >= {3, 4, 5}
        assert await add(table, pilot, 50) >= {6, 7}
        assert await add(table, pilot, 1_000_000) == set()
        assert table.virtual_size.height == table.rows + 1
        await pilot.press("end")
        assert max(table.drawn) == table.rows - 1
        assert await add(table, pilot, 5) == set()
        await pilot.press("end")
        assert table.cursor == table.rows - 1


@runs
async def test_the_cursor_takes_two_lines_with_it() -> None:
    async with shown(100) as (table, pilot):
        await pilot.press("down")
        await pilot.pause()
        assert set(table.drawn) == {0, 1}


@runs
async def test_the_cursor_stays_in_sight_when_the_table_gets_smaller() -> None:
    async with shown(100, height=30) as (table, pilot):
        table.cursor = 25
        await pilot.resize_terminal(36, 8)
        await pilot.pause()
        assert any(line.startswith("▌25") for line in table.words)


@runs
async def test_what_is_said_of_an_empty_table_is_seen_to_its_end_and_harmless() -> None:
    async with shown(0) as (table, _):
        words = " ".join(line.strip() for line in table.words[1:]).strip()
        assert words == "a sentence that is longer than the table is wide \\x1b[31m"
