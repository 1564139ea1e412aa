"""Reads pcapng files: any number of sections and interfaces, each with its own clock.

Source: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
"""

from __future__ import annotations

from netdiag.decode.pcapng_options import (
    ByteOrder,
    read_interface,
    read_statistics,
    scale_time,
)
from netdiag.decode.reader import MAX_INTERFACES, MAX_PACKET_BYTES, CaptureInterface, CaptureReader
from netdiag.decode.window import MAX_WINDOW_BYTES

SECTION_HEADER = 0x0A0D0D0A
INTERFACE_DESCRIPTION = 1
PACKET = 2
SIMPLE_PACKET = 3
INTERFACE_STATISTICS = 5
ENHANCED_PACKET = 6
PCAPNG_MAGIC = b"\n\r\r\n"
"""The first four bytes of any pcapng file."""

LARGEST_LOADED = 1024 * 1024
"""As much of a packet's block as is looked at: the packet itself, and options after it."""

OPTION_FLAGS = 2
"""``epb_flags``, and ``pack_flags`` alike: bits 0 and 1 are 1 for in, 2 for out."""

LARGEST_PLAIN_TIME = 4_000_000_000_000_000_000
"""Nanoseconds since 1970, in the year 2096; later times are scaled with Python's big numbers."""


class PcapngReader(CaptureReader):
    """Reads the packets of a pcapng file; blocks of no interest are passed over."""

    def next(self) -> int:
        """Move to the next packet; return 0 if there is none."""
        if self.rest and not self.pass_over(self.rest):
            return 0
        self.rest = 0
        while self.need(8):
            kind = self.number32(self.at)
            if kind == SECTION_HEADER:
                if not self.read_section_header():
                    return 0
                continue
            size = self.number32(self.at + 4)
            if not self.is_sound(size):
                return 0
            if kind in (ENHANCED_PACKET, SIMPLE_PACKET, PACKET):
                return self.read_packet(kind, size)
            if kind in (INTERFACE_DESCRIPTION, INTERFACE_STATISTICS):
                if not self.read_interface_block(kind, size):
                    return 0
            elif not self.pass_over(size):
                return 0
        return self.at_end("block header")

    def is_sound(self, size: int) -> int:
        """Return 1 if a block may have this total length; else break off."""
        if size >= 12 and size % 4 == 0:
            return 1
        return self.break_off(f"a block claims the impossible length {size}")

    def load_packet(self, size: int) -> int:
        """Bring a packet's block into the window, but no endless options; return 0 if unsound."""
        if size <= LARGEST_LOADED:
            return self.load(size)
        if not self.need(LARGEST_LOADED):
            return self.at_end(f"block of {size} bytes")
        self.rest = size - LARGEST_LOADED
        return 1

    def load(self, size: int) -> int:
        """Bring a whole block into the window; return 0, broken off, if it is not sound."""
        if size > MAX_WINDOW_BYTES:
            return self.break_off(f"a block claims {size} bytes, more than {MAX_WINDOW_BYTES}")
        if not self.need(size):
            return self.at_end(f"block of {size} bytes")
        if self.number32(self.at + size - 4) != size:
            return self.break_off("a block's two length fields differ")
        return 1

    def pass_over(self, size: int) -> int:
        """Skip a block without keeping it; return 0, broken off, if the file ends before."""
        start = self.offset()
        if self.skip(size):
            return 1
        self.break_off(f"the file ends within a block of {size} bytes")
        self.broken_at = start
        return 0

    def read_section_header(self) -> int:
        """Read a section header: byte order and version; the interfaces start anew."""
        if not self.need(16):
            return self.at_end("section header")
        order = self.b[self.at + 8]
        if order not in (0x1A, 0x4D):
            return self.break_off("a section header has no byte-order magic")
        self.big_endian = 1 if order == 0x1A else 0
        if self.number32(self.at + 8) != 0x1A2B3C4D:
            return self.break_off("a section header has no byte-order magic")
        major = self.number16(self.at + 12)
        if major != 1:
            return self.break_off(f"pcapng version {major} is not supported, only 1")
        size = self.number32(self.at + 4)
        if not self.is_sound(size) or not self.load(size):
            return 0
        self.dropped = self.dropped_packets()
        self.interfaces = []
        self.section += 1
        self.at += size
        return 1

    def read_interface_block(self, kind: int, size: int) -> int:
        """Read an interface's description or statistics; return 0 if they are not sound."""
        if not self.load(size):
            return 0
        body = self.buffer[self.at + 8 : self.at + size - 4]
        order: ByteOrder = "big" if self.big_endian else "little"
        if kind == INTERFACE_DESCRIPTION:
            if len(self.interfaces) == MAX_INTERFACES:
                return self.break_off(f"more than {MAX_INTERFACES} interfaces")
            if len(body) < 8:
                return self.break_off("an interface description is too short")
            self.interfaces.append(read_interface(body, order))
        elif len(body) >= 12:
            read_statistics(self.interfaces, body, order)
        self.at += size
        return 1

    def read_packet(self, kind: int, size: int) -> int:
        """Read a block that holds a packet; return 0 if it is not sound."""
        if not self.load_packet(size):
            return 0
        simple = kind == SIMPLE_PACKET
        sound = self.read_simple(size) if simple else self.read_enhanced(kind, size)
        if sound:
            self.frame += 1
            self.at += size - self.rest
        return sound

    def read_simple(self, size: int) -> int:
        """Read a simple packet block: a length and the data, of interface 0, without a time."""
        if not self.use_interface(0) or size < 16:
            return self.broken_block(size)
        interface: CaptureInterface = self.interfaces[0]
        self.length = self.number32(self.at + 8)
        captured = min(self.length, size - 16)
        if interface.snaplen:
            captured = min(captured, interface.snaplen)
        self.has_time = 0
        self.direction = 0
        return self.place(12, captured, size)

    def read_enhanced(self, kind: int, size: int) -> int:
        """Read an enhanced packet block, or its obsolete elder, which has a drop count."""
        at = self.at
        if size < 32:
            return self.broken_block(size)
        number = self.number32(at + 8) if kind == ENHANCED_PACKET else self.number16(at + 8)
        if not self.use_interface(number):
            return 0
        captured = self.number32(at + 20)
        self.length = self.number32(at + 24)
        if not self.place(28, captured, size):
            return 0
        self.set_time(self.number32(at + 12), self.number32(at + 16))
        self.direction = 0
        options = self.start + (captured + 3 & ~3)
        if options + 8 <= at + size - self.rest - 4:
            self.direction = self.find_direction(options, at + size - self.rest - 4)
        return 1

    def broken_block(self, size: int) -> int:
        """Break off at a packet block that is too short for its kind."""
        return 0 if self.broken else self.break_off(f"a packet block of {size} bytes is too short")

    def use_interface(self, number: int) -> int:
        """Make the packet one of this interface; break off if it was not described."""
        if number >= len(self.interfaces):
            return self.break_off(f"a packet is of interface {number}, which is not described")
        interface: CaptureInterface = self.interfaces[number]
        self.interface = number
        self.link_type = interface.link_type
        return 1

    def place(self, header: int, captured: int, size: int) -> int:
        """Set where the packet's bytes are; break off if they do not fit into the block."""
        if captured > size - header - 4 or captured > MAX_PACKET_BYTES:
            return self.break_off(f"a packet claims {captured} bytes in a block of {size}")
        self.start = self.at + header
        self.end = self.start + captured
        return 1

    def set_time(self, high: int, low: int) -> None:
        """Turn a block's time, in units of its interface, into nanoseconds since 1970."""
        interface: CaptureInterface = self.interfaces[self.interface]
        unit_ns = interface.unit_ns
        self.has_time = 1
        if unit_ns and not interface.time_offset and high < 0x40000000:
            units = high << 32 | low
            if units <= LARGEST_PLAIN_TIME // unit_ns:
                self.stamp_ns = units * unit_ns
                return
        self.stamp_ns = scale_time(high, low, interface)

    def find_direction(self, at: int, end: int) -> int:
        """Return the direction in a packet block's options: 0 not given, 1 in, 2 out."""
        while at + 4 <= end:
            code = self.number16(at)
            size = self.number16(at + 2)
            if code == 0:
                break
            if code == OPTION_FLAGS and size == 4 and at + 8 <= end:
                flags = self.number32(at + 4) & 3
                return 0 if flags == 3 else flags
            at += 4 + (size + 3 & ~3)
        return 0
