"""A temporary file without a name: the kernel frees it with the process, however that ends."""

from __future__ import annotations

import os
import weakref

from netdiag.decode.window import StreamError
from netdiag.sources.streams import SliceReader
from netdiag.sources.temporary_files import temporary_file


class Spool:
    """Bytes on disk, written one after another, read at any place."""

    def __init__(self) -> None:
        try:
            with temporary_file() as file:
                self._descriptor = os.dup(file.fileno())
        except OSError as error:
            raise StreamError(f"no temporary file can be made: {error.strerror}") from None
        self.close = weakref.finalize(self, os.close, self._descriptor)
        """Frees the file; it happens anyhow when nobody knows the spool any more."""
        self.size = 0
        """How many bytes were written."""

    def write(self, data: bytes) -> None:
        """Append bytes."""
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            raise StreamError(f"the temporary file cannot grow: {error.strerror}") from None
        self.size += len(data)

    def read(self, offset: int, size: int) -> bytes:
        """Return the bytes at an offset."""
        return os.pread(self._descriptor, size, offset)

    def open(self, offset: int, size: int) -> SliceReader:
        """Return a range as a stream; the spool lives at least as long."""
        return SliceReader(self._descriptor, offset, size, owner=self)
