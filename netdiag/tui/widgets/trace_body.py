"""The list of pings, the ladder of one of them, how long hops take: arranged for the terminal."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from netdiag.model.report import Report
from netdiag.tui.ladder.pings import Entry
from netdiag.tui.ladder.times import hop_times
from netdiag.tui.theme import ink_of
from netdiag.tui.widgets.filter_line import FilterLine
from netdiag.tui.widgets.hop_detail import HopDetail
from netdiag.tui.widgets.hop_table import HopTable
from netdiag.tui.widgets.ladder_view import LadderView
from netdiag.tui.widgets.line_table import LineTable
from netdiag.tui.widgets.ping_list import PingList

WIDE_CELLS = 120
"""From here on the list is beside the ladder, else in its place."""
LIST_CELLS = 43
TALL_LINES = 45
"""From here on the times are below the ladder, else in its place."""


class TraceBody(Horizontal):
    """Shows what it is given; the screen decides which ping that is."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.pings = PingList(id="ping-list")
        self.ladder = LadderView(id="ladder")
        self.filter = FilterLine("lost, tcp, a pod, an address", self.pings)
        self._times = HopTable(id="hop-times")
        self._detail = HopDetail(id="hop-detail")
        self._beside = Vertical(self.filter, self.pings, id="trace-list")
        self._way = Vertical(self.ladder, self._detail, self._times, id="trace-way")
        self._wants_list: bool | None = None
        """None = where there is room."""
        self._wants_times = False
        self._entry: Entry | None = None

    def compose(self) -> ComposeResult:
        """Return both halves."""
        yield self._beside
        yield self._way

    def show(self, report: Report | None, index: int, *, afresh: bool) -> None:
        """Draw a ping of the list; ``afresh``: it is another one than before."""
        entries = self.pings.entries
        self._entry = entries[index] if index < len(entries) else None
        self.pings.cursor = index
        self.pings.rows_changed()
        self.ladder.show(report, self._entry.ping if self._entry else None, afresh=afresh)
        self._show_times()

    def _show_times(self) -> None:
        if self._times.display:
            entry = self._entry
            self._times.times = hop_times(self.pings.entries, entry) if entry else ()
            self._times.rows_changed()

    @on(LadderView.Moved)
    def _tell_hop(self) -> None:
        self._detail.show(self.ladder.item, ink_of(self.app.current_theme))

    # How it is arranged

    def on_resize(self) -> None:
        """Arrange it for the size of the terminal."""
        self._arrange()

    def toggle_list(self) -> None:
        """Show the list, or not."""
        self._wants_list = not self._beside.display
        self._arrange()
        if self._wants_list:
            self.pings.focus()
        else:
            self.focus_way()

    def toggle_times(self) -> None:
        """Show the times, or not."""
        self._wants_times = not self._wants_times
        self._arrange()

    def begin_filter(self) -> None:
        """Let the user say which pings are listed."""
        self._wants_list = True
        self._arrange()
        self.filter.begin()

    def focus_way(self) -> None:
        """Let keys go to the ladder, or to what is in its place."""
        if not self._way.display:
            self.pings.focus()
        else:
            (self.ladder if self.ladder.display else self._times).focus()

    def _arrange(self) -> None:
        size = self.app.size
        is_wide, is_tall = size.width >= WIDE_CELLS, size.height >= TALL_LINES
        shows_list = is_wide if self._wants_list is None else self._wants_list
        self._beside.display, self._way.display = shows_list, is_wide or not shows_list
        self._beside.styles.width = LIST_CELLS if is_wide else "1fr"
        self._times.display = self._wants_times != is_tall
        self.ladder.display = is_tall or not self._wants_times
        self._show_times()
        focused = self.screen.focused
        if focused is None or not all(each.display for each in focused.ancestors_with_self):
            self.focus_way()

    @on(LineTable.Chosen, "#ping-list")
    def _open_ladder(self) -> None:
        if not self._way.display:
            self._wants_list = None
            self._arrange()
        self.focus_way()
