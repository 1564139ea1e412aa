"""A progress bar on stderr for captures that take a while to read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import click

BIG_BYTES = 100_000_000
"""From this size on a bar is shown."""


def show_progress(total_bytes: int) -> AbstractContextManager[Callable[[int], None] | None]:
    """Return a bar to be told how many bytes were read; none if nobody would see it for long."""
    if total_bytes <= BIG_BYTES or not sys.stderr.isatty():
        return nullcontext()
    return ProgressBar(total_bytes)


class ProgressBar:
    """Shows how much was read; it is gone when that is done."""

    def __init__(self, total_bytes: int) -> None:
        self._bar = click.progressbar(length=total_bytes, label="reading", file=sys.stderr)
        self._read = 0

    def __enter__(self) -> Callable[[int], None]:
        """Show it and return what moves it on."""
        self._bar.render_progress()
        return self._move

    def __exit__(self, *_: object) -> None:
        """Erase the line."""
        self._bar.render_finish()
        sys.stderr.write("\x1b[A\r\x1b[K")

    def _move(self, read_bytes: int) -> None:
        self._bar.update(read_bytes - self._read)
        self._read = read_bytes
