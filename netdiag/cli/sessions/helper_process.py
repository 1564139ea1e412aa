"""Another process of netdiag that answers a session: started, fed, heard, and surely ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

END_SECONDS = 0.5
"""How long it may take to be gone once it was killed."""


class HelperProcess:
    """Runs a module; its standard input is its lifeline, and it has a process group of its own.

    Whoever hears its ``stdout`` closes that: nobody else may, while it is read.
    """

    def __init__(self, module: str, descriptors: tuple[int, ...] = ()) -> None:
        """Start it, with descriptors that it inherits. Raises OSError if that fails."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=descriptors,
            start_new_session=True,
        )
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        self._stdin, self.stdout = stdin, stdout

    def send(self, data: bytes) -> bool:
        """Send bytes to it, waiting until it takes them; return False if it is gone."""
        try:
            self._stdin.write(data)
            self._stdin.flush()
        except (OSError, ValueError):
            return False
        return True

    def let_go(self) -> None:
        """Close its standard input: it ends, and first removes what it has begun to write."""
        with suppress(OSError):
            self._stdin.close()

    def kill(self) -> None:
        """End it and all that it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):  # stuck in the kernel, as in a dead NFS
            self._process.wait(END_SECONDS)
        with suppress(OSError):
            self._stdin.close()
