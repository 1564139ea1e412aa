"""What the command palette offers: the same as the keys, and the themes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from netdiag.tui.screens.pane import Pane
from netdiag.tui.theme import THEMES

if TYPE_CHECKING:
    from netdiag.tui.app import NetdiagApp

ACTIONS = (
    ("Filter", "filter", "Show only what matches (/)"),
    ("Trace", "trace", "Choose two pods and ping, then the same again (t)"),
    ("Continuous", "continuous", "Ping until stopped (c)"),
    ("Ask again", "ask_again", "What are the nodes like now (r)"),
    ("Save bundle", "save", "Keep captures and documents (s)"),
    ("Write pcapng", "write", "Keep the packets (w)"),
    ("Export report", "export", "As text, JSON or SVG (e)"),
    ("Help", "help", "The keys of this screen (?)"),
    ("Quit", "quit", "Stop everything and leave (q)"),
)


def system_commands(app: NetdiagApp, panes: Iterable[type[Pane]]) -> Iterable[SystemCommand]:
    """Yield title, help and what to do of each."""
    for number, pane in enumerate(panes, 1):
        go = _doing(app, f"go('{pane.NAME}')")
        yield SystemCommand(pane.NAME.capitalize(), f"Go to the screen ({number})", go)
    for title, action, about in ACTIONS:
        yield SystemCommand(title, about, _doing(app, action))
    for theme in THEMES:
        name = theme.name
        yield SystemCommand(f"Theme {name}", "Change the colours", _choosing(app, name))


def _doing(app: NetdiagApp, action: str) -> Callable[[], None]:
    def do() -> None:
        app.call_later(app.run_action, action)

    return do


def _choosing(app: NetdiagApp, theme: str) -> Callable[[], None]:
    def choose() -> None:
        app.theme = theme

    return choose
