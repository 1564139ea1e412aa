"""What broke, and how far reading is; takes no room while there is nothing to tell."""

from __future__ import annotations

from rich.console import OverflowMethod
from rich.text import Text
from textual.widgets import Static

from netdiag.tui.fact_tables.places import NOT_READ
from netdiag.tui.foreign import foreign, foreign_words
from netdiag.tui.session import Progress
from netdiag.tui.state import State
from netdiag.tui.theme import Ink, ink_of

MOST_LINES = 2
BAR_CELLS = 24


class Banner(Static):
    """A line per trouble, and one for what is under way."""

    def __init__(self, state: State) -> None:
        super().__init__(markup=False)
        self._state = state
        self._words = Text()

    def show(self) -> None:
        """Draw what is known now."""
        ink = ink_of(self.app.current_theme)
        lines = [*self._trouble_lines(ink), *self._problem_lines(ink)]
        if self._state.progress is not None:
            lines.append(_progress_line(self._state.progress, ink))
        overflow: OverflowMethod = "fold" if len(lines) == 1 else "ellipsis"
        no_wrap = len(lines) > 1  # so that none hides another
        words = Text("\n", end="", no_wrap=no_wrap, overflow=overflow).join(lines)
        if words != self._words or words.spans != self._words.spans:
            self._words = words
            self.display = bool(lines)
            self.update(words)

    def _trouble_lines(self, ink: Ink) -> list[Text]:
        troubles = list(self._state.troubles.values())
        lines = [
            foreign(f"✗ {trouble.source}: {trouble.reason}", ink.problem)
            for trouble in reversed(troubles[-MOST_LINES:])
        ]
        more = len(troubles) - len(lines)
        if more > 0:
            lines.append(Text(f"✗ and {more:,} more", ink.problem))
        return lines

    def _problem_lines(self, ink: Ink) -> list[Text]:
        """Return the first thing that could not be read; the others are among the facts."""
        reasons = [trouble.reason for trouble in self._state.troubles.values()]
        problems = [
            problem
            for problem in self._state.snapshot.problems
            if not any(problem in reason for reason in reasons)
        ]
        if not problems:
            return []
        line = foreign(f"! {problems[0]}", ink.warning)
        if len(problems) > 1:
            line.append(f" and {len(problems) - 1:,} more: 5, {NOT_READ}", ink.quiet)
        return [line]


def _progress_line(progress: Progress, ink: Ink) -> Text:
    words = foreign_words(progress.words)
    if not progress.total:
        return Text(f"… {words}", ink.warning)
    part = max(0.0, min(progress.done / progress.total, 1.0))
    full = int(part * BAR_CELLS)
    line = Text(f"… {words} ", ink.warning)
    line.append("█" * full, ink.key).append("░" * (BAR_CELLS - full), ink.quiet)
    return line.append(f" {part:.0%}", ink.text)
