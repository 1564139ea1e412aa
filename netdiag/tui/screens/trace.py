"""The trace: pings one by one as ladders, how long each hop takes, and new pings."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Finding
from netdiag.tui.ladder.pings import Key, entries_of, index_of, most_telling
from netdiag.tui.messages import (
    Jump,
    JumpToFinding,
    JumpToFrame,
    JumpToPing,
    TraceAsked,
    TraceStopAsked,
)
from netdiag.tui.screens.pane import Pane
from netdiag.tui.screens.trace_dialog import Choice, TraceDialog
from netdiag.tui.session import Snapshot, TraceOptions
from netdiag.tui.state import State
from netdiag.tui.widgets.filter_line import FilterLine
from netdiag.tui.widgets.ladder_view import LadderView
from netdiag.tui.widgets.line_table import LineTable
from netdiag.tui.widgets.trace_body import TraceBody
from netdiag.tui.widgets.trace_head import TraceHead


class TraceScreen(Pane):
    """Ladder, list, times, and what was chosen to trace between."""

    NAME = "trace"
    HAS_FILTER = True
    ABOUT = (
        "One ping: a column per interface, time downwards, the request to the right and the reply "
        "back. ─ is plain, ═ in a tunnel, ╌ inferred; ✗ is where it died."
    )
    MAIN_KEYS = ("stop", "pause", "trace", "continuous", "go_to_finding", "choose_ends")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right", "step(1)", "Next ping", key_display="n →", show=False),
        Binding("p,left", "step(-1)", "Ping before", key_display="p ←", show=False),
        Binding("o", "choose_ends", "Pods"),
        Binding("space", "pause", "Pause", key_display="Space"),
        Binding("x,escape", "stop", "Stop", key_display="x"),
        Binding("m", "toggle_times", "Times"),
        Binding("b", "toggle_list", "List"),
        Binding("f", "go_to_finding", "Finding"),
        Binding("L", "go_to_end", "Latest ping", show=False),
    ]

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._body = TraceBody(id="trace-body")
        self._choice: Choice | None = None
        self._held: Snapshot | None = None
        self._key: Key | None = None
        self._follows = True
        self._unticked: list[CapturePoint] = []
        """What was unticked and not captured, though pings may cross it."""

    def compose_body(self) -> ComposeResult:
        """Return head, list, ladder, the hop's details, times."""
        yield TraceHead(id="trace-head")
        yield self._body

    # What is shown

    @property
    def _snapshot(self) -> Snapshot:
        return self._held or self.state.snapshot

    def show(self) -> None:
        """Draw the report; stay at the ping that is looked at, or go on to the latest."""
        wanted = self._body.filter.words.casefold()
        entries = entries_of(self._snapshot.report)
        if wanted:
            entries = tuple(entry for entry in entries if wanted in entry.searched)
        self._body.pings.entries, self._body.pings.is_filtered = entries, bool(wanted)
        index = index_of(entries, self._key)
        if self._follows and _goes_on(self._snapshot):
            index = len(entries) - 1 if entries else None
        self._show_ping(most_telling(entries) if index is None else index)

    def _show_ping(self, index: int) -> None:
        entries = self._body.pings.entries
        key = entries[index].key if index < len(entries) else None
        afresh, self._key = key != self._key, key
        self._body.ladder.words = self._empty_words()
        self._body.show(self._snapshot.report, index, afresh=afresh)
        head = self.query_one(TraceHead)
        is_held = self._held is not None
        head.show(self._snapshot, entries, index, self.ink, is_held, self._unticked)

    def _empty_words(self) -> str:
        tracing = self.state.snapshot.tracing
        if tracing is not None and tracing.is_on:
            return "capturing and pinging: what comes of it stands here in a moment"
        if self._body.pings.is_filtered:
            return "no ping is like that: / changes the filter"
        if self.state.actions.start_trace is not None:
            return "nothing was traced yet: t chooses two pods, and pings"
        if not self.state.snapshot.is_complete:
            return "reading"
        return "no pings in these captures"

    @on(LineTable.Moved, "#ping-list")
    def _look_at(self) -> None:
        """Look at the ping that the user has moved to."""
        entries, row = self._body.pings.entries, self._body.pings.cursor
        if row < len(entries) and entries[row].key != self._key:
            self._follows = row == len(entries) - 1
            self._show_ping(row)

    def action_toggle_list(self) -> None:
        """Show the list of pings, or not."""
        self._body.toggle_list()

    def action_toggle_times(self) -> None:
        """Show how long each hop takes, or not."""
        self._body.toggle_times()

    # Which ping

    def action_step(self, pings: int) -> None:
        """Go to another ping."""
        self._body.pings.action_move(pings)

    def action_go_to_end(self) -> None:
        """Go to the latest ping, and stay with those that come."""
        self._follows = True
        self._body.pings.action_move_to_end(1)

    def action_pause(self) -> None:
        """Hold what is shown, or go on to what has come meanwhile."""
        self._held = None if self._held is not None else self.state.snapshot
        self.show()

    def begin_filter(self) -> None:
        """Let the user say which pings are listed."""
        self._body.begin_filter()

    @on(FilterLine.Changed)
    def _narrow(self) -> None:
        self.show()

    def jump(self, message: Jump) -> None:
        """Show a ping by its number."""
        if not isinstance(message, JumpToPing):
            return
        self._body.filter.clear()
        entries = entries_of(self._snapshot.report)
        for entry in entries:
            if entry.attempts is None and entry.ping.number == message.number:
                self._key, self._follows = entry.key, False
        self.show()

    # Where to go

    def on_ladder_view_chosen(self, event: LadderView.Chosen) -> None:
        """Go to the packet of a hop, or to the finding about a loss."""
        if event.item.loss is None:
            self.post_message(JumpToFrame(event.item.hop.file, event.item.hop.frame))
        elif event.item.finding is not None:
            self._jump_to(event.item.finding)

    def action_go_to_finding(self) -> None:
        """Go to the finding about the loss of this ping, or else to the first one."""
        died = next((item for item in self._body.ladder.ladder.items if item.loss), None)
        report = self._snapshot.report
        if died is not None and died.finding is not None:
            self._jump_to(died.finding)
        elif report is not None and report.findings:
            self.post_message(JumpToFinding(0))
        else:
            self.notify("there is no finding", markup=False)

    def _jump_to(self, finding: Finding) -> None:
        report = self._snapshot.report
        if report is not None and finding in report.findings:
            self.post_message(JumpToFinding(report.findings.index(finding)))

    # What is asked for

    def trace_again(self) -> None:
        """Trace between the same two ends again, or let them be chosen."""
        if self._choice is None:
            self.action_choose_ends()
            return
        count = self._choice.options.count or TraceOptions().count
        self._ask(self._choice._replace(options=replace(self._choice.options, count=count)))

    def toggle_continuous(self) -> None:
        """Ping until stopped, or stop."""
        if _goes_on(self.state.snapshot):
            self.action_stop()
        elif self._choice is None:
            self._choose(Choice("", "", TraceOptions(count=None)))
        else:
            self._ask(self._choice._replace(options=replace(self._choice.options, count=None)))

    def action_choose_ends(self) -> None:
        """Let the user say between which pods to trace, and how."""
        self._choose(self._choice)

    def _choose(self, last: Choice | None) -> None:
        if self.state.actions.start_trace is None:
            self.notify("nothing to trace here: these are saved captures", markup=False)
            return
        dialog = TraceDialog(self.state, last, self._uncaptured)
        self.app.push_screen(dialog, self._ask)

    def _ask(self, choice: Choice | None) -> None:
        if choice is None:
            return
        self._choice, self._held, self._follows, self._key = choice, None, True, None
        ends = (choice.source, choice.destination)
        self.state.ticks.take_ends(self.state.snapshot, *ends)
        self._unticked = self._uncaptured(*ends)
        options = self._with_ticks(choice.options)
        if options.points == frozenset():
            self.notify("nothing is ticked on screen 1, so nothing would be captured", markup=False)
        else:
            self.post_message(TraceAsked(*ends, options))

    def _with_ticks(self, options: TraceOptions) -> TraceOptions:
        """Return where to capture as well; before nodes have told of interfaces: everywhere."""
        inspection, ticks = self.state.snapshot.inspection, self.state.ticks
        if inspection is None or not any(node.interfaces for node in inspection.nodes):
            return options
        return replace(options, points=frozenset(ticks.points), by_hand=frozenset(ticks.by_hand))

    def _uncaptured(self, *ends: str) -> list[CapturePoint]:
        return self.state.ticks.left_out(self.state.snapshot, *ends)

    def action_stop(self) -> None:
        """End the filter, or else pings that go on; what they have shown stays."""
        if self._body.filter.display:
            self._body.filter.action_end()
            return
        tracing = self.state.snapshot.tracing
        if tracing is not None and tracing.is_on:
            self.post_message(TraceStopAsked())


def _goes_on(snapshot: Snapshot) -> bool:
    """Tell whether there are pings until somebody stops them."""
    tracing = snapshot.tracing
    return tracing is not None and tracing.is_on and tracing.is_continuous
