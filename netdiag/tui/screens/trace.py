"""The trace: pings one by one as ladders, how long each hop takes, and new pings."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from netdiag.model.report import Finding
from netdiag.tui.ladder.pings import Entry, Key, entries_of, index_of, most_telling
from netdiag.tui.ladder.times import hop_times
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
from netdiag.tui.widgets.hop_detail import HopDetail
from netdiag.tui.widgets.hop_table import HopTable
from netdiag.tui.widgets.ladder_view import LadderView
from netdiag.tui.widgets.line_table import LineTable
from netdiag.tui.widgets.ping_list import PingList
from netdiag.tui.widgets.trace_head import TraceHead

WIDE_CELLS = 120
"""From here on the list of pings is beside the ladder."""
TALL_LINES = 45
"""From here on the times of hops are below the ladder."""


class TraceScreen(Pane):
    """Ladder, list, times, and what was chosen to trace between."""

    NAME = "trace"
    ABOUT = (
        "One ping: a column per interface, time downwards, the request to the right and the reply "
        "back. ─ is plain, ═ in a tunnel, ╌ inferred; ✗ is where it died."
    )
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

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self._choice: Choice | None = None
        self._held: Snapshot | None = None
        self._key: Key | None = None
        self._follows = True
        self._wants_list: bool | None = None
        self._wants_times = False

    def compose_body(self) -> ComposeResult:
        """Return head, list, ladder, the hop's details, times."""
        yield TraceHead(id="trace-head")
        with Horizontal(id="trace-body"):
            yield PingList(id="ping-list")
            with Vertical(id="trace-way"):
                yield LadderView("", id="ladder")
                yield HopDetail(id="hop-detail")
                yield HopTable(id="hop-times")
        yield Input(placeholder="lost, tcp, a pod, an address", id="ping-filter", compact=True)

    # What is shown

    @property
    def _snapshot(self) -> Snapshot:
        return self._held or self.state.snapshot

    @property
    def _list(self) -> PingList:
        return self.query_one(PingList)

    @property
    def _ladder(self) -> LadderView:
        return self.query_one(LadderView)

    @property
    def entry(self) -> Entry | None:
        """The ping that is looked at."""
        entries = self._list.entries
        index = index_of(entries, self._key)
        return None if index is None else entries[index]

    def show(self) -> None:
        """Draw the report; stay at the ping that is looked at, or go on to the latest."""
        wanted = self.query_one("#ping-filter", Input).value.strip().casefold()
        entries = entries_of(self._snapshot.report)
        if wanted:
            entries = tuple(entry for entry in entries if wanted in entry.searched)
        self._list.entries, self._list.is_filtered = entries, bool(wanted)
        tracing = self._snapshot.tracing
        index = index_of(entries, self._key)
        if tracing is not None and tracing.is_continuous and tracing.is_on and self._follows:
            index = len(entries) - 1 if entries else None
        if index is None:
            index = most_telling(entries)
        self._show_ping(index)
        self._list.rows_changed()

    def _show_ping(self, index: int) -> None:
        entries = self._list.entries
        entry = entries[index] if index < len(entries) else None
        key = entry.key if entry else None
        afresh, self._key = key != self._key, key
        self._list.cursor = index
        self._ladder.words = self._empty_words()
        self._ladder.show(self._snapshot.report, entry.ping if entry else None, afresh=afresh)
        head = self.query_one(TraceHead)
        head.show(self._snapshot, entries, index, self.ink, held=self._held is not None)
        self._show_times(entry)

    def _show_times(self, entry: Entry | None) -> None:
        table = self.query_one(HopTable)
        if table.display:
            table.times = hop_times(self._list.entries, entry) if entry else ()
            table.rows_changed()

    def _empty_words(self) -> str:
        if self._list.is_filtered:
            return "no ping is like that: / changes the filter"
        if self.state.actions.start_trace is not None:
            return "nothing was traced yet: t chooses two pods, and pings"
        if not self.state.snapshot.is_complete:
            return "reading"
        return "no pings in these captures"

    def on_ladder_view_moved(self) -> None:
        """Tell all of the hop under the cursor."""
        self.query_one(HopDetail).show(self._ladder.item, self.ink)

    @on(LineTable.Moved, "#ping-list")
    def _look_at(self) -> None:
        """Look at the ping that the user has moved to."""
        table = self._list
        if table.cursor < len(table.entries) and table.entries[table.cursor].key != self._key:
            self._follows = table.cursor == len(table.entries) - 1
            self._show_ping(table.cursor)

    # How it is arranged

    def on_resize(self) -> None:
        """Arrange it for the size of the terminal."""
        self._arrange()

    def _arrange(self) -> None:
        size = self.app.size
        is_wide, is_tall = size.width >= WIDE_CELLS, size.height >= TALL_LINES
        shows_list = is_wide if self._wants_list is None else self._wants_list
        self._list.display = shows_list
        self._list.styles.width = 41 if is_wide else "1fr"
        self.query_one("#trace-way").display = is_wide or not shows_list
        times = self.query_one(HopTable)
        times.display = self._wants_times != is_tall
        self._ladder.display = is_tall or not self._wants_times
        self._show_times(self.entry)
        shown = self._list if shows_list and not is_wide else self._ladder
        if not self._ladder.display and not shows_list:
            self.set_focus(times)
        elif self.focused is None or not self.focused.display:
            self.set_focus(shown)

    def action_toggle_list(self) -> None:
        """Show the list of pings, or not."""
        self._wants_list = not self._list.display
        self._arrange()
        self.set_focus(self._list if self._list.display else self._ladder)

    def action_toggle_times(self) -> None:
        """Show how long each hop takes, or not."""
        self._wants_times = not self._wants_times
        self._arrange()

    # Which ping

    def action_step(self, pings: int) -> None:
        """Go to another ping."""
        self._list.action_move(pings)

    def action_go_to_end(self) -> None:
        """Go to the latest ping, and stay with those that come."""
        self._follows = True
        self._list.action_move_to_end(1)

    def action_pause(self) -> None:
        """Hold what is shown, or go on to what has come meanwhile."""
        self._held = None if self._held is not None else self.state.snapshot
        self.show()

    def begin_filter(self) -> None:
        """Let the user say which pings are listed."""
        line = self.query_one("#ping-filter", Input)
        line.display = True
        line.focus()

    @on(Input.Changed, "#ping-filter")
    def _filter(self) -> None:
        self.show()

    @on(Input.Submitted, "#ping-filter")
    def _end_filter(self, event: Input.Submitted) -> None:
        event.input.display = bool(event.value.strip())
        self.set_focus(self._ladder if self._ladder.display else self._list)

    def jump(self, message: Jump) -> None:
        """Show a ping by its number."""
        if not isinstance(message, JumpToPing):
            return
        self.query_one("#ping-filter", Input).value = ""
        entries = entries_of(self._snapshot.report)
        for entry in entries:
            if entry.attempts is None and entry.ping.number == message.number:
                self._key, self._follows = entry.key, False
        self.show()

    # Where to go

    @on(LineTable.Chosen, "#ping-list")
    def _open_ladder(self) -> None:
        if not self._ladder.is_on_screen:
            self._wants_list = None
            self._arrange()
        self.set_focus(self._ladder)

    def on_ladder_view_chosen(self, event: LadderView.Chosen) -> None:
        """Go to the packet of a hop, or to the finding about a loss."""
        if event.item.loss is None:
            self.post_message(JumpToFrame(event.item.hop.file, event.item.hop.frame))
        elif event.item.finding is not None:
            self._jump_to(event.item.finding)

    def action_go_to_finding(self) -> None:
        """Go to the finding about the loss of this ping, or else to the first one."""
        died = next((item for item in self._ladder.ladder.items if item.loss), None)
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
        tracing = self.state.snapshot.tracing
        if tracing is not None and tracing.is_on and tracing.is_continuous:
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
        dialog = TraceDialog(self.state.snapshot.ends, last)
        self.app.push_screen(dialog, self._ask)

    def _ask(self, choice: Choice | None) -> None:
        if choice is None:
            return
        self._choice, self._held, self._follows, self._key = choice, None, True, None
        self.post_message(TraceAsked(*choice))

    def action_stop(self) -> None:
        """End pings that go on; nothing else is lost."""
        line = self.query_one("#ping-filter", Input)
        if line.has_focus or line.value:
            line.value = ""
            line.display = False
            self.set_focus(self._ladder if self._ladder.display else self._list)
            return
        tracing = self.state.snapshot.tracing
        if tracing is not None and tracing.is_on:
            self.post_message(TraceStopAsked())
