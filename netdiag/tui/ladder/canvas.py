"""One line of cells, each with a character and a style."""

from __future__ import annotations

from itertools import groupby

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

BLANK = (" ", Style.null())


class Canvas:
    """Takes words at places; what is drawn later covers what was there."""

    def __init__(self, width: int) -> None:
        self.width = max(width, 1)
        self._cells = [BLANK] * self.width

    def put(self, x: int, words: str, style: Style) -> None:
        """Write words from a cell on; what is outside of the line is left out."""
        for char in words:
            size = cell_len(char)
            if size == 0:
                self._combine(x - 1, char)
                continue
            if x >= 0 and x + size <= self.width:
                self._clear(x, size)
                self._cells[x] = (char, style)
                if size == 2:
                    self._cells[x + 1] = ("", style)
            x += size

    def text(self) -> Text:
        """Return the line, blanks at its end included."""
        line = Text(end="", no_wrap=True)
        for style, cells in groupby(self._cells, lambda cell: cell[1]):
            line.append("".join(char for char, _ in cells), style)
        return line

    def _combine(self, x: int, mark: str) -> None:
        """Add a mark of no width to the character before it, not without end."""
        while 0 < x < self.width and not self._cells[x][0]:
            x -= 1
        if 0 <= x < self.width and 0 < len(self._cells[x][0]) < 4:
            self._cells[x] = (self._cells[x][0] + mark, self._cells[x][1])

    def _clear(self, x: int, size: int) -> None:
        """Take away the other half of wide characters that are covered by half."""
        if not self._cells[x][0] and x:
            self._cells[x - 1] = BLANK
        if x + size < self.width and not self._cells[x + size][0]:
            self._cells[x + size] = BLANK
