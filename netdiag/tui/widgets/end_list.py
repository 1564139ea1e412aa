"""Pods and nodes that fit what is typed, one line each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from netdiag.tui.foreign import foreign
from netdiag.tui.session import TraceEnd
from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable


class EndList(LineTable, can_focus=False):
    """Lists them; keys that move the cursor go to the line that is typed in."""

    def __init__(self, *, takes_names: bool = False) -> None:
        """``takes_names``: a name that is not listed may be typed, too."""
        super().__init__()
        self._takes_names = takes_names
        self.ends: Sequence[TraceEnd] = ()

    @property
    def chosen(self) -> TraceEnd | None:
        """The end under the cursor."""
        return self.ends[self.cursor] if self.cursor < len(self.ends) else None

    def show(self, ends: Sequence[TraceEnd]) -> None:
        """List others, the cursor on the first."""
        self.ends = ends
        self.cursor = 0
        self.scroll_to(0, 0, animate=False, immediate=True)
        self.rows_changed()

    def row_count(self) -> int:
        """Return how many there are."""
        return len(self.ends)

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("pod or node", 28), Column("on", 14), Column("addresses", 0))

    def empty_words(self) -> str:
        """Return why there is nothing."""
        if self._takes_names:
            return "none that is listed: Enter takes what is typed"
        return "no pod, node or address is like that"

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return name, node and addresses."""
        end = self.ends[row]
        node = end.node if end.kind == "pod" else "a node"
        return (
            foreign(end.name, ink.place),
            foreign(node, ink.text if end.kind == "pod" else ink.quiet),
            foreign(" ".join(end.addresses), ink.text),
        )
