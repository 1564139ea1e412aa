"""One stream of bytes, decompressed as its first bytes say."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable
from typing import Protocol

from netdiag.decode.window import StreamError

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
MAX_ZSTD_WINDOW_BYTES = 1 << 27
"""As much memory as a zstd stream may ask for; the zstd program's own default."""


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

    def __init__(self, descriptor: int, offset: int, size: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._at = offset
        self._end = offset + size

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


class _ReadsInto(Protocol):
    def readinto(self, buffer: memoryview, /) -> int | None: ...

    def close(self) -> None: ...


class ByteStream:
    """A stream that ``read_into`` reads; every failure becomes a ``StreamError``."""

    def __init__(self, raw: io.RawIOBase, before_read: Callable[[], None] | None = None) -> None:
        """Wrap a raw stream; ``before_read`` is called before a read of a pipe, which may wait."""
        self._raw = raw
        self._before_read = before_read
        self.compressed = ""
        """The compression that was found: ``gzip``, ``zstd`` or empty."""
        head = read_head(raw)
        if raw.seekable():
            raw.seek(0)
            whole = raw
        else:
            whole = PrefixedReader(head, raw)
        self._reader = self._decompressed(head, whole)

    def _decompressed(self, head: bytes, whole: io.RawIOBase) -> _ReadsInto:
        if head.startswith(GZIP_MAGIC):
            import gzip

            self.compressed = "gzip"
            return gzip.GzipFile(fileobj=io.BufferedReader(whole, 65536))
        if head.startswith(ZSTD_MAGIC):
            import zstandard

            self.compressed = "zstd"
            decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW_BYTES)
            return decompressor.stream_reader(
                io.BufferedReader(whole, 65536), read_across_frames=True
            )
        return whole

    def read_into(self, view: memoryview) -> int:
        """Read into a memoryview from its start; return how many bytes came, 0 at the end."""
        if self._before_read is not None:
            self._before_read()
        try:
            return self._reader.readinto(view) or 0
        except EOFError:
            raise StreamError(f"the {self.compressed} data ends too early") from None
        except OSError as error:
            if error.errno is None:  # gzip.BadGzipFile
                raise StreamError(f"the {self.compressed} data is broken ({error})") from None
            raise StreamError(f"cannot be read on: {error.strerror}") from None
        except Exception as error:
            if type(error).__name__ not in ("ZstdError", "error"):  # zlib.error; both loaded late
                raise
            raise StreamError(f"the {self.compressed} data is broken ({error})") from None

    def close(self) -> None:
        """Close the stream."""
        self._reader.close()
        self._raw.close()


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
