"""A table whose columns are as wide as their widest cell.

rich's own table measures and pads every cell several times: 20 ms for the hops of one ping, here
1.5 ms. It is left to do what only it can: make columns narrower and fold what does not fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

GAP = 2
"""Blanks between two columns."""


class Column(NamedTuple):
    """A column of a table; numbers stand on the right."""

    title: str
    cells: Sequence[Text]
    right: bool = False


def filled(columns: Sequence[Column]) -> list[Column]:
    """Return the columns in which something stands."""
    return [column for column in columns if any(cell.plain for cell in column.cells)]


class AlignedRows:
    """A renderable of rows of cells, the first one being the titles."""

    def __init__(self, columns: Sequence[Column], title_style: str, indent: int) -> None:
        self._columns = columns
        self._indent = indent
        self._title_style = title_style
        self._titles = [Text().append(column.title, title_style) for column in columns]
        self._widths = [
            max(cell.cell_len for cell in (title, *column.cells))
            for title, column in zip(self._titles, columns, strict=True)
        ]

    @property
    def width(self) -> int:
        """How many cells of the terminal the longest row takes."""
        return self._indent + sum(self._widths) + GAP * (len(self._columns) - 1)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the pieces of every row."""
        rows = zip(*(column.cells for column in self._columns), strict=True)
        for row in (self._titles, *rows):
            blanks = self._indent
            for cell, width, column in zip(row, self._widths, self._columns, strict=True):
                missing = width - cell.cell_len
                yield Segment(" " * (blanks + (missing if column.right else 0)))
                yield from cell.render(console)
                blanks = GAP + (0 if column.right else missing)
            yield Segment.line()

    def folding(self) -> Table:
        """Return the same as rich's own table, which folds what does not fit."""
        style = self._title_style
        table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style=style)
        for column in self._columns:
            table.add_column(
                Text(column.title),
                justify="right" if column.right else "left",
                no_wrap=column.right,
                overflow="fold",
            )
        for row in zip(*(column.cells for column in self._columns), strict=True):
            table.add_row(*row)
        return table
