"""The headers of one packet as a tree: outermost first, each with its fields when it is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.binding import Binding, BindingType

from netdiag.model.header_tree import HeaderField, HeaderTree
from netdiag.tui.foreign import foreign
from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable

Path = tuple[str, ...]
OWN, WIRESHARK = "Headers", "Headers, by Wireshark"
DATA = ("Data", "Padding")


class OutlineLine(NamedTuple):
    """A line of the tree."""

    field: HeaderField
    path: Path
    """Names from the header down, those of repeated ones with a number."""


class HeaderOutline(LineTable):
    """Opens and closes headers; remembers which, from packet to packet."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "open_or_close", "Open or close"),
        Binding("right,l", "open(True)", "Open", show=False),
        Binding("left,h", "open(False)", "Close", show=False),
        Binding("o", "toggle_all", "Open all"),
    ]

    def __init__(self) -> None:
        super().__init__(id="headers")
        self.shown = HeaderTree(())
        """What is shown."""
        self._words = ""
        self._title = OWN
        self._lines: list[OutlineLine] = []
        self._open: dict[Path, bool] = {}
        self._innermost: Path = ()
        self.styles.scrollbar_size_horizontal = 0

    # What is shown

    def show_tree(self, tree: HeaderTree, *, by_wireshark: bool = False) -> None:
        """Show a packet's headers; the cursor stays at the same field, if there is one."""
        here = self.path
        self.shown, self._words = tree, tree.problem
        self._title = WIRESHARK if by_wireshark else OWN
        headers = [line for line in _lines(tree.headers, ()) if line.field.name not in DATA]
        self._innermost = headers[-1].path if headers else ()
        self._relist(here)

    def show_words(self, words: str) -> None:
        """Show words in place of headers."""
        self.shown, self._words, self._lines = HeaderTree(()), words, []
        self.rows_changed()

    @property
    def field(self) -> HeaderField | None:
        """The field under the cursor."""
        return self._lines[self.cursor].field if self.cursor < len(self._lines) else None

    @property
    def path(self) -> Path:
        """Where the cursor is."""
        return self._lines[self.cursor].path if self.cursor < len(self._lines) else ()

    @property
    def title(self) -> str:
        """Whose tree it is."""
        return self._title

    def select_byte(self, at: int) -> None:
        """Put the cursor on the innermost field that was read from a byte; open what holds it."""
        fields = self.shown.headers
        path: Path = ()
        while True:
            lines = _lines(fields, path)
            holding = [line for line in lines if line.field.start <= at < _end(line.field)]
            if not holding:
                break
            best = min(holding, key=lambda line: line.field.size)
            fields, path = best.field.children, best.path
            if fields:
                self._open[path] = True
        if path:
            self._relist(path)

    def _relist(self, here: Path) -> None:
        self._lines = []
        self._add(self.shown.headers, ())
        self.rows_changed()
        rows = [row for row, line in enumerate(self._lines) if line.path == here]
        self.cursor = rows[0] if rows else self._first_row()

    def _first_row(self) -> int:
        rows = (row for row, line in enumerate(self._lines) if line.path == self._innermost)
        return next(rows, 0)

    def _add(self, fields: tuple[HeaderField, ...], path: Path) -> None:
        for line in _lines(fields, path):
            self._lines.append(line)
            if self._is_open(line.path):
                self._add(line.field.children, line.path)

    def _is_open(self, path: Path) -> bool:
        return self._open.get(path, path == self._innermost or len(path) > 1)

    # What is drawn

    def row_count(self) -> int:
        """Return how many lines are to be seen."""
        return len(self._lines) + bool(self._words and self._lines)

    def columns(self) -> Sequence[Column]:
        """Return the one column."""
        return (Column(self._title, 160),)

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return a line: its place in the tree, its name and its value."""
        if row >= len(self._lines):
            return (foreign(f"✗ {self._words}", ink.problem),)
        field, path = self._lines[row]
        sign = " " if not field.children else "▾" if self._is_open(path) else "▸"
        text = Text("  " * (len(path) - 1) + sign + " ", ink.quiet, end="")
        if len(path) == 1:
            text.append_text(foreign(field.name, ink.heading))
            return (text.append_text(foreign(f"  {field.value}", ink.quiet)),)
        text.append_text(foreign(field.name, ink.place))
        return (text.append_text(foreign(f"  {field.value}" if field.value else "", ink.text)),)

    def empty_words(self) -> str:
        """Return why there is no tree."""
        return self._words

    # What the user does

    def clicked(self, row: int, x: int) -> bool:
        """Open or close by a click at the sign."""
        if row < len(self._lines) and x < 2 * len(self._lines[row].path):
            self.action_open_or_close()
            return True
        return False

    def action_open_or_close(self) -> None:
        """Open or close what is under the cursor."""
        self.action_open(not self._is_open(self.path))

    def action_open(self, wanted: bool) -> None:
        """Open or close what is under the cursor; closing a field closes what holds it."""
        if self.field is None:
            return
        path = self.path
        if not wanted and not (self.field.children and self._is_open(path)):
            path = path[:-1] or path
        self._open[path] = wanted
        self._relist(path)

    def action_toggle_all(self) -> None:
        """Open all headers, or close all if they are open."""
        headers = _lines(self.shown.headers, ())
        wanted = not all(self._is_open(line.path) for line in headers)
        self._open.update({line.path: wanted for line in headers})
        self._relist(self.path if wanted else self.path[:1])


def _lines(fields: tuple[HeaderField, ...], path: Path) -> list[OutlineLine]:
    counts: dict[str, int] = {}
    lines = []
    for field in fields:
        count = counts[field.name] = counts.get(field.name, 0) + 1
        name = field.name if count == 1 else f"{field.name} {count}"
        lines.append(OutlineLine(field, (*path, name)))
    return lines


def _end(field: HeaderField) -> int:
    return field.start + field.size
