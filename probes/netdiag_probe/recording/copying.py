"""Packets of a ring's block become blocks of the capture file.

This is what capturing costs, so three ways lead there. Packets that are all alike are copied many
at once. Of the others, those of a kind that was met before take one step of a loop: one struct
read, one packed. Whatever else there is goes a longer way.
"""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Callable
from functools import lru_cache
from itertools import repeat
from mmap import mmap
from typing import NamedTuple

from netdiag_probe.recording.layout import (
    HEADER,
    HEADER_BYTES,
    INTERFACE,
    KEY_AT,
    RUN,
    STEP,
    VLAN_PROTOCOL_VALID,
    VLAN_VALID,
    Key,
    find_step,
    read_ahead,
    read_key,
    read_run,
)
from netdiag_probe.recording.pcapng import enclose_packet
from netdiag_probe.recording.ring import BLOCK_BYTES

ETHERTYPE_AT = 12
DEFAULT_TAG = 0x8100
_IP = (0x0800, 0x86DD)

INBOUND, OUTBOUND = 1, 2
UNICAST, MULTICAST, BROADCAST, PROMISCUOUS = 1 << 2, 2 << 2, 3 << 2, 4 << 2
FLAGS = {
    0: INBOUND | UNICAST,
    1: INBOUND | BROADCAST,
    2: INBOUND | MULTICAST,
    3: INBOUND | PROMISCUOUS,
    4: OUTBOUND,
}
"""epb_flags by the packet type of ``struct sockaddr_ll``: host, broadcast, multicast, other host,
outgoing."""

MOST_SHAPES = 20_000
"""Some 10 MB: then they are made anew."""
PORTION = 4 * RUN
"""So many packets are copied one by one before a run is looked for again."""

SIZES = struct.Struct("=II")
"""Bytes captured, bytes on the wire."""
_TAG = struct.Struct(">HH")
_HALF = 32
_LARGEST_HALF = (1 << _HALF) - 1
_WORD_BYTES, _DIGIT_BYTES = 4, 8
_LOWER = 0 if sys.byteorder == "little" else 1
"""Which word of a digit is its lower half."""
_ONES = int.from_bytes((1).to_bytes(_DIGIT_BYTES, sys.byteorder) * RUN, sys.byteorder)
_NO_WORDS = memoryview(bytes(RUN * _WORD_BYTES)).cast("I")


class Place(NamedTuple):
    """Where the packets of an interface go in the file."""

    number: int
    is_bare: bool
    """They have no Ethernet header there."""


_Shape = tuple[
    int,
    int,
    Callable[[mmap, int], tuple[bytes, int, int, bytes]],
    Callable[..., None],
    bytes,
    bytes,
    bytes,
    int,
]
"""How packets with one key are copied. Distance to the next one; length of the block; what reads
the data, and of the next packet what HEADER says; what packs head, upper and lower half of the
time, sizes, data and tail; head, sizes, tail; where the data begins. With names it were slower."""


class Copier:
    """Copies the packets of one ring."""

    def __init__(self, memory: mmap, find: Callable[[int, int], Place | None]) -> None:
        """Copy from the ring's memory; ``find`` takes an ifindex and an ARPHRD_ number.

        It returns None for an interface whose packets are not wanted.
        """
        self._memory = memory
        self._find = find
        self._shapes: dict[bytes, _Shape] = {}
        self._out = bytearray(BLOCK_BYTES)
        """A packet takes less room in the file than in the ring."""
        self._words = memoryview(self._out).cast("I")

    def copy(self, here: int, count: int, most: int | None = None) -> tuple[memoryview, int]:
        """Copy a block of the ring, its first packet being ``here``, at most so many wanted ones.

        Return blocks of the file, to be written before the next call, and how many there are.
        """
        self._here, self._end = here, 0
        written = 0
        while count and written != most:
            room = count if most is None else min(count, most - written)
            if room >= RUN and self._copy_run():
                copied = wanted = RUN
            elif count == 1:
                copied = 1
                wanted = self._copy_closely(*HEADER.unpack_from(self._memory, self._here))
            else:
                copied = min(room, count - 1, PORTION)
                wanted = self._copy_each(copied)
            count -= copied
            written += wanted
        return memoryview(self._out)[: self._end], written

    def _copy_run(self) -> bool:
        """Copy as many packets as a run has, if they are all alike; tell whether they were."""
        memory, here, end = self._memory, self._here, self._end
        seconds, _, raw = HEADER.unpack_from(memory, here)
        if raw not in self._shapes:
            return False
        step, total, _, _, head, sizes, tail, start = self._shapes[raw]
        behind, last = here + RUN * step, here + (RUN - 1) * step + KEY_AT
        if behind > len(memory) or memory[last : last + len(raw)] != raw:
            return False  # seen at a glance; if only the last one is alike, what follows finds out
        size, _ = SIZES.unpack(sizes)
        fields = read_run(start, size).unpack_from(memory, here)
        headers = bytearray().join(fields[0::2])
        words = memoryview(headers).cast("I")[1 :: HEADER_BYTES // _WORD_BYTES]
        highs, lows = _add_to_each(seconds * 1_000_000_000, words)
        words[:] = _NO_WORDS
        if headers != headers[:HEADER_BYTES] * RUN:
            return False
        begin = head + bytes(2 * _WORD_BYTES) + sizes
        data = (tail + begin).join(fields[1::2])
        self._here, self._end = behind, end + RUN * total
        self._out[end : self._end] = b"".join((begin, data, tail))
        first, last = (end + len(head)) // _WORD_BYTES, self._end // _WORD_BYTES
        self._words[first : last : total // _WORD_BYTES] = highs
        self._words[first + 1 : last : total // _WORD_BYTES] = lows
        return True

    def _copy_each(self, count: int) -> int:
        """Copy packets that are not the block's last; return how many were wanted."""
        memory, out, shapes = self._memory, self._out, self._shapes
        here, end, wanted = self._here, self._end, count
        second = high = base = 0
        seconds, nanoseconds, key = HEADER.unpack_from(memory, here)
        for _ in repeat(None, count):
            try:
                step, total, read, pack_into, head, sizes, tail, _ = shapes[key]
            except KeyError:
                self._here, self._end = here, end
                wanted -= not self._copy_closely(seconds, nanoseconds, key)
                here, end = self._here, self._end
                seconds, nanoseconds, key = HEADER.unpack_from(memory, here)
                continue
            if seconds != second:
                second = seconds
                high, base = divmod(seconds * 1_000_000_000, 1 << _HALF)
            low = base + nanoseconds
            if low > _LARGEST_HALF:
                high, low, second = high + 1, low - (1 << _HALF), 0
            data, seconds, nanoseconds, key = read(memory, here)
            pack_into(out, end, head, high, low, sizes, data, tail)
            here += step
            end += total
        self._here, self._end = here, end
        return wanted

    def _copy_closely(self, seconds: int, nanoseconds: int, raw: bytes) -> bool:
        """Copy a packet of whatever kind, of which HEADER says this; tell whether it is wanted."""
        memory, here = self._memory, self._here
        (step,) = STEP.unpack_from(memory, here)
        self._here += step
        place = self._find(*INTERFACE.unpack_from(raw))
        if place is None:
            return False
        key = read_key(raw)
        if place.is_bare and socket.ntohs(key.protocol) not in _IP:
            return False
        start = min(key.network, key.start + key.size) if place.is_bare else key.start
        tag = b"" if place.is_bare else _find_tag(key)
        size = key.start + key.size - start
        data = memory[here + start : here + start + size]
        data = data[:ETHERTYPE_AT] + tag + data[ETHERTYPE_AT:]
        size += len(tag)
        head, tail = enclose_packet(place.number, size, FLAGS.get(key.kind, 0))
        sizes = SIZES.pack(size, key.start + key.length - start + len(tag))
        packing = _pack_block(len(head), size, len(tail))
        high, low = divmod(seconds * 1_000_000_000 + nanoseconds, 1 << _HALF)
        packing.pack_into(self._out, self._end, head, high, low, sizes, data, tail)
        self._end += packing.size
        if not tag and step == find_step(start, size):
            read = read_ahead(start, size).unpack_from
            shape = (step, packing.size, read, packing.pack_into, head, sizes, tail, start)
            self._remember(raw, shape)
        return True

    def _remember(self, raw: bytes, shape: _Shape) -> None:
        """Let packets with this key be copied as they are, from now on without looking closely."""
        if len(self._shapes) == MOST_SHAPES:
            self._shapes.clear()
        self._shapes[raw] = shape


@lru_cache(maxsize=4096)
def _pack_block(head: int, size: int, tail: int) -> struct.Struct:
    """Return what packs a block: head, upper and lower half of the time, sizes, data, tail."""
    return struct.Struct(f"={head}s2I{SIZES.size}s{size}s{tail}s")


def _add_to_each(time_ns: int, nanoseconds: memoryview) -> tuple[memoryview, memoryview]:
    """Add a run's nanoseconds to a time; return the upper and the lower halves of the sums.

    All are added at once, as digits of 64 bits of one large number; none of them overflows.
    """
    digits = bytearray(RUN * _DIGIT_BYTES)
    memoryview(digits).cast("I")[_LOWER::2] = nanoseconds
    sums = int.from_bytes(digits, sys.byteorder) + time_ns * _ONES
    halves = memoryview(sums.to_bytes(len(digits), sys.byteorder)).cast("I")
    return halves[1 - _LOWER :: 2], halves[_LOWER::2]


def _find_tag(key: Key) -> bytes:
    """Return the tag that the kernel took off; empty: none."""
    if not key.status & VLAN_VALID:
        return b""
    return _TAG.pack(key.tag_kind if key.status & VLAN_PROTOCOL_VALID else DEFAULT_TAG, key.tag)
