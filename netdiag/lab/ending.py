"""Ending well when told to: by Ctrl-C, SIGTERM, SIGHUP.

Not by an exception: one that a signal raises in the middle of a library's work may be lost there.
The handler itself undoes what was made, and ends the process.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Final, NoReturn

INTERRUPTED: Final = 130
_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_Handler = Callable[[int, FrameType | None], object] | int | signal.Handlers | None


class _Ending:
    """A handler that undoes one thing, and lets the one around it go on."""

    def __init__(self, undo: Callable[[], object], around: _Handler) -> None:
        self._undo = undo
        self._around = around

    def __call__(self, number: int, frame: FrameType | None) -> NoReturn:
        """Undo it; further signals don't disturb."""
        for each in _ENDING:
            signal.signal(each, signal.SIG_IGN)
        try:
            self._undo()
        except Exception as error:  # told, and the rest is undone all the same
            sys.stderr.write(f"netdiag: {error}\n")
        if isinstance(self._around, _Ending):
            self._around(number, frame)
        os._exit(INTERRUPTED)


@contextlib.contextmanager
def signals_held() -> Iterator[None]:
    """Have such a signal wait until what it would have to undo is known."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def undone_when_ended(undo: Callable[[], object]) -> Iterator[None]:
    """Have a signal that ends this process undo something first. They may be nested."""
    before = {number: signal.getsignal(number) for number in _ENDING}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as for a job of nohup, or one in the background
            signal.signal(number, _Ending(undo, handler))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
