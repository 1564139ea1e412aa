"""A file that somebody else is still writing, as a stream that waits for what comes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable


class GrowingReader(io.RawIOBase):
    """Reads a descriptor at places of its own; at the file's end it waits for more.

    ``wait`` blocks a moment and returns False when nothing more will come.
    """

    def __init__(self, descriptor: int, wait: Callable[[], bool]) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._wait = wait
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer; return how many bytes it got, 0 only when nothing more comes."""
        goes_on = True
        while True:
            count = os.preadv(self._descriptor, [memoryview(buffer)], self._at)
            if count or not goes_on:
                self._at += count
                return count
            goes_on = self._wait()
