"""Results to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys

import click

from netdiag.render.terminal import COLOURED, PLAIN, Palette, printable

LINES_PER_WRITE = 256
WIDTH = 120
"""Columns of text that goes to a file or a pipe."""


class ReaderGoneError(Exception):
    """Whoever read stdout has closed it: no fault, and nothing more to do."""


class ResultWriter:
    """Collects lines for stdout and writes many at once, past Python's own buffers."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._encoding = sys.stdout.encoding or "utf-8"
        self._descriptor = sys.stdout.fileno()

    def write(self, line: str) -> None:
        """Add a line, its newline included."""
        self._lines.append(line)
        if len(self._lines) >= LINES_PER_WRITE:
            self.flush()

    def flush(self) -> None:
        """Write out what was collected; raise ``ReaderGoneError``, or a sentence for the user."""
        data = "".join(self._lines).encode(self._encoding, "backslashreplace")
        self._lines.clear()
        view = memoryview(data)
        try:
            while view:
                view = view[self._write_some(view) :]
        except BrokenPipeError:
            raise ReaderGoneError from None
        except OSError as error:
            raise click.ClickException(f"cannot write the results: {error.strerror}") from None

    def _write_some(self, view: memoryview) -> int:
        try:
            return os.write(self._descriptor, view)
        except BlockingIOError:  # a pipe that its other end made non-blocking
            import select

            select.select([], [self._descriptor], [])
            return 0


def say(message: str) -> None:
    """Write one sentence to stderr, foreign text in it made safe."""
    try:
        click.echo(f"netdiag: {printable(message)}", err=True)
    except BrokenPipeError:
        raise
    except OSError:  # a full disk: no reason to keep the results back
        return


def palette() -> Palette:
    """Return colours if stdout is a terminal that wants them (https://no-color.org)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return PLAIN
    return COLOURED


def terminal_width() -> int | None:
    """Return the columns of the terminal that stdout is, None if it is none."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except OSError:
        return None
