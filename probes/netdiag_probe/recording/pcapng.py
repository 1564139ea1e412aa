"""A capture file with one section: its header, interfaces and their statistics.

Packets are blocks, too; those are packed where they are read, see ``copying``.
Source: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Mapping
from functools import lru_cache

from netdiag_probe import __version__
from netdiag_probe.messages import PROGRAM
from netdiag_probe.recording.output import Output

SECTION_HEADER, INTERFACE_DESCRIPTION, INTERFACE_STATISTICS = 0x0A0D0D0A, 1, 5
ENHANCED_PACKET = 6
BYTE_ORDER_MAGIC = 0x1A2B3C4D
UNKNOWN_LENGTH = -1
END_OF_OPTIONS, COMMENT = 0, 1
SHB_OS, SHB_USERAPPL = 3, 4
IF_NAME, IF_DESCRIPTION, IF_MACADDR, IF_TSRESOL, IF_FILTER = 2, 3, 6, 9, 11
FILTER_IS_TEXT = b"\0"
ISB_STARTTIME, ISB_ENDTIME, ISB_OSDROP = 2, 3, 7
EPB_FLAGS = 2
NANOSECONDS = b"\x09"
MAC_BYTES = 6

_NUMBERS_BYTES = 16
"""Of a packet's block: two halves of the time, bytes captured, bytes on the wire."""
_HEAD = struct.Struct("=III")
"""Of a packet's block: type, length, interface."""
_TAIL = struct.Struct("=HHIHHI")
"""Its flags as an option, the end of options, the length again."""


class CaptureFile:
    """Writes a capture file, in the byte order of this machine."""

    def __init__(self, output: Output, snap_length: int, chosen_by: str = "") -> None:
        """Write to an output; ``chosen_by`` says what chose the packets, empty: nothing did."""
        self._output = output
        self._chosen_by = chosen_by
        self._snap_length = snap_length
        self._count = 0
        self._started_ns = 0

    def check(self, ready: Mapping[int, int]) -> None:
        """Raise OutputError if the events of files tell that the file's reader has gone."""
        self._output.check(ready)

    def begin(self) -> None:
        """Write the header; raise OutputError like all that follows."""
        self._started_ns = time.time_ns()
        system = os.uname()
        options = {
            SHB_OS: f"{system.sysname} {system.release}".encode(),
            SHB_USERAPPL: f"{PROGRAM} {__version__}".encode(),
        }
        body = struct.pack("=IHHq", BYTE_ORDER_MAGIC, 1, 0, UNKNOWN_LENGTH)
        self._output.write(_pack_block(SECTION_HEADER, body, options))

    def describe_interface(self, name: str, label: str, link_type: int, address: bytes) -> int:
        """Write an interface; return its number in the file. An empty label is left out."""
        options = {IF_NAME: name.encode()}
        if label:
            options[IF_DESCRIPTION] = os.fsencode(label)
        if len(address) == MAC_BYTES:
            options[IF_MACADDR] = address
        options[IF_TSRESOL] = NANOSECONDS
        if self._chosen_by:
            options[IF_FILTER] = FILTER_IS_TEXT + self._chosen_by.encode()
        body = struct.pack("=HHI", link_type, 0, self._snap_length)
        self._output.write(_pack_block(INTERFACE_DESCRIPTION, body, options))
        self._count += 1
        return self._count - 1

    def write_packets(self, blocks: memoryview) -> None:
        """Write packets, as blocks."""
        self._output.write(blocks)

    def write_statistics(self, number: int, dropped: int, comment: str = "") -> None:
        """Write how many packets of an interface found no room."""
        now_ns = time.time_ns()
        options = {COMMENT: comment.encode()} if comment else {}
        options[ISB_STARTTIME] = pack_time(self._started_ns)
        options[ISB_ENDTIME] = pack_time(now_ns)
        options[ISB_OSDROP] = struct.pack("=Q", dropped)
        body = struct.pack("=I", number) + pack_time(now_ns)
        self._output.write(_pack_block(INTERFACE_STATISTICS, body, options))


@lru_cache(maxsize=4096)
def enclose_packet(interface: int, size: int, flags: int) -> tuple[bytes, bytes]:
    """Return a packet's block without what differs: its begin, and its end after the data.

    Between them come the time's upper and lower half, the number of bytes captured, that of bytes
    on the wire, all of 32 bits, and so many captured bytes.
    """
    padding = bytes(-size % 4)
    total = _HEAD.size + _NUMBERS_BYTES + size + len(padding) + _TAIL.size
    tail = _TAIL.pack(EPB_FLAGS, 4, flags, END_OF_OPTIONS, 0, total)
    return _HEAD.pack(ENHANCED_PACKET, total, interface), padding + tail


def pack_time(time_ns: int) -> bytes:
    """Return a time as the file has it."""
    return struct.pack("=II", time_ns >> 32, time_ns & 0xFFFFFFFF)


def _pack_block(kind: int, body: bytes, options: dict[int, bytes]) -> bytes:
    for code, value in options.items():
        body += struct.pack("=HH", code, len(value)) + value + bytes(-len(value) % 4)
    body += struct.pack("=HH", END_OF_OPTIONS, 0)
    length = struct.pack("=I", 12 + len(body))
    return struct.pack("=I", kind) + length + body + length
