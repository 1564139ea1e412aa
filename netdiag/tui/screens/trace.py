"""The trace: each ping of the report, hop by hop."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from netdiag.tui.foreign import foreign
from netdiag.tui.messages import Jump
from netdiag.tui.screens.pane import Pane


class TraceScreen(Pane):
    """Lists the pings; the ladder is to come."""

    NAME = "trace"
    ABOUT = "Each ping, and how it ended."

    def compose_body(self) -> ComposeResult:
        """Return the place of the list."""
        with VerticalScroll():
            yield Static(markup=False, id="pings")

    def show(self) -> None:
        """List the pings."""
        from netdiag.render.page import Page
        from netdiag.render.ping_choice import choose_pings
        from netdiag.render.ping_table import write_ping

        report = self.state.snapshot.report
        words = foreign("no pings were read yet", self.ink.quiet)
        if report is not None:
            page = Page(max(self.app.size.width - 4, 40), colour=False)
            for ping, why in choose_pings(report):
                write_ping(page, ping, report.names, why)
            words.plain = page.text() or "no pings in these captures"
        self.query_one("#pings", Static).update(words)

    def jump(self, message: Jump) -> None:
        """Nothing can be shown alone yet."""

    def trace_again(self) -> None:
        """Trace between the same two ends, or let them be chosen."""

    def toggle_continuous(self) -> None:
        """Ping until stopped, or stop."""
