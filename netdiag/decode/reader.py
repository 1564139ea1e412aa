"""What every reader of capture files offers: packets, one after another, and their interfaces."""

from __future__ import annotations

from collections.abc import Callable

from netdiag.decode.decoder import Decoder
from netdiag.decode.window import ByteWindow

MAX_PACKET_BYTES = 262_144
"""libpcap's MAXIMUM_SNAPLEN: a record that claims more is taken for the end of what is sound."""

MAX_INTERFACES = 65_536
LINKTYPE_MASK = 0xFFFF
"""A file header's link type field holds the frame check sequence's length in its upper bits."""


class CaptureInterface:
    """An interface that a capture file tells of."""

    def __init__(self, link_type: int) -> None:
        self.link_type = link_type
        """LINKTYPE number."""
        self.name = ""
        """``if_name``, as it stands in the file (hostile text); empty = not given."""
        self.snaplen = 0
        """The most bytes that were captured of a packet; 0 = no limit given."""
        self.filter = ""
        """``if_filter``, if text: what chose the packets (hostile text); empty = not given."""
        self.resolution = 6
        """``if_tsresol``: time units are 10^-n s, or 2^-n s where bit 7 is set."""
        self.time_offset = 0
        """``if_tsoffset``: seconds to be added to each time."""
        self.unit_ns = 1000
        """Nanoseconds in a time unit, 0 = not a whole number of them."""
        self.dropped = 0
        """Packets that the interface's statistics count as dropped while capturing."""
        self.started_ns = 0
        """When capturing there began, as its statistics say; 0 = not told."""
        self.ended_ns = 0
        """When capturing there ended, as its statistics say; 0 = not told."""


class CaptureReader(ByteWindow):
    """Reads packets in the file's order; its attributes tell of the last one.

    ``next`` moves to the next packet, ``decode`` decodes it. A file that breaks off gives all
    packets before the break; then ``broken`` says in a few words what is wrong at ``broken_at``.
    """

    def __init__(
        self, read_into: Callable[[memoryview], int], capacity: int, decoder: Decoder
    ) -> None:
        super().__init__(read_into, capacity)
        self.decoder = decoder
        decoder.attach(self.buffer)
        self.frame = 0
        """The packet's number in its file, from 1."""
        self.start = 0
        """Where in the buffer the packet starts, and ends; ``length`` bytes were on the wire."""
        self.end = 0
        self.length = 0
        self.has_time = 1
        self.stamp_ns = 0
        self.direction = 0
        """What the record says: 0 nothing, 1 in, 2 out."""
        self.ifindex = 0
        """The interface's index in its kernel, where the record gives it; 0 = not given."""
        self.link_type = 0
        self.interface = 0
        """Index into ``interfaces``."""
        self.interfaces: list[CaptureInterface] = []
        self.section = 0
        """Which section of a pcapng file ``interfaces`` are of, from 1; 0 in a pcap file."""
        self.dropped = 0
        """Packets dropped while capturing, by the statistics of all sections left behind."""
        self.rest = 0
        """Bytes of the last packet's block that were not loaded, and are to be passed over."""
        self.big_endian = 0
        self.broken = ""
        self.broken_at = 0

    def next(self) -> int:
        """Move to the next packet; return 0 if there is none."""
        raise NotImplementedError

    def time_ns(self) -> int:
        """Return the packet's time since 1970; if it has none, that of the packet before."""
        return self.stamp_ns

    def decode(self) -> None:
        """Decode the packet; ``decoder`` tells what was found."""
        self.decoder.decode(self.start, self.end, self.length, self.link_type)

    def packet_bytes(self) -> bytes:
        """Return a copy of the packet's captured bytes."""
        return bytes(self.buffer[self.start : self.end])

    def dropped_packets(self) -> int:
        """Return how many packets the statistics read so far count as dropped."""
        return self.dropped + sum(interface.dropped for interface in self.interfaces)

    def close(self) -> None:
        """Free what the reader holds besides memory."""

    def replaced(self) -> None:
        """Let the decoder follow to the new buffer."""
        self.decoder.attach(self.buffer)

    def break_off(self, reason: str) -> int:
        """Note why the file cannot be read on from here; return 0, as ``next`` does then."""
        if not self.broken:
            self.broken = self.stream_problem or reason
            self.broken_at = self.offset()
            self.at = self.filled
            self.ended = 1
        return 0

    def at_end(self, what: str) -> int:
        """End at the stream's end, or break off if part of ``what`` is still there; return 0."""
        rest = self.filled - self.at
        if rest or self.stream_problem:
            self.break_off(f"the file ends within a {what}, {rest} bytes into it")
        return 0

    def number16(self, at: int) -> int:
        """Read a 16-bit number of the file's own byte order."""
        if self.big_endian:
            return self.b[at] << 8 | self.b[at + 1]
        return self.b[at + 1] << 8 | self.b[at]

    def number32(self, at: int) -> int:
        """Read a 32-bit number of the file's own byte order."""
        if self.big_endian:
            high = self.number16(at)
            return high << 16 | self.number16(at + 2)
        high = self.number16(at + 2)
        return high << 16 | self.number16(at)
