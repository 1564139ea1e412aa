"""The table of packets: only rows in sight are ever turned into words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType

from netdiag.model.packet_record import HAS_PROBLEM, PacketRecord
from netdiag.tui.foreign import foreign
from netdiag.tui.packet_source import PacketLine
from netdiag.tui.packets.book import PacketBook, PacketList
from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable

MOST_LINES = 1_024
"""Rows whose words are remembered."""
PACKET_CELLS = 120
NARROW, WIDE = 100, 140
"""Cells of the table from which on times and tunnels are told at more length."""


class Widths(NamedTuple):
    """How wide columns are, in cells; 0 = left out."""

    node: int = 0
    interface: int = 9
    direction: int = 0
    tunnels: int = 7


NARROWEST = Widths()
MOST_NARROW, MOST = Widths(8, 13, 3, 14), Widths(20, 24, 3, 20)
"""How wide columns become, by the cells that the table has."""
TUNNELS_CELLS = 46
"""Those that tunnels get at least where they are told at full length."""


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
        self._widths = NARROWEST
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

    @property
    def line(self) -> PacketLine | None:
        """The words of the packet under the cursor."""
        return None if self.record is None else self._line_of(self.number, self.record)

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
        else:
            self.rows_added()
        if self.follows and self.row_count():
            self.cursor = self.row_count() - 1

    def _change_list(self) -> None:
        record = self.record
        self._list = self._book.shown
        self._lines.clear()
        self.refresh()
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
        widths = self._widths
        return (
            Column(" Time", 13 if self._is_narrow else 16),
            *((Column("Node", widths.node),) if widths.node else ()),
            Column("Interface", widths.interface),
            *((Column("", widths.direction),) if widths.direction else ()),
            Column("Tunnels", widths.tunnels),
            Column("Innermost packet", PACKET_CELLS),
        )

    @property
    def _is_narrow(self) -> bool:
        return self.size.width < NARROW

    @property
    def _is_wide(self) -> bool:
        return self.size.width >= WIDE

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return the words of a row."""
        number = self._list.arena.first + row
        record = self._list.arena[number]
        line = self._line_of(number, record)
        kind = line.kinds[-1] if line.kinds else None
        node, interface = foreign(line.node, ink.place), foreign(line.interface, ink.place)
        direction = foreign(line.direction, ink.quiet)
        tunnels = foreign(self._tunnels(line), ink.kind(kind))
        self._widen(Widths(*(each.cell_len for each in (node, interface, direction, tunnels))))
        return (
            self._time(record, line, ink),
            *((node,) if self._widths.node else ()),
            interface,
            *((direction,) if self._widths.direction else ()),
            tunnels,
            _packet(record, line, ink),
        )

    def _time(self, record: PacketRecord, line: PacketLine, ink: Ink) -> Text:
        time = Text("●" if record.key in self._book.marks else " ", ink.warning, end="")
        words = line.time[3:] if self._is_narrow else line.time
        return time.append_text(foreign(words, ink.quiet))

    def _tunnels(self, line: PacketLine) -> str:
        """Return the tunnels at full length where there is room; plain packets are said to be."""
        if not line.tunnels:
            return "-"
        if self._is_wide or not line.kinds:
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

    def _widen(self, seen: Widths) -> None:
        """Make columns as wide as what is seen in them, once this picture is drawn."""
        most = MOST_NARROW if self._is_narrow else MOST
        if self._is_wide:
            most = MOST._replace(tunnels=max(TUNNELS_CELLS, self.size.width - PACKET_CELLS))
        if seen.node:
            seen = seen._replace(node=max(seen.node, len("Node")))
        limits = zip(self._widths, seen, most, strict=True)
        widths = Widths(*(min(max(was, now), limit) for was, now, limit in limits))
        if widths != self._widths:
            self._widths = widths
            self.call_after_refresh(self.rows_changed)

    def on_resize(self, event: events.Resize) -> None:
        """Let columns find their widths anew."""
        self._widths = NARROWEST
        super().on_resize(event)

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


def _packet(record: PacketRecord, line: PacketLine, ink: Ink) -> Text:
    packet = foreign(line.packet, ink.text)
    if line.problem or record.flags & HAS_PROBLEM:
        packet = Text("! ", ink.warning, end="") + packet
        packet.append_text(foreign(f"  [{line.problem}]", ink.warning))
    return packet
