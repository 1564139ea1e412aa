"""The bytes of one packet, those of a field among them brought out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable

ROOM_FOR_16 = 74
OFFSET_CELLS = 6
CHOSEN = Style(reverse=True, bold=True)
HERE = Style(underline=True)


class HexView(LineTable):
    """Rows of offset, bytes and characters; the cursor stands at a byte."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move_byte(-1)", "Byte back", show=False),
        Binding("right,l", "move_byte(1)", "Byte on", show=False),
    ]

    class ByteChosen(Message):
        """The cursor was moved to a byte."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(self) -> None:
        super().__init__(id="bytes")
        self._data = b""
        self._words = ""
        self.chosen = range(0)
        """The bytes that are brought out."""
        self._at = 0
        """The byte that keys move from."""
        self.styles.scrollbar_size_horizontal = 0

    @property
    def per_row(self) -> int:
        """How many bytes stand in a row."""
        return 16 if self.size.width >= ROOM_FOR_16 else 8

    def show_bytes(self, data: bytes, words: str = "") -> None:
        """Show a packet's bytes, or words where there are none."""
        if data != self._data or words != self._words:
            self._data, self._words, self.chosen, self._at = data, words, range(0), 0
            self.rows_changed()

    def choose(self, start: int, size: int) -> None:
        """Bring bytes out, and into sight."""
        self.chosen = range(start, min(start + size, len(self._data)))
        if self._at not in self.chosen:
            self._at = start
        if self.chosen:
            with self.prevent(LineTable.Moved):
                self.cursor = self._at // self.per_row
        self.refresh()

    # What is drawn

    def row_count(self) -> int:
        """Return how many rows the bytes fill."""
        return -(-len(self._data) // self.per_row)

    def columns(self) -> Sequence[Column]:
        """Return offset, bytes, characters."""
        count = self.per_row
        return (Column("Offset", OFFSET_CELLS), Column("Bytes", 3 * count - 1), Column("", count))

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return a row of bytes."""
        first = row * self.per_row
        data = self._data[first : first + self.per_row]
        numbers = Text(data.hex(" "), ink.text, end="")
        letters = Text("".join(_letter(byte) for byte in data), ink.quiet, end="")
        begin = max(self.chosen.start - first, 0)
        end = min(self.chosen.stop - first, len(data))
        if begin < end:
            numbers.stylize(CHOSEN, 3 * begin, 3 * end - 1)
            letters.stylize(CHOSEN, begin, end)
        here = self._at - first
        if self.has_focus and 0 <= here < len(data):
            numbers.stylize(HERE, 3 * here, 3 * here + 2)
        return (Text(f"{first:04x}", ink.quiet), numbers, letters)

    def empty_words(self) -> str:
        """Return why there are no bytes."""
        return self._words

    def on_resize(self, event: events.Resize) -> None:
        """Fill the rows anew."""
        self.rows_changed()
        self.choose(self.chosen.start, len(self.chosen))

    # What the user does

    def action_move(self, rows: int) -> None:
        """Move by whole rows."""
        self.action_move_byte(rows * self.per_row)

    def action_move_to_end(self, direction: int) -> None:
        """Move to the first byte or the last one."""
        self.action_move_byte(direction * len(self._data))

    def action_move_byte(self, count: int) -> None:
        """Move by so many bytes."""
        if self._data:
            at = max(0, min(self._at + count, len(self._data) - 1))
            self.choose(at, 1)
            self.post_message(self.ByteChosen(at))

    def clicked(self, row: int, x: int) -> bool:
        """Choose the byte that was clicked."""
        begin = OFFSET_CELLS + 2
        column = (x - begin) // 3
        if x >= begin + 3 * self.per_row + 1:
            column = x - begin - 3 * self.per_row - 1
        at = row * self.per_row + max(0, min(column, self.per_row - 1))
        if at < len(self._data):
            self.choose(at, 1)
            self.post_message(self.ByteChosen(at))
        return True


def _letter(byte: int) -> str:
    return chr(byte) if 0x20 <= byte < 0x7F else "."
