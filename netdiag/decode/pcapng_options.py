"""The parts of pcapng that are read seldom: interface descriptions, statistics, odd clocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from netdiag.decode.reader import LINKTYPE_MASK, CaptureInterface

ByteOrder = Literal["big", "little"]

IF_NAME = 2
IF_TSRESOL = 9
IF_FILTER = 11
FILTER_IS_TEXT = b"\0"
MAX_FILTER_BYTES = 4096
IF_TSOFFSET = 14
ISB_STARTTIME = 2
ISB_ENDTIME = 3
ISB_IFDROP = 5
ISB_OSDROP = 7
BINARY_RESOLUTION = 0x80
MAX_NAME_BYTES = 256
MAX_TIME_NS = (1 << 63) - 1


def read_options(data: bytearray, at: int, order: ByteOrder) -> Iterator[tuple[int, bytes]]:
    """Yield code and value of each option from ``at`` on, up to the end mark or the first cut."""
    while at + 4 <= len(data):
        code = int.from_bytes(data[at : at + 2], order)
        size = int.from_bytes(data[at + 2 : at + 4], order)
        if code == 0 or at + 4 + size > len(data):
            return
        yield code, bytes(data[at + 4 : at + 4 + size])
        at += 4 + (size + 3 & ~3)


def read_interface(body: bytearray, order: ByteOrder) -> CaptureInterface:
    """Return the interface that a description block's body (8 bytes or more) describes."""
    interface = CaptureInterface(int.from_bytes(body[0:2], order) & LINKTYPE_MASK)
    interface.snaplen = int.from_bytes(body[4:8], order)
    for code, value in read_options(body, 8, order):
        if code == IF_NAME:
            interface.name = value[:MAX_NAME_BYTES].decode("utf-8", "replace").rstrip("\0")
        elif code == IF_FILTER and value[:1] == FILTER_IS_TEXT:
            interface.filter = value[1:MAX_FILTER_BYTES].decode("utf-8", "replace")
        elif code == IF_TSRESOL and len(value) == 1:
            interface.resolution = value[0]
        elif code == IF_TSOFFSET and len(value) == 8:
            interface.time_offset = int.from_bytes(value, order, signed=True)
    decimal = interface.resolution < BINARY_RESOLUTION
    exact = decimal and interface.resolution <= 9
    interface.unit_ns = 10 ** (9 - interface.resolution) if exact else 0
    return interface


def read_statistics(interfaces: list[CaptureInterface], body: bytearray, order: ByteOrder) -> None:
    """Store what a statistics block's body (12 bytes or more) tells in its interface."""
    number = int.from_bytes(body[0:4], order)
    if number >= len(interfaces):
        return
    interface, dropped = interfaces[number], 0
    for code, value in read_options(body, 12, order):
        if len(value) != 8:
            continue
        if code in (ISB_IFDROP, ISB_OSDROP):
            dropped += int.from_bytes(value, order)
        elif code == ISB_STARTTIME:
            interface.started_ns = _read_time(value, interface, order)
        elif code == ISB_ENDTIME:
            interface.ended_ns = _read_time(value, interface, order)
    interface.dropped = dropped


def _read_time(value: bytes, interface: CaptureInterface, order: ByteOrder) -> int:
    high, low = (int.from_bytes(value[at : at + 4], order) for at in (0, 4))
    return scale_time(high, low, interface)


def scale_time(high: int, low: int, interface: CaptureInterface) -> int:
    """Return nanoseconds since 1970 for any resolution and offset, held within 64 bits."""
    units = high << 32 | low
    exponent = interface.resolution & ~BINARY_RESOLUTION
    if interface.resolution & BINARY_RESOLUTION:
        nanoseconds = units * 1_000_000_000 >> exponent
    else:
        nanoseconds = units * 1_000_000_000 // 10**exponent
    nanoseconds += interface.time_offset * 1_000_000_000
    return max(-MAX_TIME_NS, min(nanoseconds, MAX_TIME_NS))
