"""gzip and zstd as streams that give every byte before a break, in bounded memory.

Both read a small piece at a time, because what a library had ready when it meets broken data is
lost. Sources: RFC 1952, RFC 8878.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import suppress

import zstandard

from netdiag.decode.window import StreamError
from netdiag.sources.streams import ZSTD_MAGIC, is_skippable

MAX_ZSTD_WINDOW_BYTES = 1 << 27
"""As much memory as a zstd stream may ask for; the zstd program's own default."""

_PIECE_BYTES = 16 * 1024
_MAX_OUTPUT_BYTES = 256 * 1024
_HAS_CHECKSUM = 4
_RLE_BLOCK = 1


class CompressedReader(io.RawIOBase):
    """The decompressed bytes of a stream; raises ``StreamError`` where its data breaks."""

    def __init__(self, kind: str, raw: io.RawIOBase) -> None:
        """Read ``gzip`` or ``zstd`` data from a raw stream."""
        super().__init__()
        self._kind = kind
        self._source = io.BufferedReader(raw, _PIECE_BYTES)
        self._pieces = self._gzip() if kind == "gzip" else self._zstd()
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer; return how many bytes it got, 0 at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Close the stream behind it too."""
        self._source.close()
        super().close()

    def _gzip(self) -> Iterator[bytes]:
        data = self._source.read1(_PIECE_BYTES)
        while data:
            inflater = zlib.decompressobj(wbits=31)
            while not inflater.eof:
                yield from self._inflate(inflater, data)
                data = inflater.unused_data
                if not inflater.eof:
                    data = self._source.read1(_PIECE_BYTES)
                    if not data:
                        raise self._ends_early()
            data = data.lstrip(b"\0") or self._source.read1(_PIECE_BYTES).lstrip(b"\0")

    def _inflate(self, inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
        """Yield what a piece of data gives; where it is broken, all that comes before the break."""
        while data and not inflater.eof:
            before = inflater.copy()
            try:
                output = inflater.decompress(data, _MAX_OUTPUT_BYTES)
            except zlib.error as error:
                yield _inflate_byte_by_byte(before, data)
                raise self._broken(error) from None
            yield output
            data = inflater.unconsumed_tail

    def _zstd(self) -> Iterator[bytes]:
        while magic := self._source.read(4):
            if magic == ZSTD_MAGIC:
                yield from self._zstd_frame()
            elif is_skippable(magic):
                self._skip(int.from_bytes(self._exactly(4), "little"))
            else:
                raise self._broken("unknown frame")

    def _zstd_frame(self) -> Iterator[bytes]:
        """Yield a frame block by block: each gives at most 128 KiB, and none is lost."""
        inflater = zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW_BYTES).decompressobj()
        try:
            descriptor = self._exactly(1)
            rest = self._exactly(_rest_of_frame_header(descriptor[0]))
            inflater.decompress(ZSTD_MAGIC + descriptor + rest)
            last = 0
            while not last:
                header = self._exactly(3)
                fields = int.from_bytes(header, "little")
                last = fields & 1
                size = 1 if fields >> 1 & 3 == _RLE_BLOCK else fields >> 3
                yield inflater.decompress(header + self._exactly(size))
            if descriptor[0] & _HAS_CHECKSUM:
                yield inflater.decompress(self._exactly(4))
        except zstandard.ZstdError as error:
            raise self._broken(error) from None

    def _skip(self, size: int) -> None:
        while size:
            size -= len(self._exactly(min(size, _PIECE_BYTES)))

    def _exactly(self, size: int) -> bytes:
        data = self._source.read(size)
        if len(data) < size:
            raise self._ends_early()
        return data

    def _ends_early(self) -> StreamError:
        return StreamError(f"the {self._kind} data ends too early")

    def _broken(self, error: object) -> StreamError:
        return StreamError(f"the {self._kind} data is broken ({error})")


def _inflate_byte_by_byte(inflater: zlib._Decompress, data: bytes) -> bytes:
    output = bytearray()
    with suppress(zlib.error):
        for number in data:
            output += inflater.decompress(bytes((number,)), _MAX_OUTPUT_BYTES)
    return bytes(output)


def _rest_of_frame_header(descriptor: int) -> int:
    """Return the size of window, dictionary id and content size after a frame's descriptor."""
    single_segment = descriptor >> 5 & 1
    dictionary = (0, 1, 2, 4)[descriptor & 3]
    content = (single_segment, 2, 4, 8)[descriptor >> 6]
    return 1 - single_segment + dictionary + content
