"""One probe's pcapng as it arrives -> packets for the merged file.

Packets are copied as they stand: only the number of their interface is another, and their lengths
are looked at, for what a node sends may be anything.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import Final

from netdiag.decode.pcapng_options import read_statistics
from netdiag.decode.reader import MAX_PACKET_BYTES, CaptureInterface
from netdiag.sources.recording.blocks import (
    BYTE_ORDER,
    BYTE_ORDER_MAGIC,
    ENHANCED_PACKET,
    INTERFACE_DESCRIPTION,
    INTERFACE_STATISTICS,
    SECTION_HEADER,
    Entry,
)
from netdiag.sources.recording.interfaces import (
    MergedInterface,
    MergedInterfaces,
    UnsoundError,
)
from netdiag.sources.recording.selection import Selection

LARGEST_BLOCK: Final = MAX_PACKET_BYTES + 4096
_SMALLEST: Final = 12
_SMALLEST_PACKET: Final = 32
_PACKET_DATA: Final = 28
_HEAD: Final = struct.Struct("=II")
_PACKET: Final = struct.Struct("=IIIIIII")
"""Of a packet's block: kind, size, interface, upper and lower half of the time, bytes captured,
bytes on the wire."""
_WORD: Final = struct.Struct("=I")
_MAGIC_AT: Final = 8
_number_of = itemgetter(1)


class Section:
    """What one probe has sent so far."""

    def __init__(
        self, place: str, interfaces: MergedInterfaces, selection: Selection | None
    ) -> None:
        """Add its interfaces to those of the file; without a selection all packets are kept."""
        self._place = place
        self._interfaces = interfaces
        self._selection = selection
        self._own: list[MergedInterface] = []
        self._numbers: list[int] = []
        self._statistics: list[CaptureInterface] = []
        self._buffer = bytearray()
        self._has_begun = False

    def feed(self, chunk: bytes) -> list[Entry]:
        """Take what has arrived; return the packets that are whole and wanted.

        Raises UnsoundError: nothing more can be made of this stream.
        """
        self._buffer += chunk
        entries: list[Entry] = []
        try:
            at = self._read(entries)
        finally:
            self._interfaces.captured.update(map(_number_of, entries))
        del self._buffer[:at]
        if self._selection is None or not entries:
            return entries
        return self._selection.select(entries, self._interfaces.described)

    def described(self) -> list[MergedInterface]:
        """Return the interfaces that it has described."""
        return self._own

    def _read(self, entries: list[Entry]) -> int:
        """Read whole blocks; return where the first is that is not whole."""
        buffer, numbers = self._buffer, self._numbers
        unpack, word, pack_word, add = (
            _PACKET.unpack_from, _WORD.unpack_from, _WORD.pack_into, entries.append
        )  # fmt: skip
        at, end = 0, len(buffer)
        while end - at >= _SMALLEST_PACKET:
            kind, size, number, high, low, captured, _ = unpack(buffer, at)
            if kind != ENHANCED_PACKET:
                after = self._read_other(at, end)
                if after == at:
                    break
                at = after
                continue
            if size & 3 or captured + _SMALLEST_PACKET > size or size > LARGEST_BLOCK:
                raise UnsoundError(f"a packet claims {captured} bytes in a block of {size}")
            after = at + size
            if after > end:
                return at
            if number >= len(numbers) or word(buffer, after - 4)[0] != size:
                raise UnsoundError("a packet's block is broken")
            number = numbers[number]
            block = buffer[at:after]
            pack_word(block, 8, number)
            add((high << 32 | low, number, block))
            at = after
        while (after := self._read_other(at, end)) > at:
            at = after
        return at

    def _read_other(self, at: int, end: int) -> int:
        """Read a block that is no packet; return where it ends, ``at`` if it is not whole."""
        if end - at < _SMALLEST:
            return at
        kind: int
        size: int
        kind, size = _HEAD.unpack_from(self._buffer, at)
        if kind == ENHANCED_PACKET and size >= _SMALLEST_PACKET:
            return at
        if not self._has_begun:
            self._check_beginning(kind, at)
        if size & 3 or not _SMALLEST <= size <= LARGEST_BLOCK:
            raise UnsoundError(f"a block claims the impossible length {size}")
        if at + size > end:
            return at
        body = self._buffer[at + 8 : at + size - 4]
        if kind == INTERFACE_DESCRIPTION:
            self._describe(body)
        elif kind == INTERFACE_STATISTICS:
            self._count_dropped(body)
        return at + size

    def _check_beginning(self, kind: int, at: int) -> None:
        magic = _WORD.unpack_from(self._buffer, at + _MAGIC_AT)[0]
        if kind != SECTION_HEADER:
            raise UnsoundError("it sends no capture")
        if magic != BYTE_ORDER_MAGIC:
            raise UnsoundError("its byte order is another than this machine's")
        self._has_begun = True

    def _describe(self, body: bytearray) -> None:
        found = self._interfaces.describe(self._place, body)
        self._own.append(found)
        self._numbers.append(found.number)
        self._statistics.append(CaptureInterface(found.link_type))

    def _count_dropped(self, body: bytearray) -> None:
        if len(body) >= _SMALLEST:
            read_statistics(self._statistics, body, BYTE_ORDER)
            dropped = sum(each.dropped for each in self._statistics)
            self._interfaces.dropped[self._place] = dropped


def count_by_interface(entries: Sequence[Entry]) -> Counter[int]:
    """Return how many packets there are of each interface."""
    return Counter(map(_number_of, entries))
