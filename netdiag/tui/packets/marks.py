"""Packets that the user marked: known by their keys in every list, in each by their numbers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort

from netdiag.model.packet_record import LAYOUT, PacketRecord
from netdiag.tui.packets.arena import Arena, keys_of

MOST_MARKS = 10_000


class Marks:
    """What is marked."""

    def __init__(self) -> None:
        self._records: dict[int, PacketRecord] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._records)

    def __contains__(self, key: int) -> bool:
        """Return whether the packet with a key is marked."""
        return key in self._records

    def toggle(self, record: PacketRecord) -> bool:
        """Mark a packet, or no longer; return whether it is marked now."""
        if self._records.pop(record.key, None) is not None:
            return False
        if len(self._records) >= MOST_MARKS:
            return False
        self._records[record.key] = record
        return True

    def clear(self) -> None:
        """Mark none."""
        self._records.clear()

    def keys(self) -> set[int]:
        """Return the keys of all."""
        return set(self._records)

    def pieces(self) -> list[bytes]:
        """Return the records of all, in order of time."""
        inorder = sorted(self._records.values(), key=lambda record: (record.time_ns, record.key))
        return [b"".join(LAYOUT.pack(*record) for record in inorder)]


class MarkedRows:
    """The numbers of marked packets in one list, in order."""

    def __init__(self) -> None:
        self._numbers: list[int] = []

    def add(self, number: int) -> None:
        """Add a packet's number."""
        if number not in self._numbers:
            insort(self._numbers, number)

    def remove(self, number: int) -> None:
        """Take a packet's number away."""
        if number in self._numbers:
            self._numbers.remove(number)

    def clear(self) -> None:
        """Take all away."""
        self._numbers.clear()

    def take(self, first: int, records: bytes, keys: set[int]) -> None:
        """Add those of new records that have one of the keys; the first has this number."""
        if keys:
            for number, key in enumerate(keys_of(records), first):
                if key in keys:
                    self.add(number)

    def next(self, arena: Arena, number: int, direction: int) -> int | None:
        """Return the next one after a number, or before it; round at the end of the list."""
        there = self._numbers[bisect_left(self._numbers, arena.first) :]
        if not there:
            return None
        if direction > 0:
            at = bisect_right(there, number)
            return there[at] if at < len(there) else there[0]
        at = bisect_left(there, number) - 1
        return there[at]
