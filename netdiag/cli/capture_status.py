"""What ``netdiag capture`` says of itself: a line of counters while it runs, a table at the end."""

from __future__ import annotations

import sys
from typing import Final

import click

from netdiag.cli.output import say
from netdiag.render.terminal import printable
from netdiag.sources.recording.session import Counts

MOST_ROWS: Final = 30
_UNITS: Final = ("B", "kB", "MB", "GB", "TB")


class CounterLine:
    """A line on a terminal that is written over each second."""

    def __init__(self) -> None:
        self._is_shown = False

    def show(self, counts: Counts) -> None:
        """Write how far it has come."""
        packets = counts.interfaces.captured.total()
        heard = sum(1 for count in counts.interfaces.captured.values() if count)
        dropped = sum(counts.interfaces.dropped.values())
        text = f"{counts.seconds:.0f} s: {packets:,} packets on {heard} interfaces, "
        text += f"{counts.written:,} written, {_size(counts.written_bytes)}, {dropped:,} dropped"
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
        self._is_shown = True

    def erase(self) -> None:
        """Leave the line empty for others."""
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._is_shown = False


def tell_summary(counts: Counts, written: str) -> None:
    """Write what was captured, written and dropped, as tcpdump does, and where; to stderr.

    ``written``: what has become of those that were wanted, such as ``written to out.pcapng``.
    """
    interfaces = counts.interfaces
    captured, dropped = interfaces.captured.total(), sum(interfaces.dropped.values())
    packets = "packet" if captured == 1 else "packets"
    say(
        f"{captured:,} {packets} captured, {counts.written:,} {written}, "
        f"{dropped:,} dropped by the kernel"
    )
    rows = [(each.name, interfaces.captured[each.number]) for each in interfaces.described]
    heard = [row for row in rows if row[1]]
    width = max((len(printable(name)) for name, _ in heard[:MOST_ROWS]), default=0)
    for name, count in heard[:MOST_ROWS]:
        click.echo(f"  {printable(name):{width}}  {count:>9,}", err=True)
    if len(heard) > MOST_ROWS:
        more = sum(count for _, count in heard[MOST_ROWS:])
        click.echo(f"  and {len(heard) - MOST_ROWS:,} more interfaces  {more:,}", err=True)
    if len(heard) < len(rows):
        click.echo(f"  nothing on {len(rows) - len(heard):,} interfaces", err=True)
    for place, count in interfaces.dropped.items():
        if count:
            text = f"  {printable(place)}: {count:,} dropped by its kernel, on all interfaces there"
            click.echo(text, err=True)


def _size(count: float) -> str:
    unit = 0
    while count >= 1000 and unit < len(_UNITS) - 1:
        count /= 1000
        unit += 1
    return f"{count:.1f} {_UNITS[unit]}" if unit else f"{count:.0f} B"
