"""The blocks of a pcapng file, packed in this machine's byte order.

Source: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable
from typing import Final

from netdiag import __version__

SECTION_HEADER: Final = 0x0A0D0D0A
INTERFACE_DESCRIPTION: Final = 1
INTERFACE_STATISTICS: Final = 5
ENHANCED_PACKET: Final = 6
BYTE_ORDER: Final = sys.byteorder

BYTE_ORDER_MAGIC: Final = 0x1A2B3C4D
UNKNOWN_LENGTH: Final = -1
COMMENT: Final = 1
SHB_OS, SHB_USERAPPL = 3, 4
IF_NAME: Final = 2
ISB_STARTTIME, ISB_ENDTIME, ISB_OSDROP, ISB_USRDELIV = 2, 3, 7, 8

Option = tuple[int, bytes]
"""Its code and its value."""

Entry = tuple[int, int, bytearray]
"""A packet: its time in nanoseconds since 1970, its interface's number, its block."""


def pack_section_header() -> bytes:
    """Return the beginning of a file."""
    system = os.uname()
    options = [
        (SHB_OS, f"{system.sysname} {system.release}".encode()),
        (SHB_USERAPPL, f"netdiag {__version__}".encode()),
    ]
    body = struct.pack("=IHHq", BYTE_ORDER_MAGIC, 1, 0, UNKNOWN_LENGTH)
    return pack_block(SECTION_HEADER, body, options)


def pack_interface(link_type: int, snap_length: int, options: Iterable[Option]) -> bytes:
    """Return the description of an interface."""
    body = struct.pack("=HHI", link_type, 0, snap_length)
    return pack_block(INTERFACE_DESCRIPTION, body, options)


def pack_statistics(number: int, time_ns: int, options: Iterable[Option]) -> bytes:
    """Return the statistics of an interface whose clock counts nanoseconds."""
    return pack_block(INTERFACE_STATISTICS, struct.pack("=I", number) + pack_time(time_ns), options)


def pack_time(time_ns: int) -> bytes:
    """Return a time as the file has it."""
    return struct.pack("=II", time_ns >> 32 & 0xFFFFFFFF, time_ns & 0xFFFFFFFF)


def pack_count(count: int) -> bytes:
    """Return a count as the value of an option."""
    return struct.pack("=Q", count)


def pack_block(kind: int, body: bytes, options: Iterable[Option]) -> bytes:
    """Return a block with options and their end mark."""
    parts = [body]
    for code, value in options:
        parts += [struct.pack("=HH", code, len(value)), value, bytes(-len(value) % 4)]
    parts.append(struct.pack("=HH", 0, 0))
    content = b"".join(parts)
    length = struct.pack("=I", 12 + len(content))
    return struct.pack("=I", kind) + length + content + length
