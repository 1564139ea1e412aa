"""A file or a pipe that gets whole blocks of pcapng."""

from __future__ import annotations

import contextlib
import os
import select
from collections.abc import Sequence
from typing import Final

STDOUT: Final = 1
_MODE: Final = 0o600
"""Packets hold what others should not read."""


class OutputGoneError(Exception):
    """Whoever read the capture has closed it: no fault."""


class OutputFailedError(Exception):
    """It cannot be written on: one sentence."""


class BlockFile:
    """A descriptor that blocks are written to: whole ones, unless it is a pipe that breaks."""

    def __init__(self, descriptor: int, name: str) -> None:
        """``name`` is what messages call it."""
        self.descriptor = descriptor
        self.name = name
        self.size = 0

    def write(self, blocks: Sequence[bytes | bytearray]) -> None:
        """Write blocks; of a disk that is full only the last one is cut off again."""
        data = memoryview(b"".join(blocks))
        done = 0
        try:
            while done < len(data):
                done += self._write_some(data[done:])
        except BrokenPipeError:
            raise OutputGoneError from None
        except OSError as error:
            self._keep_whole(blocks, done)
            raise OutputFailedError(f"{self.name}: {error.strerror}") from None
        self.size += done

    def close(self) -> None:
        """Close it; a file system may complain only now."""
        try:
            os.close(self.descriptor)
        except OSError as error:
            raise OutputFailedError(f"{self.name}: {error.strerror}") from None

    def _write_some(self, data: memoryview) -> int:
        try:
            return os.write(self.descriptor, data)
        except BlockingIOError:  # a pipe that its other end made non-blocking
            select.select([], [self.descriptor], [])
            return 0

    def _keep_whole(self, blocks: Sequence[bytes | bytearray], done: int) -> None:
        """Cut a file off behind the last block that is whole in it."""
        for block in blocks:
            if len(block) > done:
                break
            done -= len(block)
            self.size += len(block)
        with contextlib.suppress(OSError):  # no file
            os.ftruncate(self.descriptor, self.size)
            os.lseek(self.descriptor, 0, os.SEEK_END)


def open_file(path: str) -> BlockFile:
    """Open a file for a capture, over what it holds; ``-`` is standard output.

    Raises OutputFailedError: it cannot be, or is a terminal.
    """
    try:
        if path == "-":
            descriptor = os.dup(STDOUT)
        else:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
    except (OSError, ValueError) as error:
        raise OutputFailedError(f"{path}: {getattr(error, 'strerror', error)}") from None
    name = "standard output" if path == "-" else path
    if os.isatty(descriptor):
        os.close(descriptor)
        raise OutputFailedError(f"{name} is a terminal: a capture goes to a file or a program")
    return BlockFile(descriptor, name)
