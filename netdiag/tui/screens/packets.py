"""The packets: a table with a filter, and the headers and bytes of the one under the cursor."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical

from netdiag.tui.foreign import foreign_words
from netdiag.tui.messages import Jump, JumpToFrame, JumpToPing
from netdiag.tui.packets.count import count_words
from netdiag.tui.packets.pings import PacketPings
from netdiag.tui.packets.wanted import WantedFrame
from netdiag.tui.screens.packet_writing import write_marked, write_shown
from netdiag.tui.screens.pane import Pane
from netdiag.tui.state import State
from netdiag.tui.widgets.line_table import LineTable
from netdiag.tui.widgets.packet_details import PacketDetails
from netdiag.tui.widgets.packet_filter import PacketFilter
from netdiag.tui.widgets.packet_in_full import PacketInFull
from netdiag.tui.widgets.packet_table import PacketTable


class PacketsScreen(Pane):
    """Shows the book of packets."""

    NAME = "packets"
    HAS_FILTER = True
    ABOUT = (
        "Every packet of every capture: where it was seen, the tunnels around it, the innermost"
        " packet. The filter is that of 'netdiag packets --inner'. Enter: its headers from the"
        " outermost on, and the bytes of each field. ● = marked, ! = something is wrong with it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "follow", "Follow"),
        Binding("m", "mark", "Mark"),
        Binding("n", "next_mark(1)", "Next mark"),
        Binding("N", "next_mark(-1)", "Mark before", show=False),
        Binding("M", "clear_marks", "No marks", show=False),
        Binding("p", "to_ping", "Its ping"),
        Binding("d", "wireshark", "By Wireshark"),
        Binding("w", "write_packets", "Write"),
        Binding("W", "write_shown", "Write what is shown, not the marked", show=False),
        Binding("tab", "next_part(1)", "Packets, headers, bytes", show=False),
        Binding("shift+tab", "next_part(-1)", "Packets, headers, bytes", show=False),
        Binding("escape", "back", "Back: details, then filter", show=False),
    ]

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._book = state.packets
        self._filter = PacketFilter(self._book.history)
        self._table = PacketTable(self._book)
        self._in_full = PacketInFull()
        self._details = PacketDetails(self._book)
        self._pings = PacketPings()
        self._wanted = WantedFrame()
        self._drawn = -1

    def compose_body(self) -> ComposeResult:
        """Return filter, table and details."""
        yield self._filter
        with Container(id="body"):
            with Vertical(id="packet-rows"):
                yield self._table
                yield self._in_full
            yield self._details

    # Drawn

    def on_mount(self) -> None:
        """Begin to list."""
        self._open()
        super().on_mount()
        self._table.focus()

    def _open(self) -> None:
        if self._book.open():
            source = self._book.source
            self._table.follows = source is not None and source.is_live

    def show(self) -> None:
        """Draw anew after another snapshot, or in other colours."""
        self._drawn = -1
        self._pings.use(self.state.snapshot.report)
        for table in (self._table, self._details.headers, self._details.bytes):
            table.refresh()
        self._show_packet()

    def tick(self) -> None:
        """Draw what packets have come."""
        super().tick()
        self._open()
        if self._drawn != self._book.version:
            self._drawn = self._book.version
            self._table.update_rows()
            self._look_for_wanted()
            self._filter.show_in_force(self._book.shown.expression)
            self._show_packet()
        self._show_count()
        if self.has_details:
            self._details.show_answer()

    def _show_count(self) -> None:
        width = self.app.size.width
        self._filter.show_count(count_words(self._book, self._table.follows, width, self.ink))

    # Details

    @property
    def has_details(self) -> bool:
        """Whether headers and bytes are shown."""
        return self.has_class("-details")

    @on(LineTable.Moved, "#packets")
    def _moved(self) -> None:
        self._show_packet()
        self._show_count()

    def _show_packet(self) -> None:
        if self.has_details:
            self._details.show_packet(self._table.record)
        else:
            self._in_full.show(self._table.line)

    @on(LineTable.Chosen, "#packets")
    def action_details(self) -> None:
        """Show headers and bytes, or no longer."""
        self.set_class(not self.has_details, "-details")
        self._details.forget()
        self._show_packet()
        if not self.has_details:
            self._table.focus()

    def action_wireshark(self) -> None:
        """Show what Wireshark makes of the packet, or netdiag's own tree again."""
        record = self._table.record
        if record is not None:
            if not self.has_details:
                self.action_details()
            self._details.toggle_wireshark(record)

    # Moving about

    def action_next_part(self, direction: int) -> None:
        """Move between table, headers and bytes."""
        if not self.has_details:
            self.action_details()
        parts = (self._table, self._details.headers, self._details.bytes)
        here = next((index for index, part in enumerate(parts) if part.has_focus), -direction)
        parts[(here + direction) % len(parts)].focus()

    def action_back(self) -> None:
        """Go back to the table, close details, show all packets: one of them."""
        if not self._table.has_focus:
            self._table.focus()
        elif self.has_details:
            self.action_details()
        else:
            self._apply("")

    def action_follow(self) -> None:
        """Stick to the newest packet, or stay."""
        self._table.follows = not self._table.follows
        self._table.update_rows()
        self._show_count()

    def begin_filter(self) -> None:
        """Let a filter be typed."""
        self._filter.begin()

    @on(PacketFilter.Submitted)
    def _filtered(self, message: PacketFilter.Submitted) -> None:
        self._apply(message.expression)
        self._table.focus()

    @on(PacketFilter.Left)
    def _left_filter(self) -> None:
        self._table.focus()
        self._filter.show_expression(self._book.shown.expression)

    def _apply(self, expression: str) -> None:
        self._book.filter(expression)
        self.tick()
        self._filter.show_expression(self._book.shown.expression)

    def action_mark(self) -> None:
        """Mark the packet, or no longer."""
        if self._table.record is not None:
            self._book.toggle_mark(self._table.number)
            self._table.refresh()
            self.tick()

    def action_clear_marks(self) -> None:
        """Mark none."""
        self._book.clear_marks()
        self._table.refresh()
        self.tick()

    def action_next_mark(self, direction: int) -> None:
        """Go to the next marked packet, or to the one before."""
        shown = self._book.shown
        number = shown.marked.next(shown.arena, self._table.number, direction)
        if number is None:
            self.notify("no packet is marked here: m marks one", markup=False)
        else:
            self._table.go_to(number)

    def action_to_ping(self) -> None:
        """Go to the ping that the packet belongs to."""
        record, source = self._table.record, self._book.source
        if record is None or source is None:
            return
        number = self._pings.of(source.file_label(record.file), record.frame)
        if number is None:
            self.notify("no ping of the report crosses here with this packet", markup=False)
        else:
            self.post_message(JumpToPing(number))

    def jump(self, message: Jump) -> None:
        """Show a frame, as soon as it is there."""
        if isinstance(message, JumpToFrame):
            self._wanted.want(message)
            self._open()
            self._table.follows = False
            self._look_for_wanted()
            self._show_count()

    def _look_for_wanted(self) -> None:
        found = self._wanted.look(self._book)
        if found.words:
            self.notify(foreign_words(found.words), severity="warning", markup=False)
        if found.number is not None:
            self._table.update_rows()
            self._table.go_to(found.number)
            self._filter.show_expression(self._book.shown.expression)
            self.set_class(True, "-details")
            self._show_packet()

    def action_write_packets(self) -> None:
        """Ask where to write the marked packets, or those shown if none is marked."""
        write_marked(self)

    def action_write_shown(self) -> None:
        """Ask where to write the packets that are shown."""
        write_shown(self)
