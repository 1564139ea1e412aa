"""The first line: what is looked at, and the screens with the keys that lead there."""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style
from rich.text import Text
from textual import events
from textual.widget import Widget

from netdiag.tui.foreign import foreign
from netdiag.tui.known_findings import known_findings
from netdiag.tui.state import State
from netdiag.tui.theme import ink_of


class Tab(NamedTuple):
    """A screen to go to."""

    key: str
    name: str
    title: str


TABS = (
    Tab("1", "network", "Network"),
    Tab("2", "trace", "Trace"),
    Tab("3", "packets", "Packets"),
    Tab("4", "findings", "Findings"),
    Tab("5", "facts", "Facts"),
)


class TopBar(Widget):
    """Draws tabs on the left and the title on the right; a click on a tab goes there."""

    def __init__(self, state: State, current: str) -> None:
        super().__init__()
        self._state = state
        self._current = current
        self._spans: list[tuple[int, int, str]] = []

    def render(self) -> Text:
        """Return the line."""
        ink = ink_of(self.app.current_theme)
        line = Text(no_wrap=True, overflow="crop", end="")
        line.append(" netdiag ", ink.heading)
        self._spans = []
        for tab in TABS:
            begin = line.cell_len
            is_here = tab.name == self._current
            words = f" {tab.key} {tab.title}{self._count(tab.name)} "
            style = ink.key + Style(reverse=True) if is_here else ink.text
            line.append(words, style)
            self._spans.append((begin, line.cell_len, tab.name))
        title = foreign(self._state.title, ink.quiet)
        room = self.size.width - line.cell_len - 2
        if room > 4:
            title = _end_of(title, room)
            line.append(" " * (room - title.cell_len + 1)).append_text(title)
        return line

    def _count(self, name: str) -> str:
        """Return how many errors and warnings there are, for the tab of findings."""
        if name != "findings":
            return ""
        found = known_findings(self._state.snapshot)
        count = sum(finding.severity != "info" for finding in found)
        return f" ({count:,})" if count else ""

    async def on_click(self, event: events.Click) -> None:
        """Go to the screen whose tab was clicked."""
        for begin, end, name in self._spans:
            if begin <= event.x < end:
                await self.run_action(f"app.go('{name}')")


def _end_of(title: Text, room: int) -> Text:
    """Return a title that fits; of a path the end tells most."""
    if title.cell_len > room and "/" in title.plain:
        cut = title[-room:]
        while cut.cell_len > room - 1:
            cut = cut[1:]
        return Text("…", title.style, end="") + cut
    title.truncate(room, overflow="ellipsis")
    return title
