"""A line to type a pod or node in; quick fingers lose no key between it and the next."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.widgets import Input

ROWS = {"up": -1, "down": 1, "pageup": -6, "pagedown": 6}
"""Keys that move in the list of what may be meant, and by how many rows."""


class EndLine(Input):
    """Answers Enter and arrows in the order in which keys came, before it takes the next one.

    Textual hands keys to the widget that has the focus when they come: those that came before the
    focus had moved on are handed on to the next line.
    """

    def __init__(
        self,
        value: str,
        enter: Callable[[EndLine], None],
        move: Callable[[int], None],
        *,
        id: str,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(value, id=id, compact=True)
        self._enter, self._move = enter, move
        self._next: Input | None = None

    def hand_over(self, line: Input) -> None:
        """Let another line have the focus, and the keys that are on their way."""
        self._next = line
        line.focus()

    def on_focus(self) -> None:
        """Keep the keys that come from now on."""
        self._next = None

    async def _on_key(self, event: events.Key) -> None:
        is_mine = event.key == "enter" or event.key in ROWS
        if self._next is not None or is_mine:
            event.stop()
            event.prevent_default()
        if self._next is not None:
            self._next.post_message(events.Key(event.key, event.character))
        elif event.key == "enter":
            self._enter(self)
        elif is_mine:
            self._move(ROWS[event.key])
        else:
            await super()._on_key(event)
