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
"""Flows that are told apart at all places together; 250 bytes each."""

REMEMBERED = 1 << 12
"""Segments whose numbers are remembered, to see them again."""

MANY_CHECKS = 4
CHECK_EVERY = 1023
LOW_32 = 0xFFFFFFFF
SIGN_32 = 0x80000000

FIN_OR_SYN = 3
COLUMNS = 4
"""Numbers of a flow that each packet needs: they lie together, as a processor loads them."""

KEY, PACKETS, BYTES, END = range(4)
"""``END`` is the TCP sequence number after the latest data, -1 before any."""


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
        self.numbers = array("q")
        self.retransmissions = array("q")
        self.first_ns = array("q")
        self.slots = array("H")
        """A hash table of the rows; 0 = empty."""
        self.slot_mask = 0
        self.grow(256)

    def grow(self, size: int) -> None:
        """Make room for so many rows."""
        more = bytes(8 * (size - self.size))
        self.numbers = array("q", bytes(self.numbers) + COLUMNS * more)
        self.retransmissions = array("q", bytes(self.retransmissions) + more)
        self.first_ns = array("q", bytes(self.first_ns) + more)
        self.slots = array("H", bytes(2 * mixing.slot_count(2 * size)))
        self.slot_mask = mixing.slot_count(2 * size) - 1
        self.size = size
        for row in range(self.used):
            slot = self.numbers[COLUMNS * row + KEY] & self.slot_mask
            while self.slots[slot]:
                slot = slot + 1 & self.slot_mask
            self.slots[slot] = row + 1

    def add(self, reader: CaptureReader, decoder: Decoder) -> int:
        """Count the TCP or UDP packet that was decoded last; return 0."""
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
            self.latest_key = mixing.mix(
                mixing.mix(decoder.encapsulations, 0), self.place << 8 | kind
            )
        key = self.latest_key
        if decoder.network == IPV4:
            key = mixing.mix(key, mixing.raw64(decoder, at + 12))
            size = mixing.word16(decoder, at + 2)
        else:
            for word in range(4):
                key = mixing.mix(key, mixing.raw64(decoder, at + 8 + 8 * word))
            size = mixing.word16(decoder, at + 4) + 40
        key = mixing.mix(key, mixing.raw32(decoder, ports)) >> 1
        slot = key & self.slot_mask
        row = self.slots[slot] - 1
        while row >= 0 and self.numbers[COLUMNS * row + KEY] != key:
            slot = slot + 1 & self.slot_mask
            row = self.slots[slot] - 1
        if row < 0:
            row = self.begin(reader, decoder, key)
            if row < 0:
                return 0
        place = COLUMNS * row
        packets = self.numbers[place + PACKETS] + 1
        self.numbers[place + PACKETS] = packets
        self.numbers[place + BYTES] += size
        if kind == TCP and ports + 20 <= decoder.transport_end:
            payload = at + size - ports - (decoder.b[ports + 12] >> 4) * 4
            # SYN and FIN take a sequence number each, as a byte of data does.
            payload += decoder.b[ports + 13] & FIN_OR_SYN
            if payload > 0:
                self.follow(decoder, row, payload)
        if packets <= MANY_CHECKS or packets & CHECK_EVERY == 0:
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
        self.numbers[COLUMNS * row + KEY] = key
        self.numbers[COLUMNS * row + END] = -1
        self.first_ns[row] = reader.time_ns()
        slot = key & self.slot_mask
        while self.slots[slot]:
            slot = slot + 1 & self.slot_mask
        self.slots[slot] = row + 1
        return row

    def follow(self, decoder: Decoder, row: int, payload: int) -> int:
        """Count a TCP segment that takes sequence numbers if an identical one came before.

        A copy of the same packet has the same IP id, a retransmission has not (unless both are 0).
        """
        sequence = mixing.word32(decoder, decoder.transport_at + 4)
        after = sequence + payload & LOW_32
        key = mixing.mix(sequence << 32 | payload, row)
        ip_id = mixing.word16(decoder, decoder.network_at + 4) if decoder.network == IPV4 else 0
        slot = key & REMEMBERED - 1
        entry = key >> 16 << 16 | ip_id
        place = COLUMNS * row + END
        latest = self.numbers[place]
        if latest >= 0 and (after == latest or after - latest & SIGN_32):
            known = self.remembered[slot]
            if known >> 16 == entry >> 16 and (known != entry or ip_id == 0):
                self.retransmissions[row] += 1
        else:
            self.numbers[place] = after
        self.remembered[slot] = entry
        return 0

    def check(self, decoder: Decoder, row: int, frame: int) -> None:
        """Sum the packet's checksum and note it if it is wrong."""
        if judge_checksum(decoder) == CHECKSUM_WRONG:
            self.wrong_checksums.setdefault(row, []).append(frame)

    def counts(self, row: int) -> tuple[int, int, int, int]:
        """Return packets, bytes, retransmissions and the time of the first packet of a row."""
        place = COLUMNS * row
        return (
            self.numbers[place + PACKETS],
            self.numbers[place + BYTES],
            self.retransmissions[row],
            self.first_ns[row],
        )
