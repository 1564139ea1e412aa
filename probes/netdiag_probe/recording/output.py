"""Writes to stdout, and never longer than there is somebody to write for.

A pipe that is not read from may hold a write up for ever: here the end comes all the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import stat
import time
from collections.abc import Mapping
from types import TracebackType

from netdiag_probe.lifeline import Lifeline

STDOUT = 1
F_SETPIPE_SZ = 1031
PIPE_BYTES = 1024 * 1024
"""As much as an ordinary user may ask for: a reader that pauses holds nothing up."""

GRACE_SECONDS = 2.0
"""How long after the end a reader may still take to read what there is."""


class OutputError(Exception):
    """Nothing more can be written."""

    def __init__(self, problem: str | None) -> None:
        super().__init__(problem)
        self.problem = problem
        """Why, as a sentence; None: the reader has gone, and need not be told."""


def find_unfit() -> str | None:
    """Return why stdout is no place for binary data, None if it is one."""
    if os.isatty(STDOUT):
        return "stdout is a terminal: send the capture to a file or to a program"
    return None


class Output:
    """Stdout for binary data."""

    def __init__(self, lifeline: Lifeline) -> None:
        self._lifeline = lifeline
        self._last_moment: float | None = None
        self._was_blocking = os.get_blocking(STDOUT)

    def __enter__(self) -> Output:
        mode = os.fstat(STDOUT).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            os.set_blocking(STDOUT, False)
            self._lifeline.watch(STDOUT, 0)
        if stat.S_ISFIFO(mode):
            with contextlib.suppress(OSError):  # the user's pipes together may be too large already
                fcntl.fcntl(STDOUT, F_SETPIPE_SZ, PIPE_BYTES)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.set_blocking(STDOUT, self._was_blocking)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, STDOUT)  # the reader need not wait until this process has ended
        os.close(nowhere)

    def write(self, data: bytes | memoryview) -> None:
        """Write all of the data; raise OutputError if that cannot be done."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(STDOUT, rest) :]
            except BlockingIOError:
                self._wait()
            except BrokenPipeError as error:
                raise OutputError(None) from error
            except OSError as error:
                raise OutputError(f"cannot write: {error.strerror}") from error

    def check(self, ready: Mapping[int, int]) -> None:
        """Raise OutputError if the lifeline told that the reader has gone."""
        if ready.get(STDOUT, 0) & (select.POLLERR | select.POLLHUP):
            raise OutputError(None)

    def _wait(self) -> None:
        if not self._lifeline.is_over:
            self._lifeline.wait_for(STDOUT, select.POLLOUT)
            return
        if self._last_moment is None:
            self._last_moment = time.monotonic() + GRACE_SECONDS
        left = self._last_moment - time.monotonic()
        if left <= 0:
            raise OutputError("nobody has read the rest")
        self._lifeline.wait_for(STDOUT, select.POLLOUT, left)
