"""The findings, and the evidence of one, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from netdiag.model.report import Evidence, Finding
from netdiag.render.text_fit import shorten
from netdiag.tui.finding_words import (
    evidence_place,
    evidence_words,
    place_words,
    severity_words,
)
from netdiag.tui.foreign import foreign
from netdiag.tui.known_findings import known_findings
from netdiag.tui.state import State
from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable

LONGEST_PLACE = 28
LONGEST_EVIDENCE_PLACE = 44


class FindingsTable(LineTable):
    """A row per finding; the first is the one to act on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", "Evidence")]

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._all: list[tuple[int, Finding]] = []
        self._shown: list[tuple[int, Finding]] = []
        self._wanted = ""

    def show(self) -> None:
        """Take the state's snapshot."""
        self._all = list(enumerate(known_findings(self._state.snapshot)))
        self.narrow(self._wanted)

    def narrow(self, wanted: str) -> None:
        """Show only findings that hold these words."""
        self._wanted = wanted.lower()
        self._shown = [each for each in self._all if self._wanted in _words(each[1]).lower()]
        self.rows_changed()

    def find(self, index: int) -> None:
        """Put the cursor on a finding by its place in the report."""
        self.narrow("")
        self.cursor = min(index, max(len(self._shown) - 1, 0))

    @property
    def finding(self) -> Finding | None:
        """The finding under the cursor."""
        return self._shown[self.cursor][1] if self.cursor < len(self._shown) else None

    def row_count(self) -> int:
        """Return how many findings are shown."""
        return len(self._shown)

    def empty_words(self) -> str:
        """Return why there is none."""
        if self._wanted:
            return "nothing matches; Esc shows all again"
        if not self._state.snapshot.is_complete:
            return "still reading …"
        return "✓ nothing wrong was found"

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        widest = max((foreign(place_words(each)).cell_len for _, each in self._shown), default=5)
        code = max((len(each.code) for _, each in self._shown), default=4)
        place = max(5, min(widest, LONGEST_PLACE))
        return (Column("", 9), Column("code", code), Column("where", place), Column("what", 0))

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return a finding's cells."""
        finding = self._shown[row][1]
        return (
            severity_words(finding.severity, ink),
            foreign(finding.code, ink.heading),
            foreign(place_words(finding), ink.place),
            foreign(finding.title, ink.text),
        )


class EvidenceTable(LineTable):
    """What proves a finding; Enter leads there."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", "Go there")]

    def __init__(self) -> None:
        super().__init__()
        self._evidence: tuple[Evidence, ...] = ()

    def show(self, finding: Finding | None) -> None:
        """Take a finding's evidence."""
        self._evidence = finding.evidence if finding else ()
        self.cursor = 0
        self.rows_changed()

    @property
    def evidence(self) -> Evidence | None:
        """The piece under the cursor."""
        return self._evidence[self.cursor] if self.cursor < len(self._evidence) else None

    def row_count(self) -> int:
        """Return how many pieces there are."""
        return len(self._evidence)

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        places = (foreign(evidence_place(item)).cell_len for item in self._evidence[:1000])
        most = min(LONGEST_EVIDENCE_PLACE, max(self.size.width // 2, 16))
        widest = max(8, min(max(places, default=8), most))
        return (Column("proof", 5), Column("where", widest), Column("what it says", 0))

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return the cells of a piece of evidence."""
        item = self._evidence[row]
        return (
            Text(item.kind, ink.quiet),
            foreign(shorten(evidence_place(item), self.columns()[1].width), ink.place),
            foreign(evidence_words(item), ink.text),
        )


def _words(finding: Finding) -> str:
    return f"{finding.severity} {finding.code} {place_words(finding)} {finding.title}"
