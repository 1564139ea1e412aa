"""The keys of the screen below, made of its bindings, and what the marks mean."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from netdiag.tui.screens.pane import Pane
from netdiag.tui.theme import Ink, ink_of

KEY_WIDTH = 16
MARKS = (
    ("✓ ✗ ?", "truths agree, disagree, not known"),
    ("✗ ! i", "error, warning, information"),
    ("[x] [ ]", "an interface to capture at, or not"),
    ("▾ ▸", "open and closed: Enter, or a click"),
    ("○ ●", "a cluster's node without a probe, and with one: Enter starts it"),
    ("role?", "guessed by the interface's name"),
)
UNTOLD = ("ctrl+pageup", "ctrl+pagedown", "super+c", "ctrl+c", "ctrl+p")
NEEDED = {
    "trace": "start_trace",
    "continuous": "start_trace",
    "choose_ends": "start_trace",
    "pause": "start_trace",
    "stop": "stop_trace",
    "ask_again": "ask_again",
    "save": "save_bundle",
    "write": "write_capture",
    "export": "export",
}
"""What a session must be able to do for an action (``session.Actions``)."""
EVERYWHERE = (
    ("1 2 3 4 5", "Network, Trace, Packets, Findings, Facts"),
    ("^p", "Command palette: all of this by name, and themes"),
    ("mouse", "Click on tabs, keys, rows, boxes; the wheel scrolls"),
)


class HelpScreen(ModalScreen[None]):
    """Lists what can be pressed on the screen below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Close"),
    ]

    def __init__(self, pane: Pane) -> None:
        super().__init__(classes="dialog")
        self._pane = pane
        self._keys = keys_of(pane)

    def compose(self) -> ComposeResult:
        """Return the text."""
        with VerticalScroll(classes="dialog-box help-box"):
            yield Static(self._words(ink_of(self.app.current_theme)), markup=False)

    def _words(self, ink: Ink) -> Text:
        words = Text(end="")
        words.append(f"{self._pane.NAME.capitalize()}\n", ink.heading)
        words.append(f"{self._pane.ABOUT}\n\n", ink.text)
        for key, about in self._keys:
            words.append(key.ljust(KEY_WIDTH), ink.key).append(f"{about}\n", ink.text)
        words.append("\n")
        for mark, about in MARKS:
            words.append(mark.ljust(KEY_WIDTH), ink.heading).append(f"{about}\n", ink.quiet)
        return words.append("\nEsc closes this.", ink.quiet)


def keys_of(pane: Pane) -> list[tuple[str, str]]:
    """Return keys and what they do: those of the screen's last line first, then all others.

    Bindings that do the same are one line; what this session can never do is left out.
    """
    found: dict[str, list[str]] = {}
    app = pane.app
    bindings = [active.binding for active in pane.active_bindings.values()]
    for binding in sorted(bindings, key=lambda each: not each.show):
        is_told = binding.description and not binding.system and binding.key not in UNTOLD
        needed = NEEDED.get(binding.action)
        is_possible = needed is None or getattr(pane.state.actions, needed) is not None
        if is_told and is_possible and not binding.key.isdigit():
            keys = found.setdefault(binding.description, [])
            name = binding.key_display or app.get_key_display(binding)
            if name not in keys:
                keys.append(name)
    told = [(" ".join(keys), about) for about, keys in found.items()]
    return [*told, *EVERYWHERE]
