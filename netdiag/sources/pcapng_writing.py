"""Writes packets of any places and link types into one pcapng file.

Source: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from netdiag.model.capture_point import CapturePoint
from netdiag.model.packet_record import DIRECTION_MASK, PacketRecord
from netdiag.sources.layout import could_be_interface

SECTION_HEADER, INTERFACE_DESCRIPTION, ENHANCED_PACKET = 0x0A0D0D0A, 1, 6
BYTE_ORDER_MAGIC = 0x1A2B3C4D
APPLICATION, IF_NAME, IF_DESCRIPTION, IF_TSRESOL, EPB_FLAGS = 4, 2, 3, 9, 2
NANOSECONDS = b"\x09"
LONGEST_OPTION = 1024
_PACKET = struct.Struct("<IIIIII")


class PcapngWriter:
    """Writes blocks; a place and link type becomes an interface when its first packet comes."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._interfaces: dict[tuple[CapturePoint, int], int] = {}
        body = struct.pack("<IHHq", BYTE_ORDER_MAGIC, 1, 0, -1)
        write(_block(SECTION_HEADER, body + _options({APPLICATION: b"netdiag"})))

    def packet(self, record: PacketRecord, point: CapturePoint, data: bytes) -> None:
        """Write a packet that was captured at a place."""
        interface = self._interface(point, record.link_type)
        time_ns = max(record.time_ns, 0)
        head = _PACKET.pack(
            interface, time_ns >> 32, time_ns & 0xFFFFFFFF, len(data), record.length, 0
        )[:20]
        direction = record.flags & DIRECTION_MASK
        options = _options({EPB_FLAGS: struct.pack("<I", direction)}) if direction else b""
        self._write(_block(ENHANCED_PACKET, head + _padded(data) + options))

    def _interface(self, point: CapturePoint, link_type: int) -> int:
        key = (point, link_type)
        number = self._interfaces.get(key)
        if number is None:
            number = self._interfaces[key] = len(self._interfaces)
            name = _interface_name(point).encode("utf-8", "replace")
            place = str(point).encode("utf-8", "replace")
            body = struct.pack("<HHI", link_type, 0, 0)
            told = {IF_NAME: name, IF_DESCRIPTION: place, IF_TSRESOL: NANOSECONDS}
            self._write(_block(INTERFACE_DESCRIPTION, body + _options(told)))
        return number


def _interface_name(point: CapturePoint) -> str:
    """Return a name that tells the place too, where ``point_of_name`` would find it again."""
    node, pod, interface = point
    if node is None or "/" in node or not could_be_interface(interface):
        return interface or ""
    return "/".join((node, *([pod.replace("/", "_")] if pod else []), interface or ""))


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _options(told: dict[int, bytes]) -> bytes:
    parts = [
        struct.pack("<HH", code, len(value[:LONGEST_OPTION])) + _padded(value[:LONGEST_OPTION])
        for code, value in told.items()
        if value
    ]
    return b"".join(parts) + bytes(4)


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
