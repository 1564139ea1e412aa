"""A table drawn line by line: only what is seen is ever made, a million rows scroll like ten.

Subclasses say how many rows there are and what stands in one. Cells are made by ``foreign``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from netdiag.tui.theme import Ink, ink_of

GAP = 2
"""Blanks between two columns."""
WHEEL_ROWS = 3


class Column(NamedTuple):
    """A column; the last one takes what room is left, if its width is 0."""

    title: str
    width: int
    right: bool = False


class LineTable(ScrollView, can_focus=True):
    """Shows rows under a line of titles, one of them under the cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-table--cursor",
        "line-table--cursor-blurred",
        "line-table--titles",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup,ctrl+b", "move_page(-1)", "Page up", show=False),
        Binding("pagedown,ctrl+f", "move_page(1)", "Page down", show=False),
        Binding("home,g", "move_to_end(-1)", "First row", show=False),
        Binding("end,G", "move_to_end(1)", "Last row", show=False),
        Binding("left,h", "scroll_sideways(-8)", "Left", show=False),
        Binding("right,l", "scroll_sideways(8)", "Right", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, table: LineTable, row: int) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> LineTable:
            """Return the table, for ``@on`` with a selector."""
            return self.table

    class Chosen(Moved):
        """Enter, or a second click, on a row."""

    # What subclasses say

    def row_count(self) -> int:
        """Return how many rows there are."""
        return 0

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return what stands in a row, a text for each column; one alone runs over all columns."""
        raise NotImplementedError

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return ()

    def empty_words(self) -> str:
        """Return what is said in place of rows, where there are none."""
        return ""

    def clicked(self, row: int, x: int) -> bool:
        """Take a click at a cell of a row; return True if that was all there is to do."""
        return False

    # What is drawn

    @property
    def ink(self) -> Ink:
        """The inks of the theme."""
        return ink_of(self.app.current_theme)

    def rows_changed(self) -> None:
        """Draw anew, after rows came or went; the cursor stays within them."""
        rows = self.row_count() or bool(self.empty_words())
        self.virtual_size = Size(self._content_width(), rows + 1)
        self.cursor = max(0, min(self.cursor, self.row_count() - 1))
        self.refresh()

    def _content_width(self) -> int:
        columns = self.columns()
        return sum(column.width for column in columns) + GAP * max(len(columns) - 1, 0) + 1

    def render_line(self, y: int) -> Strip:
        """Return a line of the table as it is seen; the first one is that of the titles."""
        width, left = self.size.width, int(self.scroll_offset.x)
        if y == 0:
            style = self.get_component_rich_style("line-table--titles")
            titles = [Text(column.title) for column in self.columns()]
            return self._line(titles, self.rich_style + style, left, width)
        row = int(self.scroll_offset.y) + y - 1
        if row >= self.row_count():
            return self._beyond(row, width)
        if row != self.cursor:
            return self._line(self.cells(row, self.ink), self.rich_style, left, width)
        name = "line-table--cursor" if self.has_focus else "line-table--cursor-blurred"
        style = self.rich_style + self.get_component_rich_style(name)
        mark = "▌" if self.has_focus else "▏"
        return self._line(self.cells(row, self.ink), style, left, width, mark)

    def _beyond(self, row: int, width: int) -> Strip:
        words = self.empty_words() if row == 0 else ""
        style = self.rich_style + self.ink.quiet
        return Strip([Segment(f" {words}", style)]).extend_cell_length(width, self.rich_style)

    def _line(
        self, cells: Sequence[Text], style: Style, left: int, width: int, mark: str = " "
    ) -> Strip:
        segments = [Segment(mark, style)]
        used = 1
        columns = self.columns() if len(cells) > 1 else (Column("", 0),)
        for column, cell in zip(columns, cells, strict=False):
            room = column.width or max(left + width - used, cell.cell_len)
            segments += _cell(cell, room, column.right, style, self.app.console)
            segments.append(Segment(" " * GAP, style))
            used += room + GAP
        return Strip(segments).crop_extend(left, left + width, style)

    # What the user does

    def watch_cursor(self, old: int, new: int) -> None:
        """Keep the cursor in sight and tell where it is."""
        if not 0 <= new < self.row_count():
            self.refresh()
            return
        top, height = int(self.scroll_offset.y), max(self.size.height - 1, 1)
        if new < top:
            self.scroll_to(y=new, animate=False, immediate=True)
        elif new >= top + height:
            self.scroll_to(y=new - height + 1, animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Moved(self, new))

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self.cursor = max(0, min(self.cursor + rows, self.row_count() - 1))

    def action_move_page(self, pages: int) -> None:
        """Move the cursor by a screenful."""
        self.action_move(pages * max(self.size.height - 2, 1))

    def action_move_to_end(self, direction: int) -> None:
        """Move the cursor to the first row, or to the last one."""
        self.cursor = 0 if direction < 0 else max(self.row_count() - 1, 0)

    def action_scroll_sideways(self, cells: int) -> None:
        """Show what is further to the side."""
        self.scroll_to(x=self.scroll_offset.x + cells, animate=False)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.cursor < self.row_count():
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a row; a second click there chooses it."""
        if event.y < 1:
            return
        row = int(self.scroll_offset.y) + event.y - 1
        if row >= self.row_count():
            return
        was_there = row == self.cursor
        self.cursor = row
        if self.clicked(row, int(self.scroll_offset.x) + event.x - 1):
            return
        if was_there and event.chain > 1:
            self.action_choose()

    def on_focus(self) -> None:
        """Show the cursor as the one that keys move."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.refresh()


def _cell(cell: Text, room: int, right: bool, style: Style, console: object) -> list[Segment]:
    """Return the pieces of a cell, cut or padded to its width."""
    text = cell.copy()
    if text.cell_len > room:
        text.truncate(room, overflow="ellipsis")
    blanks = " " * (room - text.cell_len)
    own = style + text.style if isinstance(text.style, Style) else style  # render leaves it out
    pieces = [
        Segment(piece.text, own + piece.style if piece.style else own)
        for piece in text.render(console, end="")  # type: ignore[arg-type]
    ]
    pad = Segment(blanks, style)
    return [pad, *pieces] if right else [*pieces, pad]
