"""Reads pcap files: both byte orders, microseconds and nanoseconds, and the modified format.

Source: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html; for the modified format
(Kuznetzov's, with the interface and packet type in each record) libpcap's sf-pcap.c.
"""

from __future__ import annotations

from netdiag.decode.reader import (
    LINKTYPE_MASK,
    MAX_PACKET_BYTES,
    CaptureInterface,
    CaptureReader,
)
from netdiag.model.link_types import PACKET_OUTGOING

MAGIC_MICROSECONDS = 0xA1B2C3D4
MAGIC_NANOSECONDS = 0xA1B23C4D
MAGIC_MODIFIED = 0xA1B2CD34
PCAP_MAGICS = frozenset(
    magic.to_bytes(4, order)
    for magic in (MAGIC_MICROSECONDS, MAGIC_NANOSECONDS, MAGIC_MODIFIED)
    for order in ("big", "little")
)
"""The first four bytes of any pcap file."""

MODIFIED_HEADER = 24
"""The modified format's record headers have eight bytes more than all others'."""


class PcapReader(CaptureReader):
    """Reads the packets of a pcap file; all are of one interface and link type."""

    def read_file_header(self) -> int:
        """Read the file header; return 0, with ``broken`` set, if it is not sound."""
        self.record_header = 16
        if not self.need(24):
            return self.at_end("file header")
        self.big_endian = 1 if self.b[self.at] == 0xA1 else 0
        magic = self.number32(self.at)
        self.record_header = MODIFIED_HEADER if magic == MAGIC_MODIFIED else 16
        self.fraction_ns = 1 if magic == MAGIC_NANOSECONDS else 1000
        version = self.number16(self.at + 4)
        if version != 2:
            return self.break_off(f"pcap version {version} is not supported, only 2")
        self.link_type = self.number32(self.at + 20) & LINKTYPE_MASK
        interface = CaptureInterface(self.link_type)
        interface.snaplen = self.number32(self.at + 16)
        interface.unit_ns = self.fraction_ns
        self.interfaces.append(interface)
        self.at += 24
        return 1

    def next(self) -> int:
        """Move to the next packet; return 0 if there is none."""
        at, header = self.at, self.record_header
        if self.filled - at < header:
            if not self.need(header):
                return self.at_end("record header")
            at = self.at
        if self.big_endian:
            captured, length = self.number32(at + 8), self.number32(at + 12)
        else:
            captured, length = self.little32(at + 8), self.little32(at + 12)
        if captured > MAX_PACKET_BYTES:
            return self.break_off(
                f"a record claims {captured} bytes, more than the {MAX_PACKET_BYTES} possible"
            )
        if self.filled - at < header + captured:
            if not self.need(header + captured):
                return self.at_end(f"record of {captured} bytes")
            at = self.at
        if header == MODIFIED_HEADER:
            self.ifindex = self.number32(at + 16)
            self.direction = 2 if self.b[at + 22] == PACKET_OUTGOING else 1
        self.length = length
        self.start = at + header
        self.end = self.at = at + header + captured
        self.frame += 1
        return 1

    def time_ns(self) -> int:
        """Return the packet's time since 1970, from the record header before it."""
        at = self.start - self.record_header
        if not self.big_endian:
            fraction = self.little32(at + 4) * self.fraction_ns
            return self.little32(at) * 1_000_000_000 + fraction
        return self.number32(at) * 1_000_000_000 + self.number32(at + 4) * self.fraction_ns

    def little32(self, at: int) -> int:
        """Read a little-endian 32-bit number; small enough to be inlined."""
        top = self.b[at + 3]
        return top << 24 | self.b[at + 2] << 16 | self.b[at + 1] << 8 | self.b[at]
