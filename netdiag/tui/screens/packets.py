"""The packets: which flows there are, until packets themselves are shown."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from netdiag.tui.foreign import foreign
from netdiag.tui.messages import Jump, JumpToFrame
from netdiag.tui.screens.pane import Pane


class PacketsScreen(Pane):
    """Lists the flows of TCP and UDP, and tells which frame a jump led to."""

    NAME = "packets"
    ABOUT = "TCP and UDP, by flow."

    def compose_body(self) -> ComposeResult:
        """Return the place of the list."""
        yield Static(markup=False, id="frame")
        with VerticalScroll():
            yield Static(markup=False, id="flows")

    def show(self) -> None:
        """List the flows."""
        from netdiag.render.flow_table import write_flows
        from netdiag.render.page import Page

        report = self.state.snapshot.report
        words = foreign("no packets were read yet", self.ink.quiet)
        if report is not None:
            page = Page(max(self.app.size.width - 4, 40), colour=False)
            write_flows(page, report.flows, report.flows_left_out, report.names)
            words.plain = page.text() or "no TCP or UDP in these captures"
        self.query_one("#flows", Static).update(words)

    def jump(self, message: Jump) -> None:
        """Tell which frame it is."""
        if isinstance(message, JumpToFrame):
            words = foreign(f"{message.file}:{message.frame}", self.ink.place)
            self.query_one("#frame", Static).update(words)
