"""Results to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys

import click

from netdiag.render.terminal import COLOURED, PLAIN, Palette, printable

LINES_PER_WRITE = 256


class ResultWriter:
    """Collects lines for stdout and writes many at once."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._encoding = sys.stdout.encoding or "utf-8"

    def write(self, line: str) -> None:
        """Add a line, its newline included."""
        self._lines.append(line)
        if len(self._lines) >= LINES_PER_WRITE:
            self.flush()

    def flush(self) -> None:
        """Write out what was collected."""
        if self._lines:
            data = "".join(self._lines).encode(self._encoding, "backslashreplace")
            self._lines.clear()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()


def say(message: str) -> None:
    """Write one sentence to stderr, foreign text in it made safe."""
    click.echo(f"netdiag: {printable(message)}", err=True)


def palette() -> Palette:
    """Return colours if stdout is a terminal that wants them (https://no-color.org)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return PLAIN
    return COLOURED
