"""A table drawn line by line: only what is seen is ever made, a million rows scroll like ten.

Subclasses say how many rows there are and what stands in one. Cells are made by ``foreign``.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar, NamedTuple

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from netdiag.tui.foreign import foreign_words
from netdiag.tui.theme import Ink, ink_of
from netdiag.tui.widgets.line_cells import GAP, Column, Sight, line_strip, words_strip


class Paint(NamedTuple):
    """What the lines of a table are drawn with; made once for all lines of a picture."""

    line: Style
    titles: Style
    cursor: Style
    sight: Sight


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

    cursor: reactive[int] = reactive(0, repaint=False)
    _paint: Paint | None = None

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
        rows = self.row_count() or len(self._empty_lines())
        self.virtual_size = Size(self._content_width(), rows + 1)
        self.cursor = max(0, min(self.cursor, self.row_count() - 1))
        self.refresh()

    def rows_added(self) -> None:
        """Draw what came after all other rows: below what is seen that is the scrollbar alone."""
        if self.row_count() <= self._bottom or not self.show_vertical_scrollbar:
            self.rows_changed()
            return
        if self.virtual_size.height - 1 < self._bottom:
            self.refresh()
        size = Size(self._content_width(), self.row_count() + 1)
        self.set_reactive(LineTable.virtual_size, size)  # for nothing else is laid out anew
        self.vertical_scrollbar.window_virtual_size = size.height

    @property
    def _bottom(self) -> int:
        """The number of the row after the last that there is room for."""
        return int(self.scroll_offset.y) + max(self.size.height - 1, 0)

    def _content_width(self) -> int:
        columns = self.columns()
        return sum(column.width for column in columns) + GAP * max(len(columns) - 1, 0) + 1

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines as they are seen."""
        self._paint = self._mixed()
        return super().render_lines(crop)

    def _mixed(self) -> Paint:
        line = self.rich_style
        cursor = "line-table--cursor" if self.has_focus else "line-table--cursor-blurred"
        return Paint(
            line,
            line + self.get_component_rich_style("line-table--titles"),
            line + self.get_component_rich_style(cursor),
            Sight(int(self.scroll_offset.x), self.size.width - self.scrollbar_size_vertical),
        )

    def render_line(self, y: int) -> Strip:
        """Return a line of the table as it is seen; the first one is that of the titles."""
        paint = self._paint = self._paint or self._mixed()
        if y == 0:
            titles = [Text(column.title) for column in self.columns()]
            return self._line(titles, paint.titles, paint.sight)
        row = int(self.scroll_offset.y) + y - 1
        if row >= self.row_count():
            return self._beyond(row, paint.line)
        if row != self.cursor:
            return self._line(self.cells(row, self.ink), paint.line, paint.sight)
        mark = "▌" if self.has_focus else "▏"
        return self._line(self.cells(row, self.ink), paint.cursor, paint.sight, mark)

    def _beyond(self, row: int, style: Style) -> Strip:
        lines = self._empty_lines() if not self.row_count() else []
        words = lines[row] if row < len(lines) else ""
        return words_strip(words, style + self.ink.quiet, self.size.width)

    def _empty_lines(self) -> list[str]:
        return wrap(foreign_words(self.empty_words()), max(self.size.width - 2, 20))

    def _line(self, cells: Sequence[Text], style: Style, sight: Sight, mark: str = " ") -> Strip:
        columns = self.columns() if len(cells) > 1 else (Column("", 0),)
        return line_strip(columns, cells, style, sight, self.app.console, mark)

    # What the user does

    def watch_cursor(self, old: int, new: int) -> None:
        """Keep the cursor in sight and tell where it is."""
        for row in (old, new):
            y = row + 1 - int(self.scroll_offset.y)
            self.refresh(Region(0, y, max(self.size.width, 1), 1))
        if 0 <= new < self.row_count():
            self._bring_into_sight(new)
            self.post_message(self.Moved(self, new))

    def _bring_into_sight(self, row: int) -> None:
        top, height = int(self.scroll_offset.y), max(self.size.height - 1, 1)
        if row < top:
            self.scroll_to(y=row, animate=False, immediate=True)
        elif row >= top + height:
            self.scroll_to(y=row - height + 1, animate=False, immediate=True)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        if self.cursor < self.row_count():
            self._bring_into_sight(self.cursor)
        elif self.empty_words():
            self.rows_changed()

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
