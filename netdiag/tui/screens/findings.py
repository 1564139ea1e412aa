"""The findings: what is wrong, why, what to do about it, and what proves it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widgets import Static

from netdiag.tui.finding_words import evidence_jump, finding_details
from netdiag.tui.messages import CopyAsked, Jump, JumpToFinding
from netdiag.tui.screens.code_page import CodePage
from netdiag.tui.screens.pane import Pane
from netdiag.tui.state import State
from netdiag.tui.widgets.filter_line import FilterLine
from netdiag.tui.widgets.findings_table import EvidenceTable, FindingsTable


class FindingsScreen(Pane):
    """Findings, one of them in full, its evidence."""

    NAME = "findings"
    HAS_FILTER = True
    ABOUT = (
        "What is wrong; the first finding is the one to act on. Enter goes to the evidence, and"
        " from there to the frame, the route or the rule that proves it."
    )
    MAIN_KEYS = ("choose", "copy_remedy", "explain", "trace")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_remedy", "Copy remedy"),
        Binding("x", "explain", "What it means"),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._findings = FindingsTable(state)
        self._evidence = EvidenceTable()
        self._filter = FilterLine("code, place, words", self._findings)

    def compose_body(self) -> ComposeResult:
        """Return the list, the finding, its evidence."""
        with Container(classes="split halves"):
            with Vertical(classes="main"):
                yield self._filter
                yield self._findings
            with Vertical(id="finding"):
                with VerticalScroll(id="finding-text"):
                    yield Static(markup=False, id="finding-words")
                yield self._evidence

    def on_mount(self) -> None:
        """Let keys move through the findings."""
        super().on_mount()
        self._findings.focus()

    def show(self) -> None:
        """Draw the snapshot."""
        self._findings.show()
        self._show_finding()

    def jump(self, message: Jump) -> None:
        """Show a finding."""
        if isinstance(message, JumpToFinding):
            self._filter.clear()
            self._findings.find(message.index)
            self._findings.focus()

    def begin_filter(self) -> None:
        """Filter the findings."""
        self._filter.begin()

    @on(FilterLine.Changed)
    def _narrow(self, message: FilterLine.Changed) -> None:
        self._findings.narrow(message.words)
        self._show_finding()

    @on(FindingsTable.Moved)
    def _moved(self, message: FindingsTable.Moved) -> None:
        if message.table is self._findings:
            self._show_finding()

    def _show_finding(self) -> None:
        finding = self._findings.finding
        words = finding_details(finding, self.ink) if finding else ""
        self.query_one("#finding-words", Static).update(words)
        self.query_one("#finding").display = finding is not None
        self._evidence.show(finding)

    @on(FindingsTable.Chosen)
    def _chosen(self, message: FindingsTable.Chosen) -> None:
        if message.table is self._findings:
            self._evidence.focus()
            return
        item = self._evidence.evidence
        jump = evidence_jump(item) if item else None
        if jump is not None:
            self.post_message(jump)

    def action_back(self) -> None:
        """Go back to the list, or end its filter."""
        if self._findings.has_focus:
            self._filter.action_end()
        self._findings.focus()

    def action_copy_remedy(self) -> None:
        """Copy the remedy as it stands, to be pasted into a shell."""
        finding = self._findings.finding
        if finding is not None and finding.remedy:
            self.post_message(CopyAsked(finding.remedy, "the remedy"))

    def action_explain(self) -> None:
        """Tell what the finding's code means."""
        finding = self._findings.finding
        if finding is not None:
            self.app.push_screen(CodePage(finding.code))
