"""Signals that end a recording in good order: the first is a wish, the second an order."""

from __future__ import annotations

import os
import signal
from types import FrameType, TracebackType
from typing import Any, Final

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MOST_SECONDS: Final = 5
"""How long the end may take: a reader of a pipe may never take the rest."""


class EndingSignals:
    """While it is entered, a signal only says that the end is wanted.

    A second one, or an end that takes too long, raises KeyboardInterrupt wherever that is.
    """

    def __init__(self) -> None:
        self.came = False
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> EndingSignals:
        for number in (*ENDING, signal.SIGALRM):
            self._previous[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        signal.alarm(0)
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)

    def fileno(self) -> int:
        """Return what is readable once the end is wanted."""
        return self._reader

    def limit_end(self) -> None:
        """From now on the end is coming: it may take so long, no longer."""
        signal.alarm(MOST_SECONDS)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.came or number == signal.SIGALRM:
            raise KeyboardInterrupt
        self.came = True
        signal.alarm(MOST_SECONDS)
        os.write(self._writer, b"!")
