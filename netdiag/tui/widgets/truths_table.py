"""Configured, programmed and observed side by side, a row from node to node; trouble first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from netdiag.model.report import Modes, Pair
from netdiag.tui.foreign import foreign
from netdiag.tui.state import State
from netdiag.tui.theme import Ink
from netdiag.tui.tree_words import kind_words
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable

LONGEST_NAME = 24
LONGEST_KIND = 12


class TruthsTable(LineTable):
    """A row for each pair of nodes; none if nothing is known of any."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._pairs: list[Pair] = []
        self._modes: Modes | None = None

    def show(self) -> None:
        """Take the state's snapshot."""
        snapshot = self._state.snapshot
        source = snapshot.report or snapshot.inspection
        pairs = source.pairs if source else ()
        self._pairs = sorted(pairs, key=lambda pair: pair.agree is not False)
        self._modes = source.mode if source else None
        self.display = bool(self._pairs)
        self.rows_changed()

    @property
    def pair(self) -> Pair | None:
        """The row under the cursor."""
        return self._pairs[self.cursor] if self.cursor < len(self._pairs) else None

    def row_count(self) -> int:
        """Return how many pairs there are."""
        return len(self._pairs)

    def columns(self) -> Sequence[Column]:
        """Return the columns; names take what they need."""
        pairs = self._pairs[:1000]
        from_width = _width([pair.source_node for pair in pairs])
        to_width = _width([pair.destination_node for pair in pairs])
        return (
            Column("from", from_width),
            Column("to", to_width),
            Column("configured", LONGEST_KIND),
            Column("programmed", LONGEST_KIND),
            Column("observed", LONGEST_KIND),
            Column("", 0),
        )

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return a pair's cells."""
        pair = self._pairs[row]
        return (
            foreign(pair.source_node or "?", ink.place),
            foreign(pair.destination_node or "?", ink.place),
            _truth(pair.configured, ink),
            _truth(pair.programmed, ink),
            _truth(pair.observed, ink),
            _verdict(pair.agree, ink),
        )


def _truth(kind: str | None, ink: Ink) -> Text:
    return Text("-", ink.quiet) if kind is None else kind_words(kind, ink)


def _verdict(agree: bool | None, ink: Ink) -> Text:
    if agree is None:
        return Text("? only one is known", ink.quiet)
    return Text("✓ agree", ink.good) if agree else Text("✗ DISAGREE", ink.problem)


def _width(names: Sequence[str | None]) -> int:
    widest = max((foreign(name or "?").cell_len for name in names), default=4)
    return max(4, min(widest, LONGEST_NAME))
