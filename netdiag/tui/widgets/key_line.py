"""The last line: the keys of what has the focus, of the screen, and of the app."""

from __future__ import annotations

from typing import NamedTuple

from rich.text import Text
from textual import events
from textual.screen import Screen
from textual.widget import Widget

from netdiag.tui.known_findings import known_findings
from netdiag.tui.state import State
from netdiag.tui.theme import ink_of

ALWAYS = ("filter", "help", "quit")
"""Stand on the right, however little room there is."""


class Key(NamedTuple):
    """A key, what it does in a word or two, its action, and that with its namespace."""

    name: str
    words: str
    action: str
    pressed: str
    """What a click runs; empty = nothing, for it is about the row under the cursor."""


class KeyLine(Widget):
    """Draws as many keys as there is room for; a click presses one."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._spans: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        """Draw anew when other keys can be pressed."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Text:
        """Return the line."""
        keys = self._keys()
        last = [key for key in keys if key.action in ALWAYS]
        first = [key for key in keys if key.action not in ALWAYS]
        first.sort(key=self._rank)
        room = self.size.width - sum(map(_cells, last))
        self._spans = []
        line = Text(no_wrap=True, overflow="crop", end="")
        for key in first:
            if line.cell_len + _cells(key) <= room:
                self._append(line, key)
        line.append(" " * (room - line.cell_len))
        for key in last:
            self._append(line, key)
        return line

    def _rank(self, key: Key) -> int:
        """Return the place of a key: those that the screen is for stand first."""
        main = self._main
        return main.index(key.action) if key.action in main else len(main)

    @property
    def _main(self) -> tuple[str, ...]:
        main: tuple[str, ...] = getattr(self.screen, "MAIN_KEYS", ())
        return main

    def _goes_on(self) -> bool:
        """Return whether there are pings until somebody stops them."""
        tracing = self._state.snapshot.tracing
        return tracing is not None and tracing.is_on and tracing.is_continuous

    def _append(self, line: Text, key: Key) -> None:
        ink, begin = ink_of(self.app.current_theme), line.cell_len
        line.append(f" {key.name}", ink.key).append(f" {key.words} ", ink.text)
        self._spans.append((begin, line.cell_len, key.pressed))

    def _keys(self) -> list[Key]:
        """Return what can be pressed, each action once."""
        found: dict[str, Key] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            is_possible = active.enabled and self._is_possible(binding.action)
            if binding.show and binding.action not in found and is_possible:
                name = binding.key_display or self.app.get_key_display(binding)
                place = {self.app: "app.", self.screen: "screen."}.get(active.node)
                pressed = place + binding.action if place else ""
                words = binding.description
                if binding.action == "continuous" and self._goes_on():
                    words = "Stop pings"
                found[binding.action] = Key(name, words, binding.action, pressed)
        return list(found.values())

    def _is_possible(self, action: str) -> bool:
        """Return whether screen and session can do it now: what they cannot is not offered."""
        actions, tracing = self._state.actions, self._state.snapshot.tracing
        is_on = tracing is not None and tracing.is_on
        can_toggle = not is_on or (self._goes_on() and "stop" not in self._main)
        has_packets = tracing is not None or actions.start_trace is None
        has_findings = bool(known_findings(self._state.snapshot))
        needed = {
            "filter": getattr(self.screen, "HAS_FILTER", False),
            "trace": not is_on and actions.start_trace,
            "choose_ends": not is_on and actions.start_trace,
            "pause": is_on and actions.start_trace,
            "stop": is_on and actions.stop_trace,
            "continuous": can_toggle and actions.start_trace,
            "go_to_finding": has_findings,
            "ask_again": actions.ask_again,
            "save": has_packets and actions.save_bundle,
            "write": has_packets and actions.write_capture,
            "export": self._state.snapshot.report is not None and actions.export,
        }
        return action not in needed or bool(needed[action])

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the pointer does."""
        for begin, end, action in self._spans:
            if begin <= event.x < end and action:
                await self.run_action(action)


def _cells(key: Key) -> int:
    return len(key.name) + len(key.words) + 3
