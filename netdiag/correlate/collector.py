"""Reads captures side by side, by time, and hands each packet to the table that follows it."""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Sequence
from typing import Protocol

from netdiag.correlate import mixing
from netdiag.correlate.flow_table import FlowTable
from netdiag.correlate.lane_table import LaneTable
from netdiag.correlate.ping_table import PingTable
from netdiag.correlate.shape_table import ShapeTable
from netdiag.decode.decoder import Decoder
from netdiag.decode.reader import CaptureReader
from netdiag.model.layers import ICMP, ICMPV6, IPV4, OVER_ESP, OVER_WIREGUARD, TCP, UDP
from netdiag.model.link_types import LINKTYPE_LINUX_SLL2

TICK_PACKETS = 0x7FFF
"""The progress is told once in so many packets, plus one."""

NEVER_NS = (1 << 63) - 1

SYN, RST, SYN_ACK, SYN_RST_ACK = 0x02, 0x04, 0x12, 0x16
LOW_32 = 0xFFFFFFFF

FINGERPRINT_BYTES = 16
"""Payload bytes that tell one ping from another: ping(8) begins with the time of sending."""


class Observer(Protocol):
    """What the collector asks about, and tells, while it reads."""

    def place_of(self, capture: int) -> int:
        """Return the place of the packet that the capture's reader stands at."""

    def see(self, capture: int, place: int) -> None:
        """Look at a packet that is neither an echo nor TCP nor UDP, or not only that."""

    def tick(self) -> None:
        """Be told that some thousand packets more were read."""


def may_have_places(reader: CaptureReader) -> bool:
    """Return True if the file of a reader that was begun may hold packets of many interfaces."""
    return reader.section > 0 or reader.link_type == LINKTYPE_LINUX_SLL2


class NobodyObserver:
    """Stands for the observer until there is one."""

    def place_of(self, capture: int) -> int:
        """Return the capture for its place."""
        return capture

    def see(self, capture: int, place: int) -> None:
        """Look away."""

    def tick(self) -> None:
        """Do nothing."""


class Collector:
    """Follows pings and flows through the packets of many captures."""

    def __init__(self, samples: int) -> None:
        self.lanes = LaneTable()
        self.shapes = ShapeTable(self.lanes, samples)
        self.pings = PingTable(self.shapes)
        self.flows = FlowTable()
        self.packets = 0
        self.left_out_since_ns = NEVER_NS
        """From when on packets of pings are missing, because there were too many different ones."""
        self.place_packets = array("q", bytes(8 * 64))
        self.follows_ports = 0
        """Not 0 if some TCP or UDP ports are to be followed."""
        self.ports = array("B", bytes(2 * 65536))
        """For each port whether it is one that our own connections come from, UDP after TCP."""
        self.observer: Observer = NobodyObserver()
        self.section = self.interface = self.ifindex = self.capture = self.place = -1

    def follow(self, is_udp: int, port: int) -> None:
        """Follow what is sent from this port of TCP or UDP, and its answers, as pings are."""
        self.follows_ports = 1
        self.ports[port + 65536 * is_udp] = 1

    def collect(self, readers: Sequence[CaptureReader], observer: Observer) -> None:
        """Read all packets of the captures in order of time, each file in its own order."""
        self.observer = observer
        heap = [(reader.time_ns(), index) for index, reader in enumerate(readers) if reader.next()]
        heapq.heapify(heap)
        # Numbers are given to pings as they begin where one place sees all, else as they end.
        if len(readers) > 1 or (readers and may_have_places(readers[0])):
            self.pings.several_places = 1
        while len(heap) > 1:
            index = heap[0][1]
            reader: CaptureReader = readers[index]
            # The smaller of the heap's second and third entries is the next one after this.
            limit = min(heap[1], heap[2])[0] if len(heap) > 2 else heap[1][0]
            if self.run(reader, index, limit):
                heapq.heapreplace(heap, (reader.time_ns(), index))
            else:
                heapq.heappop(heap)
        for _, index in heap:
            self.run_out(readers[index], index)

    def run(self, reader: CaptureReader, index: int, limit_ns: int) -> int:
        """Take packets up to a time; return 0 at the file's end."""
        more = 1
        while more and reader.time_ns() <= limit_ns:
            self.take(reader, reader.decoder, index)
            more = reader.next()
        return more

    def run_out(self, reader: CaptureReader, index: int) -> None:
        """Take all packets that are left."""
        decoder: Decoder = reader.decoder
        self.take(reader, decoder, index)
        while reader.next():
            self.take(reader, decoder, index)

    def take(self, reader: CaptureReader, decoder: Decoder, index: int) -> int:
        """Decode a packet and give it to where it belongs."""
        decoder.decode(reader.start, reader.end, reader.length, reader.link_type)
        self.packets += 1
        if self.packets & TICK_PACKETS == 0:
            self.observer.tick()
        ifindex = reader.ifindex or decoder.ifindex
        if (
            ifindex != self.ifindex
            or index != self.capture
            or reader.interface != self.interface
            or reader.section != self.section
        ):
            self.find_place(reader, index, ifindex)
        self.place_packets[self.place] += 1
        kind = decoder.transport
        if decoder.problem == 0 and decoder.quote == 0 and decoder.fragment == 0:
            if kind == TCP or (kind == UDP and not self.is_opaque(decoder)):
                if self.follows_ports:
                    self.add_attempt(reader, decoder, kind)
                return self.flows.add(reader, decoder)
            if kind == ICMP and decoder.b[decoder.transport_at] & 0xF7 == 0:
                return self.add_echo(reader, decoder, decoder.b[decoder.transport_at] == 0)
        return self.take_rare(reader, decoder, index, kind)

    def is_opaque(self, decoder: Decoder) -> int:
        """Return 1 if the packet is a tunnel whose content is encrypted."""
        innermost = decoder.encapsulations & 0xF
        return 1 if innermost in (OVER_WIREGUARD, OVER_ESP) else 0

    def take_rare(self, reader: CaptureReader, decoder: Decoder, index: int, kind: int) -> int:
        """Follow a packet that is not as simple as most."""
        if decoder.quote == 0 and decoder.fragment < 2:
            number = decoder.b[decoder.transport_at] if kind else 0
            if kind == ICMP and number & 0xF7 == 0:
                self.add_echo(reader, decoder, number == 0)
            elif kind == ICMPV6 and number >> 1 == 64:
                self.add_echo(reader, decoder, number == 129)
            elif kind == TCP or (kind == UDP and not self.is_opaque(decoder)):
                if self.follows_ports:
                    self.add_attempt(reader, decoder, kind)
                self.flows.add(reader, decoder)
        self.observer.see(index, self.place)
        return 0

    def find_place(self, reader: CaptureReader, index: int, ifindex: int) -> None:
        """Remember the place of the packet, and of those after it with the same interface."""
        self.capture = index
        self.section = reader.section
        self.interface = reader.interface
        self.ifindex = ifindex
        self.place = self.observer.place_of(index)
        self.flows.place = self.place
        if self.place > 0:
            self.pings.several_places = 1
        while self.place >= len(self.place_packets):
            room = bytes(self.place_packets)
            self.place_packets = array("q", room + bytes(len(room)))

    def packets_at(self, place: int) -> int:
        """Return how many packets were read of a place."""
        return self.place_packets[place] if place < len(self.place_packets) else 0

    def add_echo(self, reader: CaptureReader, decoder: Decoder, is_reply: int) -> int:
        """Follow an echo request or reply."""
        at = decoder.transport_at
        if at + 8 > decoder.transport_end:
            return 0
        identity = self.fingerprint(decoder, at + 8) << 16 | mixing.word16(decoder, at + 4)
        return self.add_sighting(
            reader, decoder, is_reply, identity, mixing.word16(decoder, at + 6)
        )

    def add_attempt(self, reader: CaptureReader, decoder: Decoder, kind: int) -> int:
        """Follow a packet that opens one of our own connections, or answers that.

        The port that it comes from stands for the ICMP id. UDP's answers bear nothing of what was
        asked, so nothing else tells attempts apart; TCP's acknowledge the number that was sent.
        """
        at = decoder.transport_at
        if at + (14 if kind == TCP else 8) > decoder.transport_end:
            return 0
        first = 65536 if kind == UDP else 0
        port, is_reply = mixing.word16(decoder, at), 0
        if not self.ports[first + port]:
            port, is_reply = mixing.word16(decoder, at + 2), 1
            if not self.ports[first + port]:
                return 0
        number = 1
        if kind == TCP:
            flags = decoder.b[at + 13] & SYN_RST_ACK
            if is_reply:
                if flags != SYN_ACK and not flags & RST:
                    return 0
                number = mixing.word32(decoder, at + 8) - 1
            else:
                if flags != SYN:
                    return 0
                number = mixing.word32(decoder, at + 4)
            number = number & LOW_32 | 1
        return self.add_sighting(reader, decoder, is_reply, number << 16 | port, 0)

    def add_sighting(
        self, reader: CaptureReader, decoder: Decoder, is_reply: int, identity: int, sequence: int
    ) -> int:
        """Add the packet to its lane and to the ping that it is of."""
        direction = reader.direction or decoder.direction
        lane = self.lanes.find(decoder, self.place, direction, is_reply)
        if lane < 0:
            if self.left_out_since_ns == NEVER_NS:
                self.left_out_since_ns = reader.time_ns()
            return 0
        frame = reader.frame
        self.lanes.check(decoder, lane, frame)
        ip_id = mixing.word16(decoder, decoder.network_at + 4) if decoder.network == IPV4 else 0
        return self.pings.add(
            reader.time_ns(),
            frame,
            lane,
            is_reply,
            self.lanes.conversations[lane],
            identity << 16 | ip_id,
            sequence,
        )

    def fingerprint(self, decoder: Decoder, at: int) -> int:
        """Return 32 bits that stand for the payload's first bytes; 0 = they were cut off."""
        size = decoder.transport_end - at
        if size >= FINGERPRINT_BYTES:
            key = mixing.mix(mixing.raw64(decoder, at), mixing.raw64(decoder, at + 8))
            return key >> 33 | 1
        if decoder.problem or decoder.partial == 1:
            return 0
        key = size
        for index in range(size):
            key = mixing.mix(key, decoder.b[at + index])
        return key >> 33 | 1
