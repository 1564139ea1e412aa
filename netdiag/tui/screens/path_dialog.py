"""Asks for a place to write to."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label


class PathDialog(ModalScreen[None]):
    """Takes a path, and hands it on at Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Cancel")]

    def __init__(self, title: str, path: str, hand_on: Callable[[str], None]) -> None:
        super().__init__(classes="dialog")
        self._title = title
        self._path = path
        self._hand_on = hand_on

    def compose(self) -> ComposeResult:
        """Return a line to write in."""
        with Vertical(classes="dialog-box"):
            yield Label(self._title, markup=False, classes="dialog-title")
            yield Input(self._path, compact=True)
            yield Label("Enter write   Esc cancel", markup=False, classes="dialog-keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close, and hand the path on."""
        path = event.value.strip()
        self.dismiss()
        if path:
            self._hand_on(path)
