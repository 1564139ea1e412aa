"""One stream of bytes, decompressed as its first bytes say."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable
from typing import NamedTuple

from netdiag.decode.window import StreamError

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

Opener = Callable[[], io.RawIOBase]
"""Opens a stream anew each time; raises ``StreamError`` if that fails."""


class PrefixedReader(io.RawIOBase):
    """A raw stream whose first bytes were read already and are given again."""

    def __init__(self, head: bytes, raw: io.RawIOBase) -> None:
        super().__init__()
        self._head = head
        self._raw = raw

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer; return how many bytes it got, 0 at the end."""
        if not self._head:
            return self._raw.readinto(buffer) or 0
        count = min(len(self._head), len(buffer))
        buffer[:count] = self._head[:count]
        self._head = self._head[count:]
        return count

    def close(self) -> None:
        """Close the stream behind it too."""
        self._raw.close()
        super().close()


class SliceReader(io.RawIOBase):
    """A range of a seekable file as a stream of its own; many may share one descriptor."""

    def __init__(self, descriptor: int, offset: int, size: int, owner: object = None) -> None:
        """Read ``size`` bytes at ``offset`` of a descriptor that closes with its ``owner``."""
        super().__init__()
        self._owner = owner
        self._descriptor = descriptor
        self._at = offset
        self._end = offset + size
        self.size = size

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer; return how many bytes it got, 0 at the end."""
        size = min(len(buffer), self._end - self._at)
        if size <= 0:
            return 0
        count = os.preadv(self._descriptor, [memoryview(buffer)[:size]], self._at)
        self._at += count
        return count


class PlainFile(NamedTuple):
    """A file, and what tells whether it is still the same one."""

    path: str
    device: int
    inode: int


class ByteStream:
    """A stream that ``read_into`` reads; every failure becomes a ``StreamError``."""

    def __init__(self, raw: io.RawIOBase, before_read: Callable[[], None] | None = None) -> None:
        """Wrap a raw stream; ``before_read`` is called before a read of a pipe, which may wait."""
        self._raw = raw
        self._before_read = before_read
        self.compressed = ""
        """The compression that was found: ``gzip``, ``zstd`` or empty."""
        head = read_head(raw)
        self._left = _size_of(raw)
        self.size = raw.size if isinstance(raw, SliceReader) else max(0, self._left)
        """Bytes of the file, compressed as it is; 0 = not known."""
        if raw.seekable():
            raw.seek(0)
            whole = raw
        else:
            whole = PrefixedReader(head, raw)
        self._reader = self._decompressed(head, whole)
        if self.compressed:
            self._left = -1
        self.plain_file = _plain_file(raw) if self._left >= 0 else None
        """The file whose bytes are the stream's, at the same places; None = there is none."""

    def _decompressed(self, head: bytes, whole: io.RawIOBase) -> io.RawIOBase:
        if head.startswith(GZIP_MAGIC):
            self.compressed = "gzip"
        elif head.startswith(ZSTD_MAGIC) or is_skippable(head):
            self.compressed = "zstd"
        else:
            return whole
        from netdiag.sources.compressed import CompressedReader

        return CompressedReader(self.compressed, whole)

    def read_into(self, view: memoryview) -> int:
        """Read into a memoryview from its start; return how many bytes came, 0 at the end."""
        if self._before_read is not None:
            self._before_read()
        if self._left == 0:
            return 0
        try:
            count: int = self._reader.readinto(view) or 0
        except OSError as error:
            raise StreamError(f"cannot be read on: {error.strerror or error}") from None
        if self._left > 0:
            self._left = max(0, self._left - count)
            if self._left == 0:
                self.close()
        return count

    def read_up_to(self, size: int) -> bytes:
        """Return the next ``size`` bytes, fewer only at the end."""
        data = bytearray(size)
        filled = 0
        while filled < size:
            count = self.read_into(memoryview(data)[filled:])
            if count == 0:
                break
            filled += count
        return bytes(data[:filled])

    def position(self) -> int:
        """Return how many of the file's bytes were read, compressed as they are."""
        if self._raw.closed:
            return self.size
        if self._left >= 0:
            return self.size - self._left
        return self._raw.tell() if self._raw.seekable() else 0

    def close(self) -> None:
        """Close the stream."""
        self._reader.close()
        self._raw.close()


def is_skippable(head: bytes) -> bool:
    """Return True for the start of a zstd frame without data, which other programs put first."""
    return head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50


def open_raw(path: str) -> io.RawIOBase:
    """Open a file by its path, ``-`` for standard input; raise ``StreamError`` if that fails."""
    try:
        if path == "-":
            return io.FileIO(os.dup(0), closefd=True)
        return io.FileIO(path)
    except OSError as error:
        raise StreamError(error.strerror or str(error)) from None


def is_pipe(raw: io.RawIOBase) -> bool:
    """Return True if a read may have to wait for a writer."""
    try:
        mode = os.fstat(raw.fileno()).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISBLK(mode))


def read_head(raw: io.RawIOBase) -> bytes:
    """Return the stream's next four bytes, fewer at its end; raise ``StreamError`` on failure."""
    head = b""
    try:
        while len(head) < 4:
            more = raw.read(4 - len(head))
            if not more:
                break
            head += more
    except OSError as error:
        raise StreamError(error.strerror or str(error)) from None
    return head


def _plain_file(raw: io.RawIOBase) -> PlainFile | None:
    if not isinstance(raw, io.FileIO):
        return None
    try:
        status = os.fstat(raw.fileno())
        path = os.readlink(f"/proc/self/fd/{raw.fileno()}")
    except OSError:
        return None
    return PlainFile(path, status.st_dev, status.st_ino)


def _size_of(raw: io.RawIOBase) -> int:
    """Return the size of an ordinary file, -1 for anything else.

    A file is closed as soon as so much was read of it, so that thousands of small ones can be
    read at once.
    """
    try:
        status = os.fstat(raw.fileno())
    except OSError:
        return -1
    return status.st_size if stat.S_ISREG(status.st_mode) else -1
