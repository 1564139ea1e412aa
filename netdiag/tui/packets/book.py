"""All packets, those that match the filter, and which of the two is shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from netdiag.model.packet_record import PacketRecord, packet_key
from netdiag.tui.packet_source import ALL_PACKETS, Dissection, PacketBatch, PacketSource
from netdiag.tui.packets.arena import Arena
from netdiag.tui.packets.history import History
from netdiag.tui.packets.marks import MarkedRows, Marks

SEEN_LAST = 1_000
"""So many of the latest packets tell how far their files were read."""


@dataclass
class PacketList:
    """One list, and how far it is."""

    number: int
    expression: str = ""
    near: int = 0
    """The key of the packet that only the neighbours are listed of; 0 = it is a whole list."""
    arena: Arena = field(default_factory=Arena)
    marked: MarkedRows = field(default_factory=MarkedRows)
    read: int = 0
    is_complete: bool = False
    problem: str = ""

    def take(self, batch: PacketBatch, marks: Marks) -> None:
        """Add what is new."""
        self.marked.take(self.arena.end, batch.records, marks.keys())
        self.arena.add(batch.records)
        self.read = max(self.read, batch.read)
        self.is_complete = self.is_complete or batch.is_complete
        self.problem = batch.problem or self.problem


class PacketBook:
    """What the Packets screen shows; only the main loop changes it."""

    def __init__(self) -> None:
        self.source: PacketSource | None = None
        self._offered: PacketSource | None = None
        self.all = PacketList(ALL_PACKETS)
        self.filtered: PacketList | None = None
        self.marks = Marks()
        self.history = History()
        self.version = 0
        """Counts changes of what is shown."""
        self._dissection: Dissection | None = None
        self._last_number = ALL_PACKETS

    @property
    def shown(self) -> PacketList:
        """The list that is shown."""
        return self.filtered or self.all

    def offer(self, source: PacketSource) -> None:
        """Take where packets come from; they are listed once somebody wants to see them."""
        self._offered = source

    def open(self) -> bool:
        """Begin to list what was offered; return False if that was done, or nothing was."""
        source, self._offered = self._offered, None
        if source is None:
            return False
        self.source = source
        self.all, self.filtered = PacketList(ALL_PACKETS), None
        self.marks.clear()
        source.list_packets(ALL_PACKETS, "")
        self.version += 1
        return True

    def filter(self, expression: str) -> None:
        """Show what matches an expression, which is one; empty = all."""
        if expression != self.shown.expression or self.shown.near:
            self._list(expression)

    def show_near(self, file: int, frame: int) -> None:
        """Show a packet that is no longer in the list, and those near it."""
        self._list("", packet_key(file, frame))

    def _list(self, expression: str, near: int = 0) -> None:
        if self.source is None:
            return
        self.filtered = None
        if expression or near:
            self._last_number += 1
            self.filtered = PacketList(self._last_number, expression, near)
            self.source.list_packets(self._last_number, expression, near)
        self.version += 1

    def take(self, batch: PacketBatch) -> None:
        """Add packets to the list that they are of; those of a list that is gone are left out."""
        for each in (self.all, self.filtered):
            if each is not None and each.number == batch.number:
                each.take(batch, self.marks)
                self.version += 1

    def take_dissection(self, dissection: Dissection) -> None:
        """Remember the latest tree."""
        self._dissection = dissection

    def take_answer(self, number: int) -> Dissection | None:
        """Return the tree that was asked for under a number, once."""
        if self._dissection is None or self._dissection.number != number:
            return None
        dissection, self._dissection = self._dissection, None
        return dissection

    def toggle_mark(self, number: int) -> bool:
        """Mark a packet of the list that is shown, or no longer; return whether it is now."""
        record = self.shown.arena[number]
        is_marked = self.marks.toggle(self._lasting(record))
        for each in (self.all, self.filtered):
            if each is None:
                continue
            found = number if each is self.shown else each.arena.find(record.key)
            if found is not None:
                (each.marked.add if is_marked else each.marked.remove)(found)
        self.version += 1
        return is_marked

    def clear_marks(self) -> None:
        """Mark none."""
        self.marks.clear()
        for each in (self.all, self.filtered):
            if each is not None:
                each.marked.clear()
        self.version += 1

    def _lasting(self, record: PacketRecord) -> PacketRecord:
        """Return the record in the list of all: a filter's copies of bytes go with the filter."""
        number = self.all.arena.find(record.key) if record.store else None
        return record if number is None else self.all.arena[number]

    def find(self, file: int, frame: int) -> int | None:
        """Return the number, in the list that is shown, of a frame of a file."""
        return self.shown.arena.find(packet_key(file, frame))

    def is_gone(self, file: int, frame: int) -> bool:
        """Return whether a frame was in the list of all, and gave way to later ones."""
        arena = self.all.arena
        if not arena.first or arena.find(packet_key(file, frame)) is not None:
            return False
        newest = (
            arena[number] for number in range(max(arena.end - SEEN_LAST, arena.first), arena.end)
        )
        return any(record.file == file and record.frame > frame for record in newest)

    def in_all(self, file: int, frame: int) -> bool:
        """Return whether the filter hides a frame of a file."""
        is_filtered = self.filtered is not None
        return is_filtered and self.all.arena.find(packet_key(file, frame)) is not None
