"""The table of packets: only rows in sight are ever turned into words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from netdiag.model.packet_record import HAS_PROBLEM, PacketRecord
from netdiag.tui.foreign import foreign
from netdiag.tui.packet_source import PacketLine
from netdiag.tui.packets.book import PacketBook, PacketList
from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_table import Column, LineTable

MOST_LINES = 1_024
"""Rows whose words are remembered."""
PACKET_CELLS = 120
WIDEST_NODE = 20
WIDEST_INTERFACE = 24
NARROW, WIDE = 100, 140
"""Columns of the table from which on tunnels are told at more length."""


class PacketTable(LineTable):
    """Shows the list of the book that is to be shown; its cursor stays at a packet."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", "Details")]

    def __init__(self, book: PacketBook) -> None:
        super().__init__(id="packets")
        self._book = book
        self._list: PacketList = book.shown
        self._first = 0
        """The number of the packet in the first row, when it was drawn last."""
        self._lines: OrderedDict[int, PacketLine] = OrderedDict()
        self._node_cells, self._interface_cells = 4, 9
        self._has_directions = False
        self.follows = False
        self.styles.scrollbar_size_horizontal = 0

    # What is in it

    @property
    def number(self) -> int:
        """The number of the packet under the cursor."""
        return self._list.arena.first + self.cursor

    @property
    def record(self) -> PacketRecord | None:
        """The packet under the cursor."""
        arena = self._list.arena
        return arena[self.number] if arena.first <= self.number < arena.end else None

    def row_count(self) -> int:
        """Return how many packets there are."""
        return len(self._list.arena)

    def update_rows(self) -> None:
        """Draw what has come; the cursor stays at its packet, or at the newest."""
        if self._list is not self._book.shown:
            self._change_list()
        arena = self._list.arena
        gone, self._first = arena.first - self._first, arena.first
        if gone:
            self._shift(gone)
        self.rows_changed()
        if self.follows and self.row_count():
            self.cursor = self.row_count() - 1

    def _change_list(self) -> None:
        record = self.record
        self._list = self._book.shown
        self._lines.clear()
        arena = self._list.arena
        self._first = arena.first
        number = arena.find(record.key) if record is not None and len(arena) else None
        self.rows_changed()
        self.cursor = 0 if number is None else number - arena.first

    def _shift(self, gone: int) -> None:
        """Keep cursor and sight where they are, though rows before them went."""
        self.set_reactive(LineTable.cursor, max(self.cursor - gone, 0))
        self.scroll_to(y=max(self.scroll_offset.y - gone, 0), animate=False, immediate=True)

    def go_to(self, number: int) -> None:
        """Put the cursor on a packet by its number; following ends."""
        self.follows = False
        self.cursor = number - self._list.arena.first

    # What is drawn

    def columns(self) -> Sequence[Column]:
        """Return the columns, as wide as what was seen in them so far."""
        tunnels = 9 if self._is_narrow else 14 if self.size.width < WIDE else 46
        return (
            Column(" Time", 13 if self._is_narrow else 16),
            Column("Node", self._node_cells),
            Column("Interface", self._interface_cells),
            *((Column("", 3),) if self._has_directions else ()),
            Column("Tunnels", tunnels),
            Column("Innermost packet", PACKET_CELLS),
        )

    @property
    def _is_narrow(self) -> bool:
        return self.size.width < NARROW

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return the words of a row."""
        number = self._list.arena.first + row
        record = self._list.arena[number]
        line = self._line_of(number, record)
        node = foreign(line.node, ink.place)
        interface = foreign(line.interface, ink.place)
        self._widen(node.cell_len, interface.cell_len, bool(line.direction))
        kind = line.kinds[-1] if line.kinds else None
        packet = foreign(line.packet, ink.text)
        if line.problem or record.flags & HAS_PROBLEM:
            packet = Text("! ", ink.warning, end="") + packet
            packet.append_text(foreign(f"  [{line.problem}]", ink.warning))
        time = Text("●" if record.key in self._book.marks else " ", ink.warning, end="")
        time.append_text(foreign(line.time[3:] if self._is_narrow else line.time, ink.quiet))
        return (
            time,
            node,
            interface,
            *((foreign(line.direction, ink.quiet),) if self._has_directions else ()),
            foreign(self._tunnels(line), ink.kind(kind)),
            packet,
        )

    def _tunnels(self, line: PacketLine) -> str:
        """Return the tunnels at full length where there is room; plain packets are said to be."""
        if not line.tunnels:
            return "-"
        if self.size.width >= WIDE or not line.kinds:
            return line.tunnels
        _, vni, number = line.tunnels.partition(" vni ")
        return " | ".join(line.kinds) + (f" {number.split()[0]}" if vni and number else "")

    def _line_of(self, number: int, record: PacketRecord) -> PacketLine:
        line = self._lines.get(number)
        source = self._book.source
        if line is None and source is not None:
            line = self._lines[number] = source.line(record)
            if len(self._lines) > MOST_LINES:
                self._lines.popitem(last=False)
        assert line is not None
        return line

    def _widen(self, node: int, interface: int, has_direction: bool) -> None:
        widest_node, widest = (8, 13) if self._is_narrow else (WIDEST_NODE, WIDEST_INTERFACE)
        node = min(max(node, self._node_cells), widest_node)
        interface = min(max(interface, self._interface_cells), widest)
        has_direction = has_direction or self._has_directions
        was = (self._node_cells, self._interface_cells, self._has_directions)
        if (node, interface, has_direction) != was:
            self._node_cells, self._interface_cells = node, interface
            self._has_directions = has_direction
            self.call_after_refresh(self.rows_changed)

    def empty_words(self) -> str:
        """Return why there is no packet."""
        if self._book.source is None:
            return "no packets here: name captures, or start a trace (t)"
        if self._list.problem:
            return self._list.problem
        if not self._list.is_complete:
            return "waiting for packets…" if self._book.source.is_live else "reading…"
        return "no packet matches" if self._list.expression else "no packets in these captures"

    # What the user does

    def watch_cursor(self, old: int, new: int) -> None:
        """Stop following when the cursor leaves the newest packet."""
        if self.follows and new < old and new < self.row_count() - 1:
            self.follows = False
        super().watch_cursor(old, new)
