"""The ring: records of the program, in memory that the kernel writes and we read.

Source: Documentation/bpf/ringbuf.rst, kernel/bpf/ringbuf.c.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator

from netdiag_probe.tracing import loading
from netdiag_probe.tracing.program import COUNTERS

RING_BYTES = 1024 * 1024
"""More than 3,000 records; a power of two, and of pages on every machine."""

_POSITION = struct.Struct("=Q")
_HEADER = struct.Struct("=II")
"""Of a record: its length, with two flags, and a number that is of no use here."""
_BUSY, _DISCARDED, _LENGTH = 1 << 31, 1 << 30, (1 << 30) - 1


class Ring:
    """The ring, and the counters beside it; both maps are given to the program by their files."""

    def __init__(self) -> None:
        self._files: list[int] = []
        self._memories: list[mmap.mmap] = []
        page = mmap.PAGESIZE
        try:
            self.file = self._keep(loading.create_ring(RING_BYTES))
            self.counters_file = self._keep(loading.create_counters(COUNTERS.size))
            both = mmap.PROT_READ | mmap.PROT_WRITE
            self._read = self._map(self.file, page, both, 0)
            self._written = self._map(self.file, page + 2 * RING_BYTES, mmap.PROT_READ, page)
            self._counters = self._map(self.counters_file, page, both, 0)
        except BaseException:
            self.close()
            raise
        self._begin = page

    def fileno(self) -> int:
        """Return what is readable while there are records."""
        return self.file

    def records(self) -> Iterator[bytes]:
        """Yield the records that are there."""
        (at,) = _POSITION.unpack_from(self._read, 0)
        (end,) = _POSITION.unpack_from(self._written, 0)
        while at < end:
            place = self._begin + at % RING_BYTES  # what is behind the end is the beginning again
            length, _ = _HEADER.unpack_from(self._written, place)
            if length & _BUSY:
                return
            place += _HEADER.size
            record = self._written[place : place + (length & _LENGTH)]
            at += (_HEADER.size + (length & _LENGTH) + 7) & ~7
            _POSITION.pack_into(self._read, 0, at)
            if not length & _DISCARDED:
                yield record

    def stop(self, is_stopped: bool) -> None:
        """Have the program count drops instead of telling them, or tell them again."""
        _POSITION.pack_into(self._counters, 0, is_stopped)

    def count(self) -> tuple[int, int]:
        """Return how many drops found no room, and how many came while it was stopped."""
        _, lost, left_out = COUNTERS.unpack_from(self._counters, 0)
        return lost, left_out

    def close(self) -> None:
        """Give memory and files back."""
        for memory in self._memories:
            memory.close()
        for file in self._files:
            os.close(file)

    def _keep(self, file: int) -> int:
        self._files.append(file)
        return file

    def _map(self, file: int, size: int, protection: int, offset: int) -> mmap.mmap:
        memory = mmap.mmap(file, size, mmap.MAP_SHARED, protection, offset=offset)
        self._memories.append(memory)
        return memory
