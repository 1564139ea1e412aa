"""A netdiag that has a terminal, of 80x24: what it draws is read, keys are pressed."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from tests.cli.processes import NETDIAG, ROOT, environment

SECONDS = 60


class OnTerminal:
    """A netdiag with a terminal of 80x24."""

    def __init__(
        self, *arguments: str, before: Sequence[str] = (), extra: Mapping[str, str] | None = None
    ) -> None:
        """``before``: what runs it; ``extra``: variables besides."""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            [*before, *NETDIAG, *arguments],
            cwd=ROOT,
            env=environment({"TERM": "xterm-256color", "COLORTERM": "truecolor", **(extra or {})}),
            stdin=slave,
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)
        self.written = b""

    def read_until(self, wanted: bytes) -> None:
        """Read what is drawn until it holds something."""
        end = time.monotonic() + SECONDS
        while wanted not in self.written:
            ready, _, _ = select.select([self.master], [], [], max(end - time.monotonic(), 0))
            assert ready, self.written[-2000:]
            self.written += os.read(self.master, 65536)

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.master, keys)

    def end(self) -> int:
        """Read the rest, and return the exit code."""
        with suppress(OSError):  # Linux: reading fails when the last writer is gone
            while chunk := os.read(self.master, 65536):
                self.written += chunk
        return self.process.wait(SECONDS)

    def __enter__(self) -> OnTerminal:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        self.process.kill()
        self.process.wait(SECONDS)
        os.close(self.master)
