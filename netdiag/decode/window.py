"""A bounded, reused buffer that slides over a byte stream."""

from __future__ import annotations

from collections.abc import Callable

MAX_WINDOW_BYTES = 16 * 1024 * 1024
"""No buffer grows past this, whatever a length field says; libpcap's limit for a block."""


class StreamError(Exception):
    """The stream cannot be read on; the text says why, for a person."""


class ByteWindow:
    """Contiguous bytes of a stream, read through ``read_into`` as they are needed.

    ``read_into(view)`` fills a memoryview from its start and returns how many bytes it wrote,
    0 at the end of the stream; it may raise ``StreamError``.
    """

    def __init__(self, read_into: Callable[[memoryview], int], capacity: int) -> None:
        self.read_into = read_into
        self.buffer = bytearray(capacity)
        self.b = self.buffer
        self.at = 0
        """Where in the buffer the next unread byte stands."""
        self.filled = 0
        """Where in the buffer the bytes end."""
        self.origin = 0
        """The stream's offset of the buffer's first byte."""
        self.ended = 0
        """1 = nothing more is to be read, whatever the stream still holds."""
        self.stream_problem = ""
        """Why the stream ended early; empty = it did not."""

    def offset(self) -> int:
        """Return the stream's offset of the next unread byte."""
        return self.origin + self.at

    def need(self, size: int) -> int:
        """Return 1 if ``size`` bytes stand at ``at``, reading on for them; 0 if there are fewer."""
        if self.filled - self.at >= size:
            return 1
        return self.refill(size)

    def refill(self, size: int) -> int:
        """Slide the window and read until ``size`` bytes stand at ``at``."""
        self.slide()
        while self.filled < size:
            if self.filled == len(self.buffer) and not self.grow():
                return 0
            if self.read_more() == 0:
                return 0
        return 1

    def slide(self) -> None:
        """Move the unread bytes to the buffer's start."""
        rest = self.filled - self.at
        if self.at:
            self.buffer[:rest] = self.buffer[self.at : self.filled]
            self.origin += self.at
            self.at = 0
            self.filled = rest

    def read_more(self) -> int:
        """Read once into the buffer's free end; return how many bytes came."""
        if self.ended or self.stream_problem:
            return 0
        try:
            count = self.read_into(memoryview(self.buffer)[self.filled :])
        except StreamError as error:
            self.stream_problem = str(error)
            return 0
        self.filled += count
        return count

    def grow(self) -> bool:
        """Double the buffer, up to ``MAX_WINDOW_BYTES``; return False if it is that large."""
        size = len(self.buffer)
        if size >= MAX_WINDOW_BYTES:
            return False
        larger = bytearray(min(2 * size, MAX_WINDOW_BYTES))
        larger[: self.filled] = self.buffer[: self.filled]
        self.buffer = larger
        self.b = larger
        self.replaced()
        return True

    def replaced(self) -> None:
        """Told when ``buffer`` is another object than before."""

    def skip(self, size: int) -> int:
        """Pass over ``size`` bytes without keeping them; return 0 if the stream ends before."""
        while self.filled - self.at < size:
            size -= self.filled - self.at
            self.at = self.filled
            self.slide()
            if self.read_more() == 0:
                return 0
        self.at += size
        return 1
