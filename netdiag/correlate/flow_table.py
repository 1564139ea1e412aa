"""Counts TCP and UDP by flow and place, each packet at once."""

from __future__ import annotations

from array import array
from typing import NamedTuple

from netdiag.correlate import mixing
from netdiag.decode.checksums import CHECKSUM_WRONG, judge_checksum
from netdiag.decode.decoder import Decoder
from netdiag.decode.reader import CaptureReader
from netdiag.model.layers import IPV4, TCP

MAX_ROWS = 32_768
"""Flows that are told apart at all places together; 150 bytes each."""

REMEMBERED = 1 << 15
"""Segments whose numbers are remembered, to see them again."""

MANY_CHECKS = 4
CHECK_EVERY = 1023
LOW_32 = 0xFFFFFFFF
SIGN_32 = 0x80000000


class FlowRow(NamedTuple):
    """One direction of a TCP or UDP conversation at one place; addresses as in the packet."""

    place: int
    protocol: int
    """``TCP`` or ``UDP``, the layer."""
    addresses: bytes
    """Source and destination."""
    ports: bytes
    """Source and destination, two bytes each."""
    encapsulations: int
    """The packed stack of tunnels."""


class FlowTable:
    """Packets, bytes and retransmissions of each flow at each place."""

    def __init__(self) -> None:
        self.rows: list[FlowRow] = []
        self.place = -1
        """Where the packets to be added were captured."""
        self.latest_place = self.latest_kind = -1
        self.latest_stack = 0
        self.latest_key = 0
        """What place, protocol and tunnels of the latest packet make of a key."""
        self.used = 0
        self.size = 0
        self.left_out = 0
        """Packets of flows past ``MAX_ROWS``."""
        self.wrong_checksums: dict[int, list[int]] = {}
        """For a row, frames whose checksum was found wrong."""
        self.remembered = array("Q", bytes(8 * REMEMBERED))
        self.keys = array("Q")
        self.packets = array("q")
        self.bytes_ = array("q")
        self.retransmissions = array("q")
        self.first_frames = array("q")
        self.first_ns = array("q")
        self.ends = array("q")
        """The TCP sequence number after the latest data; -1 = none seen."""
        self.slots = array("i")
        self.slot_mask = 0
        self.grow(256)

    def grow(self, size: int) -> None:
        """Make room for so many rows."""
        more = bytes(8 * (size - self.size))
        self.keys = array("Q", bytes(self.keys) + more)
        self.packets = array("q", bytes(self.packets) + more)
        self.bytes_ = array("q", bytes(self.bytes_) + more)
        self.retransmissions = array("q", bytes(self.retransmissions) + more)
        self.first_frames = array("q", bytes(self.first_frames) + more)
        self.first_ns = array("q", bytes(self.first_ns) + more)
        self.ends = array("q", bytes(self.ends) + more)
        self.slots = array("i", bytes(4 * mixing.slot_count(size)))
        self.slot_mask = mixing.slot_count(size) - 1
        self.size = size
        for row in range(self.used):
            slot = self.keys[row] & self.slot_mask
            while self.slots[slot]:
                slot = slot + 1 & self.slot_mask
            self.slots[slot] = row + 1

    def add(self, reader: CaptureReader, decoder: Decoder) -> int:
        """Count the TCP or UDP packet that was decoded last."""
        at, ports = decoder.network_at, decoder.transport_at
        kind = decoder.transport
        if (
            decoder.encapsulations != self.latest_stack
            or self.place != self.latest_place
            or kind != self.latest_kind
        ):
            self.latest_stack = decoder.encapsulations
            self.latest_place = self.place
            self.latest_kind = kind
            self.latest_key = mixing.mix(decoder.encapsulations, self.place << 8 | kind)
        key = self.latest_key
        if decoder.network == IPV4:
            key = mixing.mix(key, mixing.word64(decoder, at + 12))
            size = mixing.word16(decoder, at + 2)
        else:
            for word in range(4):
                key = mixing.mix(key, mixing.word64(decoder, at + 8 + 8 * word))
            size = mixing.word16(decoder, at + 4) + 40
        key = mixing.mix(key, mixing.word32(decoder, ports))
        slot = key & self.slot_mask
        row = self.slots[slot] - 1
        while row >= 0 and self.keys[row] != key:
            slot = slot + 1 & self.slot_mask
            row = self.slots[slot] - 1
        if row < 0:
            row = self.begin(reader, decoder, key)
            if row < 0:
                return 0
        self.packets[row] += 1
        self.bytes_[row] += size
        if kind == TCP and ports + 20 <= decoder.transport_end:
            self.follow(decoder, row, at + size)
        if self.packets[row] <= MANY_CHECKS or self.packets[row] & CHECK_EVERY == 0:
            self.check(decoder, row, reader.frame)
        return 0

    def begin(self, reader: CaptureReader, decoder: Decoder, key: int) -> int:
        """Begin the row of the packet that was decoded last; return -1 if there is no room."""
        if self.used == MAX_ROWS:
            self.left_out += 1
            return -1
        if self.used == self.size:
            self.grow(2 * self.size)
        row = self.used
        self.used = row + 1
        at = decoder.network_at
        if decoder.network == IPV4:
            addresses = decoder.octets(at + 12, 8)
        else:
            addresses = decoder.octets(at + 8, 32)
        ports = decoder.octets(decoder.transport_at, 4)
        stack = decoder.encapsulations
        self.rows.append(FlowRow(self.place, decoder.transport, addresses, ports, stack))
        self.keys[row] = key
        self.ends[row] = -1
        self.first_frames[row] = reader.frame
        self.first_ns[row] = reader.time_ns()
        slot = key & self.slot_mask
        while self.slots[slot]:
            slot = slot + 1 & self.slot_mask
        self.slots[slot] = row + 1
        return row

    def follow(self, decoder: Decoder, row: int, end: int) -> int:
        """Count a TCP segment as a retransmission if an identical one was seen before.

        A copy of the same packet has the same IP id, a retransmission has not (unless both are 0).
        """
        at = decoder.transport_at
        payload = end - at - (decoder.b[at + 12] >> 4) * 4
        flags = decoder.b[at + 13]
        if payload <= 0 and not flags & 3:
            return 0
        sequence = mixing.word32(decoder, at + 4)
        after = sequence + payload & LOW_32
        key = mixing.mix(sequence << 32 | payload << 8 | flags & 3, row)
        ip_id = mixing.word16(decoder, decoder.network_at + 4) if decoder.network == IPV4 else 0
        slot = key & REMEMBERED - 1
        entry = key >> 16 << 16 | ip_id
        latest = self.ends[row]
        if latest >= 0 and (after - latest & LOW_32 == 0 or after - latest & SIGN_32):
            known = self.remembered[slot]
            if known >> 16 == entry >> 16 and (known != entry or ip_id == 0):
                self.retransmissions[row] += 1
        else:
            self.ends[row] = after
        self.remembered[slot] = entry
        return 0

    def check(self, decoder: Decoder, row: int, frame: int) -> None:
        """Sum the packet's checksum and note it if it is wrong."""
        if judge_checksum(decoder) == CHECKSUM_WRONG:
            self.wrong_checksums.setdefault(row, []).append(frame)

    def counts(self, row: int) -> tuple[int, int, int, int, int]:
        """Return packets, bytes, retransmissions, first frame and its time of a row."""
        return (
            self.packets[row],
            self.bytes_[row],
            self.retransmissions[row],
            self.first_frames[row],
            self.first_ns[row],
        )
