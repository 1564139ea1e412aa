"""Numbers in few characters, and rates as a row of bars."""

from __future__ import annotations

from collections.abc import Sequence

BARS = " ▁▂▃▄▅▆▇█"
UNITS = ("", "k", "M", "G", "T", "P")


def short_number(number: float) -> str:
    """Return at most five characters: ``999``, ``1.2k``, ``34k``, ``5.6M``."""
    for unit in UNITS:
        if abs(number) < 999.5:
            if not unit or abs(number) >= 9.95:
                return f"{number:.0f}{unit}"
            return f"{number:.1f}{unit}"
        number /= 1000
    return f"{number:.0f}E"


def sparkline(numbers: Sequence[float], cells: int) -> str:
    """Return the last numbers as bars of a height up to their greatest; nothing is a blank."""
    shown = numbers[-cells:]
    top = max(shown, default=0)
    if top <= 0:
        return " " * cells
    bars = "".join(BARS[0 if number <= 0 else 1 + int(number / top * 7)] for number in shown)
    return bars.rjust(cells)
