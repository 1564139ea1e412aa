"""The last line: the keys of what has the focus, of the screen, and of the app."""

from __future__ import annotations

from typing import NamedTuple

from rich.text import Text
from textual import events
from textual.screen import Screen
from textual.widget import Widget

from netdiag.tui.state import State
from netdiag.tui.theme import ink_of

ALWAYS = ("filter", "help", "quit")
"""Stand on the right, however little room there is."""
SCREENS = "1-5"


class Key(NamedTuple):
    """A key, what it does in a word or two, and its action with its namespace."""

    name: str
    words: str
    action: str


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
        last = [key for key in keys if _action(key) in ALWAYS]
        first = [Key(SCREENS, "screens", "")]
        first += [key for key in keys if _action(key) not in ALWAYS]
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

    def _append(self, line: Text, key: Key) -> None:
        ink, begin = ink_of(self.app.current_theme), line.cell_len
        line.append(f" {key.name}", ink.key).append(f" {key.words} ", ink.text)
        self._spans.append((begin, line.cell_len, key.action))

    def _keys(self) -> list[Key]:
        """Return what can be pressed, each action once."""
        found: dict[str, Key] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            is_possible = active.enabled and self._is_possible(binding.action)
            if binding.show and binding.action not in found and is_possible:
                name = binding.key_display or self.app.get_key_display(binding)
                place = "app." if active.node is self.app else "screen."
                action = "" if active.node not in (self.app, self.screen) else binding.action
                found[binding.action] = Key(name, binding.description, place + action)
        return list(found.values())

    def _is_possible(self, action: str) -> bool:
        """Return whether screen and session can do it: what they cannot is not offered."""
        actions = self._state.actions
        needed = {
            "filter": getattr(self.screen, "HAS_FILTER", False) or None,
            "trace": actions.start_trace,
            "choose_ends": actions.start_trace,
            "pause": actions.start_trace,
            "stop": actions.stop_trace,
            "continuous": actions.start_trace,
            "save": actions.save_bundle,
            "write": actions.write_capture,
            "export": actions.export,
        }
        return action not in needed or needed[action] is not None

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the pointer does."""
        for begin, end, action in self._spans:
            if begin <= event.x < end and not action.endswith("."):
                await self.run_action(action)


def _action(key: Key) -> str:
    return key.action.rpartition(".")[2]


def _cells(key: Key) -> int:
    return len(key.name) + len(key.words) + 3
