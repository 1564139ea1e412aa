"""Builds pcap and pcapng files in memory, and reads all that a reader gives of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from struct import pack
from typing import Literal, NamedTuple

from netdiag.decode.open_reader import open_reader
from netdiag.decode.reader import CaptureReader
from tests.decode.observing import UDP_TUNNELS

ByteOrder = Literal["<", ">"]
"""As ``struct`` writes it: little-endian, big-endian."""

ORDERS: tuple[ByteOrder, ByteOrder] = ("<", ">")

MICROSECONDS, NANOSECONDS, MODIFIED = 0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34
"""The magic numbers of pcap's formats."""

SECTION, INTERFACE, PACKET, SIMPLE, NAMES, STATISTICS, ENHANCED = 0x0A0D0D0A, 1, 2, 3, 4, 5, 6
CUSTOM = 0xBAD
"""Types of pcapng blocks."""

COMMENT, FLAGS, IF_NAME, IF_TSRESOL, IF_TSOFFSET, ISB_IFDROP, ISB_OSDROP = 1, 2, 2, 9, 14, 5, 7
"""Codes of options."""


class Pcap(NamedTuple):
    """Writes the parts of a pcap file."""

    order: ByteOrder = "<"
    magic: int = MICROSECONDS

    def header(self, link_type: int = 1, *, snaplen: int = 262144, version: int = 2) -> bytes:
        return pack(f"{self.order}IHHiIII", self.magic, version, 4, 0, 0, snaplen, link_type)

    def record(
        self,
        data: bytes,
        *,
        seconds: int = 0,
        fraction: int = 0,
        length: int | None = None,
        captured: int | None = None,
        interface: int = 0,
        packet_type: int = 0,
    ) -> bytes:
        """``captured`` takes the place of the right length; the last two are of ``MODIFIED``."""
        captured = len(data) if captured is None else captured
        length = captured if length is None else length
        fields = pack(f"{self.order}IIII", seconds, fraction, captured, length)
        if self.magic == MODIFIED:
            fields += pack(f"{self.order}IHBx", interface, 0x0800, packet_type)
        return fields + data


class Pcapng(NamedTuple):
    """Writes the blocks of a pcapng file."""

    order: ByteOrder = "<"

    def block(
        self, kind: int, body: bytes, *, size: int | None = None, trailer: int | None = None
    ) -> bytes:
        """``size`` and ``trailer`` take the place of the right total length, before and after."""
        body += bytes(-len(body) % 4)
        size = 12 + len(body) if size is None else size
        trailer = size if trailer is None else trailer
        return pack(f"{self.order}II", kind, size) + body + pack(f"{self.order}I", trailer)

    def options(self, options: Iterable[tuple[int, bytes]]) -> bytes:
        """Write options and the end mark; nothing if there are none."""
        written = b"".join(
            pack(f"{self.order}HH", code, len(value)) + value + bytes(-len(value) % 4)
            for code, value in options
        )
        return written + bytes(4) if written else b""

    def section(self, *options: tuple[int, bytes], major: int = 1) -> bytes:
        body = pack(f"{self.order}IHHq", 0x1A2B3C4D, major, 0, -1)
        return self.block(SECTION, body + self.options(options))

    def interface(self, *options: tuple[int, bytes], link_type: int = 1, snaplen: int = 0) -> bytes:
        body = pack(f"{self.order}HHI", link_type, 0, snaplen)
        return self.block(INTERFACE, body + self.options(options))

    def resolution(self, resolution: int, offset: int = 0) -> bytes:
        """Describe an interface with ``if_tsresol`` and ``if_tsoffset``."""
        value = pack(f"{self.order}q", offset)
        return self.interface((IF_TSRESOL, bytes([resolution])), (IF_TSOFFSET, value))

    def enhanced(
        self,
        data: bytes,
        *options: tuple[int, bytes],
        interface: int = 0,
        units: int = 0,
        length: int | None = None,
        captured: int | None = None,
    ) -> bytes:
        captured = len(data) if captured is None else captured
        length = captured if length is None else length
        fields = (interface, units >> 32, units & 0xFFFFFFFF, captured, length)
        body = pack(f"{self.order}5I", *fields) + data + bytes(-len(data) % 4)
        return self.block(ENHANCED, body + self.options(options))

    def obsolete(
        self, data: bytes, *options: tuple[int, bytes], interface: int = 0, units: int = 0
    ) -> bytes:
        """Write the packet block that the enhanced one has replaced; it has 7 drops."""
        fields = (interface, 7, units >> 32, units & 0xFFFFFFFF, len(data), len(data))
        body = pack(f"{self.order}HHIIII", *fields) + data + bytes(-len(data) % 4)
        return self.block(PACKET, body + self.options(options))

    def simple(self, data: bytes, *, length: int | None = None) -> bytes:
        length = len(data) if length is None else length
        return self.block(SIMPLE, pack(f"{self.order}I", length) + data)

    def statistics(self, *options: tuple[int, bytes], interface: int = 0) -> bytes:
        body = pack(f"{self.order}III", interface, 0, 0)
        return self.block(STATISTICS, body + self.options(options))

    def number64(self, number: int) -> bytes:
        """Return the value of an option that is a 64-bit number."""
        return pack(f"{self.order}Q", number)


class Record(NamedTuple):
    """One packet as a reader gives it."""

    data: bytes
    length: int
    time_ns: int | None = 0
    """None = the record has no time."""
    link_type: int = 1
    interface: int = 0
    direction: int = 0
    ifindex: int = 0
    section: int = 0


class Read(NamedTuple):
    """A file as it was read; the reader is at its end."""

    records: list[Record]
    broken: str
    broken_at: int
    reader: CaptureReader


TOO_MANY_RECORDS = 100_000
"""No test has that many: a reader that comes so far would go on for ever."""


def stream(data: bytes, chunk: int = 1 << 30) -> Callable[[memoryview], int]:
    """Return a ``read_into`` that gives at most ``chunk`` bytes at a time."""
    at = 0

    def read_into(view: memoryview) -> int:
        nonlocal at
        part = data[at : at + min(chunk, len(view))]
        view[: len(part)] = part
        at += len(part)
        return len(part)

    return read_into


def read(data: bytes, *, chunk: int = 1 << 30, capacity: int = 65536) -> Read:
    """Read a file to its end."""
    return read_all(open_reader(stream(data, chunk), capacity, UDP_TUNNELS))


def read_all(reader: CaptureReader) -> Read:
    """Read what is left in a reader."""
    records: list[Record] = []
    while reader.next():
        records.append(_record(reader))
        assert reader.frame == len(records) < TOO_MANY_RECORDS
    assert not reader.next(), "a reader stays at its end"
    return Read(records, reader.broken, reader.broken_at, reader)


def _record(reader: CaptureReader) -> Record:
    return Record(
        data=reader.packet_bytes(),
        length=reader.length,
        time_ns=reader.time_ns() if reader.has_time else None,
        link_type=reader.link_type,
        interface=reader.interface,
        direction=reader.direction,
        ifindex=reader.ifindex,
        section=reader.section,
    )
