"""A process of a session: started, listened to, told wishes, ended.

It leaves the screens' process free to answer keys, and can be killed at any moment: its probes end
with it, for the kernel kills them, or else their standard input closes.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable
from threading import Lock, Thread

from netdiag.cli.sessions.frames import Failed, Frame, Wish, decode_all, encode
from netdiag.lab.kernel import die_with_parent

END_SECONDS = 0.5
"""How long a process may take to be gone once it was killed."""


class Worker:
    """One process; what it tells is handed on by a thread of its own."""

    def __init__(self, module: str, job: bytes, take: Callable[[Worker, Frame], None]) -> None:
        """Start a module; ``take`` gets each frame, at last ``Failed`` if it just ends."""
        self._take = take
        self._waiting: list[bytes] | None = [job]
        """What is to be written first: the job, and wishes that came before it was; then None."""
        self._lock = Lock()
        self._has_told = self._is_to_end = False
        self.is_closed = False
        self.process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # what is typed is for the screens
            preexec_fn=die_with_parent,
        )
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None and stdout is not None
        self._stdin, self._stdout = stdin, stdout
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def wish(self, wish: Wish) -> bool:
        """Tell it what is wanted; return False if it is gone."""
        data = encode(wish)
        with self._lock:
            if self._waiting is not None:
                self._waiting.append(data)
                return True
        return self._write(data)

    def interrupt(self) -> None:
        """Have it end what it does, and tell what came of that; once it listens to signals."""
        self._is_to_end = True
        if self._has_told and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)

    def let_go(self) -> None:
        """Close its standard input, which ends it; what it still tells is handed on."""
        with contextlib.suppress(OSError):
            self._stdin.close()

    def has_ended(self, seconds: float) -> bool:
        """Wait so long for all that it tells; return whether that was all."""
        self._listener.join(seconds)
        return not self._listener.is_alive()

    def kill(self) -> None:
        """End it at once; nothing that it tells is handed on any longer."""
        self.is_closed = True
        self.process.kill()

    def await_end(self) -> None:
        """Wait until it is gone, not for long: it may be stuck in the kernel."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(END_SECONDS)

    def _write(self, data: bytes) -> bool:
        try:
            self._stdin.write(data)
            self._stdin.flush()
        except (OSError, ValueError):
            return False
        return True

    def _write_waiting(self) -> None:
        """Write the job, which may take until the process reads it, and what came meanwhile."""
        while self._waiting:
            self._write(self._waiting[0])
            with self._lock:
                self._waiting = self._waiting[1:] or None

    def _listen(self) -> None:
        self._write_waiting()
        last: Frame | None = None
        with self._stdout:
            for last in decode_all(self._stdout.read):
                if not self._has_told:
                    self._has_told = True
                    if self._is_to_end:
                        self.interrupt()
                self._hand_on(last)
        if not isinstance(last, Failed):
            self._hand_on(Failed(_ending(self.process.wait())))
        self.process.wait()
        with contextlib.suppress(OSError):
            self._stdin.close()

    def _hand_on(self, frame: Frame) -> None:
        if not self.is_closed:
            self._take(self, frame)


def _ending(status: int) -> str:
    how = f"by signal {-status}" if status < 0 else f"with exit status {status}"
    return f"a process of netdiag ended {how}"
