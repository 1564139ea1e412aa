"""The packets: a table with a filter, and the headers and bytes of the one under the cursor."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from netdiag.tui.messages import Jump, JumpToFrame, JumpToPing
from netdiag.tui.packets.count import count_words
from netdiag.tui.packets.pings import PacketPings
from netdiag.tui.screens.pane import Pane
from netdiag.tui.screens.path_dialog import PathDialog
from netdiag.tui.state import State
from netdiag.tui.widgets.header_outline import HeaderOutline
from netdiag.tui.widgets.hex_view import HexView
from netdiag.tui.widgets.line_table import LineTable
from netdiag.tui.widgets.packet_filter import PacketFilter
from netdiag.tui.widgets.packet_table import PacketTable


class PacketsScreen(Pane):
    """Shows the book of packets."""

    NAME = "packets"
    HAS_FILTER = True
    ABOUT = (
        "Every packet of every capture, in order of time: where it was seen, the tunnels around it,"
        " and the innermost packet. The filter is that of 'netdiag packets --inner'. Below, or at"
        " the side: its headers from the outermost on, and the bytes of the field under the cursor."
        " ● = marked, ! = something is wrong with it."
    )
    DEFAULT_CSS = """
    PacketsScreen #body { height: 1fr; }
    PacketsScreen #packets { height: 1fr; width: 1fr; }
    PacketsScreen #details { height: 50%; layout: horizontal; display: none; }
    PacketsScreen.-details #details { display: block; }
    PacketsScreen #headers { width: 1fr; height: 1fr; }
    PacketsScreen #bytes { width: 43; height: 1fr; margin: 0 0 0 1; }
    PacketsScreen.-wide #bytes { width: 76; }
    PacketsScreen.-huge #bytes { width: 1fr; height: 40%; margin: 0; }
    PacketsScreen.-huge #body { layout: horizontal; }
    PacketsScreen.-huge #details { width: 78; margin: 0 0 0 1; height: 1fr; layout: vertical; }
    """
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
        self._headers = HeaderOutline()
        self._bytes = HexView()
        self._pings = PacketPings()
        self._wanted: JumpToFrame | None = None
        """A frame that is to be shown as soon as it is there."""
        self._drawn = -1
        self._asked = 0
        self._key = -1
        """Of the packet that details are of."""
        self._by_wireshark = False

    def compose_body(self) -> ComposeResult:
        """Return filter, table and details."""
        yield self._filter
        with Container(id="body"):
            yield self._table
            with Container(id="details"):
                yield self._headers
                yield self._bytes

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
        for table in (self._table, self._headers, self._bytes):
            table.refresh()

    def tick(self) -> None:
        """Draw what packets have come."""
        super().tick()
        self._open()
        if self._drawn != self._book.version:
            self._drawn = self._book.version
            self._table.update_rows()
            self._look_for_wanted()
            self._filter.show_expression(self._book.shown.expression, typing=self._types)
            self._show_packet()
        self._show_count()
        self._show_dissection()

    @property
    def _types(self) -> bool:
        return self._filter.line.has_focus

    def _show_count(self) -> None:
        words = count_words(self._book, self._table.follows, self.app.size.width, self.ink)
        self._filter.show_count(words)

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
        """Show the bytes of the packet under the cursor, and ask for its headers."""
        record, source = self._table.record, self._book.source
        if not self.has_details or source is None:
            return
        if record is None:
            self._key = -1
            self._headers.show_words("")
            self._bytes.show_bytes(b"")
            return
        if record.key == self._key:
            return
        self._key, self._by_wireshark = record.key, False
        data = source.packet_bytes(record)
        self._bytes.show_bytes(data or b"", "" if data else "its bytes cannot be read again")
        self._asked += 1
        source.dissect(self._asked, record, False)

    def _show_dissection(self) -> None:
        told = self._book.take_answer(self._asked)
        if told is not None and self.has_details:
            self._headers.show_tree(told.tree, by_wireshark=self._by_wireshark)
            self._choose_bytes()

    @on(LineTable.Moved, "#headers")
    def _choose_bytes(self) -> None:
        field = self._headers.field
        if field is not None:
            self._bytes.choose(field.start, field.size)

    @on(HexView.ByteChosen)
    def _choose_field(self, message: HexView.ByteChosen) -> None:
        self._headers.select_byte(message.at)

    @on(LineTable.Chosen, "#packets")
    def action_details(self) -> None:
        """Show headers and bytes, or no longer."""
        self.set_class(not self.has_details, "-details")
        self._key = -1
        self._show_packet()
        if not self.has_details:
            self._table.focus()

    def action_wireshark(self) -> None:
        """Show what Wireshark makes of the packet, or netdiag's own tree again."""
        record, source = self._table.record, self._book.source
        if record is None or source is None:
            return
        if not self.has_details:
            self.action_details()
        self._by_wireshark = not self._by_wireshark
        if self._by_wireshark:
            self._headers.show_words("tshark is asked…")
        self._asked += 1
        source.dissect(self._asked, record, self._by_wireshark)

    # Moving about

    def action_next_part(self, direction: int) -> None:
        """Move between table, headers and bytes."""
        if not self.has_details:
            self.action_details()
        parts = (self._table, self._headers, self._bytes)
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
        self._filter.show_expression(self._book.shown.expression)
        self._table.focus()

    def _apply(self, expression: str) -> None:
        self._book.filter(expression)
        self.tick()
        self._filter.show_expression(self._book.shown.expression)

    # Marks

    def action_mark(self) -> None:
        """Mark the packet, or no longer."""
        if self._table.record is not None:
            self._book.toggle_mark(self._table.number)
            self.tick()

    def action_clear_marks(self) -> None:
        """Mark none."""
        self._book.clear_marks()
        self.tick()

    def action_next_mark(self, direction: int) -> None:
        """Go to the next marked packet, or to the one before."""
        shown = self._book.shown
        number = shown.marked.next(shown.arena, self._table.number, direction)
        if number is None:
            self.notify("no packet is marked here: m marks one", markup=False)
        else:
            self._table.go_to(number)

    # Jumps

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
            self._wanted = message
            self._table.follows = False
            self._look_for_wanted()
            self._show_count()

    def _look_for_wanted(self) -> None:
        wanted, source = self._wanted, self._book.source
        if wanted is None or source is None:
            return
        file = source.file_number(wanted.file)
        number = None if file is None else self._book.find(file, wanted.frame)
        if number is None and file is not None and self._book.in_all(file, wanted.frame):
            self._wanted = None
            self._apply("")
            self.notify("the filter hid this packet: all are shown", markup=False)
            self._wanted = wanted
            number = self._book.find(file, wanted.frame)
        if number is not None:
            self._wanted = None
            self._table.go_to(number)
            self.set_class(True, "-details")
            self._show_packet()
        elif self._book.all.is_complete:
            self._wanted = None
            words = f"{wanted.file}: packet {wanted.frame} is not among those that are kept"
            self.notify(words, severity="warning", markup=False)

    # Writing

    def action_write_packets(self) -> None:
        """Ask where to write the marked packets, or those shown if none is marked."""
        if len(self._book.marks):
            self._ask_path(self._book.marks.pieces(), f"the {len(self._book.marks):,} marked")
        else:
            self.action_write_shown()

    def action_write_shown(self) -> None:
        """Ask where to write the packets that are shown."""
        arena = self._book.shown.arena
        self._ask_path(arena.pieces() if len(arena) else [], f"the {len(arena):,} shown")

    def _ask_path(self, records: list[bytes], which: str) -> None:
        source = self._book.source
        if source is None or not records:
            self.notify("there are no packets to write", severity="error", markup=False)
            return
        title = f"Write {which} packets as pcapng into"
        self.app.push_screen(
            PathDialog(title, "netdiag.pcapng", lambda path: source.write(path, records))
        )
