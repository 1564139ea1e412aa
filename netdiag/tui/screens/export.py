"""Asks in which form to write the report, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from netdiag.tui.messages import ExportAsked
from netdiag.tui.screens.path_dialog import numbered
from netdiag.tui.session import ReportKind
from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable


class Form(NamedTuple):
    """A form of the report."""

    kind: ReportKind
    words: str
    ending: str


FORMS = (
    Form("text", "as netdiag analyze prints it", ".txt"),
    Form("json", "as --json gives it", ".json"),
    Form("svg", "the ladder of a ping", ".svg"),
)


class FormTable(LineTable):
    """The forms; that under the cursor is the chosen one."""

    def row_count(self) -> int:
        """Return how many forms there are."""
        return len(FORMS)

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("form", 8), Column("", 0))

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return a form's cells."""
        mark = "(•)" if row == self.cursor else "( )"
        form = FORMS[row]
        return (Text(f"{mark} {form.kind}", ink.heading), Text(form.words, ink.text))


class ExportDialog(ModalScreen[None]):
    """Takes a form and a path, and asks the app to write the report."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Cancel")]

    def __init__(self, given: set[str], ping: int | None = None) -> None:
        """``given`` paths are not proposed again; ``ping`` is the one to draw, None = the best."""
        super().__init__(classes="dialog")
        self._given = given
        self._ping = ping

    def compose(self) -> ComposeResult:
        """Return the choice of forms, and a line to write in."""
        with Vertical(classes="dialog-box"):
            yield Label("Export the report", markup=False, classes="dialog-title")
            yield FormTable()
            yield Label("into the file", markup=False, classes="dialog-keys")
            yield Input(numbered("report.txt", self._given), compact=True, select_on_focus=False)
            keys = "↑↓ form   Tab file   Enter write   Esc cancel"
            yield Label(keys, markup=False, classes="dialog-keys")

    def on_mount(self) -> None:
        """Let keys choose the form."""
        forms = self.query_one(FormTable)
        forms.rows_changed()
        forms.focus()

    @on(LineTable.Moved)
    def _give_ending(self) -> None:
        """Give the file the ending of its form."""
        line = self.query_one(Input)
        stem = line.value
        for form in FORMS:
            stem = stem.removesuffix(form.ending)
        line.value = stem + FORMS[self.query_one(FormTable).cursor].ending

    @on(Input.Submitted)
    @on(LineTable.Chosen)
    def _write(self) -> None:
        """Close, and ask for it to be written."""
        path = self.query_one(Input).value.strip()
        if path:
            form = FORMS[self.query_one(FormTable).cursor]
            self._given.add(path)
            self.app.post_message(ExportAsked(form.kind, path, self._ping))
        self.dismiss()
