"""Words of a packet, and sixty-four bits that stand for many of them: keys of hash tables.

Not secure against chosen input, and need not be: two keys that are made to collide only merge
what their maker sent. This module is not compiled itself: the .pxd beside it has the same
functions in a form that C compilers put into their callers, which are twice as fast for it.
"""

from __future__ import annotations

from netdiag.decode.decoder import Decoder

MASK = 0xFFFFFFFFFFFFFFFF
MULTIPLIER = 0x9E3779B97F4A7C15
"""2^64 divided by the golden ratio, odd (Knuth, TAOCP 6.4)."""


def mix(key: int, number: int) -> int:
    """Return ``key`` with a number of up to 64 bits mixed in."""
    key = (key ^ number) * MULTIPLIER & MASK
    return key ^ key >> 32


def word16(decoder: Decoder, at: int) -> int:
    """Read two bytes of the decoder's buffer."""
    return decoder.b[at] << 8 | decoder.b[at + 1]


def word32(decoder: Decoder, at: int) -> int:
    """Read four bytes of the decoder's buffer."""
    b = decoder.b
    return b[at] << 24 | b[at + 1] << 16 | b[at + 2] << 8 | b[at + 3]


def raw32(decoder: Decoder, at: int) -> int:
    """Return a number for four bytes of the decoder's buffer, whichever it is."""
    return int.from_bytes(decoder.b[at : at + 4], "little")


def raw64(decoder: Decoder, at: int) -> int:
    """Return a number for eight bytes of the decoder's buffer, whichever it is."""
    return int.from_bytes(decoder.b[at : at + 8], "little")


def slot_count(entries: int) -> int:
    """Return a power of two that leaves half of a hash table of so many entries empty."""
    count = 16
    while count < 2 * entries:
        count *= 2
    return count
