"""A progress bar on stderr for captures that take a while to read."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

BIG_BYTES = 100_000_000
"""From this size on a bar is shown."""


class Progress:
    """Shows how much was read, if it is much and stderr is a terminal; gone when it is done."""

    def __init__(self, total_bytes: int) -> None:
        is_hidden = total_bytes <= BIG_BYTES or not sys.stderr.isatty()
        self._bar = click.progressbar(
            length=max(1, total_bytes), label="reading", file=sys.stderr, hidden=is_hidden
        )
        self._read = 0

    def __enter__(self) -> Callable[[int], None]:
        """Show it and return what moves it on."""
        self._bar.render_progress()
        return self._move

    def __exit__(self, *_: object) -> None:
        """Leave the line."""
        self._bar.render_finish()

    def _move(self, read_bytes: int) -> None:
        self._bar.update(read_bytes - self._read)
        self._read = read_bytes
