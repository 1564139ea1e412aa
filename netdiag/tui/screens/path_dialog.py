"""Asks for a place to write to."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from netdiag.tui.screens.pane import Pane


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


def ask_path(pane: Pane, title: str, path: str, hand_on: Callable[[str], None]) -> None:
    """Ask for a place to write to; a name that was given before gets a number."""
    given = pane.state.given_paths

    def take(chosen: str) -> None:
        given.add(chosen)
        hand_on(chosen)

    pane.app.push_screen(PathDialog(title, numbered(path, given), take))


def numbered(path: str, given: set[str]) -> str:
    """Return a path that is not among those given: ``a.tar.gz``, ``a-2.tar.gz``, ``a-3.tar.gz``."""
    folder, slash, name = path.rpartition("/")
    stem, dot, ending = name.partition(".")
    number = 1
    while path in given:
        number += 1
        path = f"{folder}{slash}{stem}-{number}{dot}{ending}"
    return path
