"""Asks in which form to write the report, and where."""

from __future__ import annotations

from typing import ClassVar, get_args

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, RadioButton, RadioSet

from netdiag.tui.messages import ExportAsked
from netdiag.tui.session import ReportKind

KINDS: tuple[ReportKind, ...] = get_args(ReportKind)
WORDS = {
    "text": "Text, as netdiag analyze prints it",
    "json": "JSON, as --json gives it",
    "svg": "SVG, the ladder of a ping",
}
ENDINGS = {"text": ".txt", "json": ".json", "svg": ".svg"}


class ExportDialog(ModalScreen[None]):
    """Takes a form and a path, and asks the app to write the report."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Cancel")]

    def __init__(self, ping: int | None = None) -> None:
        """``ping`` is the one to draw; None: the one that tells most."""
        super().__init__(classes="dialog")
        self._ping = ping

    def compose(self) -> ComposeResult:
        """Return the choice of forms, and a line to write in."""
        with Vertical(classes="dialog-box"):
            yield Label("Export the report", markup=False, classes="dialog-title")
            with RadioSet(compact=True):
                for kind in KINDS:
                    yield RadioButton(WORDS[kind], value=kind == "text")
            yield Input("report.txt", compact=True)
            keys = "↑↓ Space form   Tab file   Enter write   Esc cancel"
            yield Label(keys, markup=False, classes="dialog-keys")

    def on_radio_set_changed(self, event: RadioSet.Changed) -> None:
        """Give the file the ending of its form."""
        line = self.query_one(Input)
        kind = KINDS[event.index]
        stem = line.value
        for ending in ENDINGS.values():
            stem = stem.removesuffix(ending)
        line.value = stem + ENDINGS[kind]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close, and ask for it to be written."""
        kind = KINDS[max(self.query_one(RadioSet).pressed_index, 0)]
        path = event.value.strip()
        if path:
            self.app.post_message(ExportAsked(kind, path, self._ping))
        self.dismiss()
