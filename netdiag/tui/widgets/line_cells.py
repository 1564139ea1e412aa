"""Draws the cells of a table's line: cut or padded to their columns, as far as there is sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

GAP = 2
"""Blanks between two columns."""


class Column(NamedTuple):
    """A column; the last one takes what room is left, if its width is 0."""

    title: str
    width: int
    right: bool = False


class Sight(NamedTuple):
    """What is seen of a line."""

    left: int
    """So many cells are scrolled away."""
    width: int


def line_strip(
    columns: Sequence[Column],
    cells: Sequence[Text],
    style: Style,
    sight: Sight,
    console: Console,
    mark: str = " ",
) -> Strip:
    """Return a line; what goes on beyond the right edge ends in ``…`` there."""
    end = sight.left + sight.width
    segments, used = [Segment(mark, style)], 1
    for column, cell in zip(columns, cells, strict=False):
        seen = end - used
        if seen <= 0:
            break
        room = min(column.width or max(seen, cell.cell_len), seen)
        segments += _cell(cell, room, column.right, style, console)
        segments.append(Segment(" " * GAP, style))
        used += room + GAP
    return Strip(segments).crop_extend(sight.left, end, style)


def words_strip(words: str, style: Style, width: int) -> Strip:
    """Return a line of words alone."""
    return Strip([Segment(f" {words}", style)]).crop_extend(0, width, style)


def _cell(cell: Text, room: int, right: bool, style: Style, console: Console) -> list[Segment]:
    """Return the pieces of a cell, cut or padded to its width."""
    text = cell.copy()
    if text.cell_len > room:
        text.truncate(room, overflow="ellipsis")
    own = style + text.style if isinstance(text.style, Style) else style  # render leaves it out
    pieces = [
        Segment(piece.text, own + piece.style if piece.style else own)
        for piece in text.render(console, end="")
    ]
    pad = Segment(" " * (room - text.cell_len), style)
    return [pad, *pieces] if right else [*pieces, pad]
