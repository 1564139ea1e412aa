"""When to end: stdin is closed, a signal came, a deadline passed. A probe never outlives its user.

Waiting is done here too, so that nothing that is waited for can hold up the end.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import stat
import time
from types import FrameType, TracebackType

STDIN = 0
ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LONGEST_WAIT_SECONDS = 86_400.0
"""At a time: poll(2) counts milliseconds in 31 bits."""
MOST_AT_ONCE = 4096
"""Bytes of stdin that are thrown away at a time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what all subcommands have in common."""
    parser.add_argument(
        "--deadline",
        type=_read_seconds,
        metavar="SECONDS",
        help="end after so long, at the latest; without it when stdin, if that is a pipe or a "
        "socket, is closed, or by SIGINT, SIGTERM, SIGHUP",
    )


class Lifeline:
    """Waits for files and for the end, whichever comes first.

    Only a stdin that is a pipe or a socket is a lifeline: a terminal sends signals, and a file
    or /dev/null would end at once. What arrives on it is thrown away.
    """

    def __init__(self, deadline_seconds: float | None = None) -> None:
        self.is_over = False
        """Set by the ``wait`` that saw the end; it never goes back."""
        self._ends_at = None if deadline_seconds is None else time.monotonic() + deadline_seconds
        self._poll = select.poll()
        self._hears_stdin = _is_stream(STDIN)
        self._previous: dict[int, object] = {}
        self._wake_reader, self._wake_writer = os.pipe()
        self._own = {self._wake_reader, STDIN} if self._hears_stdin else {self._wake_reader}

    def __enter__(self) -> Lifeline:
        self._register_own(self._poll)
        for number in ENDING_SIGNALS:
            self._previous[number] = signal.signal(number, self._end_by_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        os.close(self._wake_reader)
        os.close(self._wake_writer)

    def watch(self, file: int, events: int = select.POLLIN) -> None:
        """Let ``wait`` return when one of the events of a file has come, too."""
        self._poll.register(file, events)

    def forget(self, file: int) -> None:
        """Watch a file no longer."""
        self._poll.unregister(file)

    def wait(self, seconds: float | None = None) -> dict[int, int]:
        """Wait for a watched file, the end, or so many seconds; None: as long as it takes.

        Return the events of those files that have some. After the end, files and seconds count.
        """
        return self._wait(self._poll, seconds)

    def wait_for(self, file: int, events: int, seconds: float | None = None) -> bool:
        """Wait like ``wait``, but for this file only; tell whether it has one of the events."""
        poll = select.poll()
        poll.register(file, events)
        if not self.is_over:
            self._register_own(poll)
        return file in self._wait(poll, seconds)

    def pause(self, seconds: float) -> None:
        """Wait so many seconds for the end, whatever files have."""
        if not self.is_over:
            poll = select.poll()
            self._register_own(poll)
            self._wait(poll, seconds)

    def _register_own(self, poll: select.poll) -> None:
        for file in self._own:
            poll.register(file, select.POLLIN)

    def _wait(self, poll: select.poll, seconds: float | None) -> dict[int, int]:
        if not self.is_over and self._ends_at is not None:
            left = max(self._ends_at - time.monotonic(), 0)
            seconds = left if seconds is None else min(seconds, left)
        longest = None if seconds is None else min(seconds, LONGEST_WAIT_SECONDS) * 1000
        found = dict(poll.poll(longest))
        if not self.is_over:
            self._look_for_the_end(found)
        return {file: events for file, events in found.items() if file not in self._own}

    def _look_for_the_end(self, found: dict[int, int]) -> None:
        is_late = self._ends_at is not None and time.monotonic() >= self._ends_at
        is_alone = self._hears_stdin and STDIN in found and not _is_still_open(STDIN)
        if is_late or is_alone or self._wake_reader in found:
            self.is_over = True
            for file in self._own:
                self._poll.unregister(file)

    def _end_by_signal(self, number: int, frame: FrameType | None) -> None:
        os.write(self._wake_writer, b"!")  # ends a wait that is about to begin as well


def _is_still_open(file: int) -> bool:
    try:
        return bool(os.read(file, MOST_AT_ONCE))
    except BlockingIOError:
        return True
    except OSError:
        return False


def _is_stream(file: int) -> bool:
    try:
        mode = os.fstat(file).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _read_seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 10**9:
        raise argparse.ArgumentTypeError("a number of seconds above 0 is needed")
    return seconds
