"""What it all comes to, in a sentence or two."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from netdiag.render.inspection_verdict import inspection_sentences
from netdiag.render.local_time import time_of_day
from netdiag.render.verdict import verdict_sentences
from netdiag.tui.foreign import foreign
from netdiag.tui.known_findings import known_findings, later_findings
from netdiag.tui.session import Snapshot
from netdiag.tui.state import State
from netdiag.tui.theme import ink_of

MOST_SENTENCES = 3


class Verdict(Static):
    """The report's verdict, or that of facts alone."""

    def __init__(self, state: State) -> None:
        super().__init__(markup=False)
        self._state = state

    def show(self) -> None:
        """Draw it."""
        snapshot, ink = self._state.snapshot, ink_of(self.app.current_theme)
        source = snapshot.report or snapshot.inspection
        if source is None:
            words = "" if snapshot.is_complete else "nothing was read yet"
            self.update(Text(words, ink.quiet))
            return
        severities = {finding.severity for finding in known_findings(snapshot)}
        sign, style = "✓", ink.good
        if "error" in severities:
            sign, style = "✗", ink.problem
        elif "warning" in severities:
            sign, style = "!", ink.warning
        elif snapshot.report is not None and not snapshot.report.totals.answered:
            sign, style = "?", ink.warning
        text = Text(end="").append(f"{sign} ", style)
        if snapshot.report is not None:
            first, *rest = verdict_sentences(snapshot.report)
            later = [f"Meanwhile: {each.title}." for each in later_findings(snapshot)]
            sentences = [first, *later, *rest]
            text.append(_time_words(snapshot), ink.quiet)
        elif snapshot.inspection is not None:
            sentences = inspection_sentences(snapshot.inspection)
        for number, sentence in enumerate(sentences[:MOST_SENTENCES]):
            text.append(" " if number else "")
            text.append_text(foreign(sentence, ink.heading if not number else ink.text))
        self.update(text)


def _time_words(snapshot: Snapshot) -> str:
    """Return when pings began, for those of a while ago are still told of: ``16:48:02 ``."""
    pings = snapshot.report.pings if snapshot.report and snapshot.tracing else ()
    hops = pings[0].request + pings[0].reply if pings else ()
    return f"{time_of_day(hops[0].time_ns)}  " if hops else ""
