"""A packet in the ring: what the kernel writes in front of its bytes, and how the two are read.

Source: ``struct tpacket3_hdr`` and ``struct sockaddr_ll``, include/uapi/linux/if_packet.h.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import NamedTuple

VLAN_VALID, VLAN_PROTOCOL_VALID = 0x10, 0x40
"""Status bits of a packet: the kernel took a tag off; it says which kind of tag."""

ALIGNMENT = 8
"""Of packets in a block: the next one begins where this one's bytes end, or less than 8 after."""

HEADER = struct.Struct("=4xII48s")
"""Seconds, nanoseconds, and the key: all the rest that packets of one kind have in common."""
HEADER_BYTES, KEY_AT = 56, 12
INTERFACE = struct.Struct("=40xiH")
"""In a key: ifindex and ARPHRD_ number."""
_KEY = struct.Struct("=IIIHH4xIH12xHiHB")
STEP = struct.Struct("=I")
"""In front of that: how far it is to the next packet; 0: this one is the block's last."""

RUN = 64
"""So many packets are read at once, where they are all alike."""
SIZES_OF_RUNS = 64
"""Some 10 kB each."""


class Key(NamedTuple):
    """What a packet's key says."""

    size: int
    """Bytes captured."""
    length: int
    """Bytes on the wire."""
    status: int
    start: int
    """Where its bytes begin, from the begin of the header."""
    network: int
    """Where its network header begins, likewise."""
    tag: int
    tag_kind: int
    protocol: int
    """Of the packet, in the byte order of the network."""
    ifindex: int
    """Of its interface."""
    hardware_type: int
    """ARPHRD_ number of the interface."""
    kind: int
    """Packet type: to this host, broadcast and so on."""


def read_key(key: bytes) -> Key:
    """Return what a key says."""
    return Key._make(_KEY.unpack_from(key))


def find_step(start: int, size: int) -> int:
    """Return how far the next packet is."""
    return start + size + ALIGNMENT - 1 & -ALIGNMENT


@lru_cache(maxsize=4096)
def read_ahead(start: int, size: int) -> struct.Struct:
    """Return what reads a packet's bytes, and the header of the next one."""
    rest = find_step(start, size) - start - size
    return struct.Struct(f"={start}x{size}s{rest}x{HEADER.format[1:]}")


@lru_cache(maxsize=SIZES_OF_RUNS)
def read_run(start: int, size: int) -> struct.Struct:
    """Return what reads a run: of each packet the bytes of what HEADER says, and its own."""
    rest = find_step(start, size) - start - size
    each = f"{STEP.size}x{HEADER_BYTES}s{start - HEADER.size}x{size}s{rest}x"
    return struct.Struct("=" + each * RUN)
