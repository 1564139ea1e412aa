"""The page that a report is written on: paragraphs, tables and copyable lines, by rich.

Text gets on a page through ``said`` only, which makes foreign text safe: escape codes become
visible, and rich never looks for markup, emoji codes or things to highlight in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from netdiag.render.aligned_rows import AlignedRows, Column
from netdiag.render.terminal import printable

HEADING = "bold"
PLACE = "cyan"
TUNNEL = "magenta"
QUIET = "dim"
GOOD = "green"
WARNING = "yellow"
PROBLEM = "red"

Part = str | tuple[str, str]
"""Words, or words and their style."""


def said(*parts: Part) -> Text:
    """Return the parts as one text, everything unprintable in them escaped."""
    text = Text(overflow="fold")
    for part in parts:
        words, style = (part, "") if isinstance(part, str) else part
        text.append(printable(words), style or None)
    return text


class Page:
    """Collects what is written; ``text`` returns it."""

    def __init__(self, width: int, colour: bool) -> None:
        self.width = width
        self._noted: set[str] = set()
        self._file = StringIO()
        self._console = Console(
            file=self._file,
            width=width,
            color_system="standard" if colour else None,
            force_terminal=colour,
            force_jupyter=False,
            no_color=not colour,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
        )

    def heading(self, *parts: Part) -> None:
        """Begin a section, an empty line above it."""
        text = said(*parts)
        text.stylize_before(HEADING)
        self._console.print()
        self._console.print(text)

    def paragraph(self, *parts: Part | Text, indent: int = 2) -> None:
        """Write words, wrapped to the width, each line indented."""
        text = Text(overflow="fold")
        for part in parts:
            text.append_text(part if isinstance(part, Text) else said(part))
        self._console.print(Padding(text, (0, 0, 0, indent), expand=False))

    def labelled(self, label: str, *parts: Part | Text, column: int, indent: int = 2) -> None:
        """Write words beside a quiet label, wrapped; they begin ``column`` cells after it does."""
        text = Text(overflow="fold")
        for part in parts:
            text.append_text(part if isinstance(part, Text) else said(part))
        room = max(self.width - indent - column, 1)
        head = said(" " * indent, (label.ljust(column), QUIET))
        for line in text.wrap(self._console, room, overflow="fold"):
            self._console.print(head.append_text(line))
            head = said(" " * (indent + column))

    def note(self, words: str) -> None:
        """Write a quiet explanation, unless it stands on this page already."""
        if words not in self._noted:
            self._noted.add(words)
            self.paragraph((words, QUIET))

    def copyable(self, words: str, indent: int = 2) -> None:
        """Write one line that is never broken, so that it can be copied whole."""
        self._console.print(said(" " * indent, (words, HEADING)), soft_wrap=True)

    def table(self, columns: Sequence[Column], indent: int = 2) -> None:
        """Write a table without lines; where it is too wide, cells fold."""
        rows = AlignedRows(columns, QUIET, indent)
        if rows.width <= self.width:
            self._console.print(rows, end="")
        else:
            self._console.print(Padding(rows.folding(), (0, 0, 0, indent), expand=False))

    def has_room(self, columns: Sequence[Column], indent: int = 2) -> bool:
        """Return whether a table fits without folding its cells."""
        return AlignedRows(columns, QUIET, indent).width <= self.width

    def gap(self) -> None:
        """Write an empty line."""
        self._console.print()

    def text(self) -> str:
        """Return all that was written, without blanks at the ends of lines."""
        lines = self._file.getvalue().split("\n")
        return "\n".join(line.rstrip() for line in lines)
