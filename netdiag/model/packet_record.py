"""What is kept of each packet of a list: a few numbers, of a fixed size; its bytes stay on disk."""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

LAYOUT: Final = Struct("<QqqIIIIHHBBBx")
RECORD_BYTES: Final = LAYOUT.size
RECORD_WORDS: Final = RECORD_BYTES // 8
"""A record is whole 64-bit words, of which the first is its ``key``."""

FRAME_BITS: Final = 40
NOT_KEPT: Final = -1
"""As ``offset``: the packet's bytes cannot be read again."""

DIRECTION_MASK: Final = 3
HAS_TIME: Final = 4
HAS_PROBLEM: Final = 8
NO_PROTOCOL: Final = 255


class PacketRecord(NamedTuple):
    """One packet of a list."""

    key: int
    """File and frame (``packet_key``): the same packet has the same key in every list."""
    offset: int
    """Where its bytes start in their store; ``NOT_KEPT`` = nowhere."""
    time_ns: int
    length: int
    """Bytes on the wire."""
    captured: int
    """Bytes that were kept of it."""
    place: int
    """Number of the place where it was captured, in the order in which places were told."""
    stack: int
    """Its tunnels, packed (``layers.unpack_encapsulations``), the innermost eight at most."""
    link_type: int
    store: int
    """0: its bytes are in the capture file itself; else the number of a temporary file."""
    network: int
    """The innermost network header (``layers``)."""
    protocol: int
    """The innermost IP protocol; ``NO_PROTOCOL`` = none."""
    flags: int
    """Direction (0 not known, 1 in, 2 out), ``HAS_TIME``, ``HAS_PROBLEM``."""

    @property
    def file(self) -> int:
        """Number of the capture file."""
        return self.key >> FRAME_BITS

    @property
    def frame(self) -> int:
        """Number of the packet in its file, from 1."""
        return self.key & (1 << FRAME_BITS) - 1


def packet_key(file: int, frame: int) -> int:
    """Return the key of a packet."""
    return file << FRAME_BITS | frame


def record_at(records: bytes | bytearray, index: int) -> PacketRecord:
    """Return the record at an index."""
    return PacketRecord._make(LAYOUT.unpack_from(records, index * RECORD_BYTES))
