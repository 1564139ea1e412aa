"""Counts packets by encapsulation and protocol: the decoder's fast path."""

from __future__ import annotations

from array import array
from typing import NamedTuple

from netdiag.decode.decoder import Decoder
from netdiag.decode.reader import CaptureReader
from netdiag.model.layers import ARP

MAX_ROWS = 256
"""Kinds of packets told apart; hostile files may hold more, which then share the last row."""


class CountRow(NamedTuple):
    """Packets of one kind; ``other`` = of all kinds past ``MAX_ROWS``."""

    encapsulations: int
    """The packed stack of tunnels (``unpack_encapsulations``)."""
    link_type: int
    """LINKTYPE number where neither IP nor ARP was found, else 0."""
    network: int
    """The innermost network layer: ``ARP``, ``IPV4``, ``IPV6`` or ``STOP``."""
    protocol: int
    """The innermost IP protocol; -1 = not IP."""
    packets: int
    wire_bytes: int
    """Bytes on the wire, the outermost headers included."""
    other: bool


class PacketCounts:
    """Packets and bytes by encapsulation stack and innermost protocol."""

    def __init__(self) -> None:
        self.used = 0
        self.latest = 0
        self.stacks = array("Q", bytes(8 * MAX_ROWS))
        self.kinds = array("q", bytes(8 * MAX_ROWS))
        self.packets = array("q", bytes(8 * MAX_ROWS))
        self.wire_bytes = array("q", bytes(8 * MAX_ROWS))
        self.overflow = 0
        """1 if the last row stands for more than one kind."""
        self.problems = 0
        """Packets with a problem."""

    def count_all(self, reader: CaptureReader) -> None:
        """Decode and count every packet that is left in the reader."""
        decoder: Decoder = reader.decoder
        while reader.next():
            decoder.decode(reader.start, reader.end, reader.length, reader.link_type)
            self.count(reader, decoder)

    def count(self, reader: CaptureReader, decoder: Decoder) -> None:
        """Count the packet that was decoded last."""
        kind = decoder.network << 8
        if decoder.network > ARP:
            kind |= decoder.protocol & 0xFF
        elif decoder.network < ARP:
            kind = reader.link_type << 16
        row = self.latest
        if self.kinds[row] != kind or self.stacks[row] != decoder.encapsulations or not self.used:
            row = self.find_row(decoder.encapsulations, kind)
        self.packets[row] += 1
        self.wire_bytes[row] += reader.length
        if decoder.problem:
            self.problems += 1

    def add(self, reader: CaptureReader) -> None:
        """Count the packet that the reader decoded last."""
        self.count(reader, reader.decoder)

    def find_row(self, stack: int, kind: int) -> int:
        """Return the row of this kind of packet, a new one if it is the first."""
        for row in range(self.used):
            if self.kinds[row] == kind and self.stacks[row] == stack:
                self.latest = row
                return row
        row = min(self.used, MAX_ROWS - 1)
        self.overflow = 1 if row < self.used else 0
        if row == self.used:
            self.stacks[row] = stack
            self.kinds[row] = kind
            self.used += 1
        self.latest = row
        return row

    def rows(self) -> list[CountRow]:
        """Return what was counted, most packets first."""
        rows = []
        for index in range(self.used):
            kind = self.kinds[index]
            network = kind >> 8 & 0xFF
            protocol = kind & 0xFF if network > ARP else -1
            packets, size = self.packets[index], self.wire_bytes[index]
            other = index == MAX_ROWS - 1 and self.overflow == 1
            rows.append(
                CountRow(self.stacks[index], kind >> 16, network, protocol, packets, size, other)
            )
        return sorted(rows, key=lambda row: (-row.packets, row[:4]))
