"""Microseconds as a reader wants them: milliseconds in sentences, one unit per table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LONG_US = 100_000
"""From here on a table counts in milliseconds."""


def milliseconds(*values_us: float) -> str:
    """Return ``0.12/0.15/0.20 ms``: all values with as many decimals as the smallest needs."""
    smallest = min(abs(value) for value in values_us)
    decimals = 3 if smallest < 100 else 2 if smallest < 10_000 else 1
    return "/".join(f"{value / 1000:.{decimals}f}" for value in values_us) + " ms"


def table_unit(values_us: Iterable[float]) -> str:
    """Return the unit that suits all values: ``µs`` or ``ms``."""
    largest = max((abs(value) for value in values_us), default=0.0)
    return "ms" if largest >= LONG_US else "µs"


def in_unit(values_us: Sequence[float], unit: str) -> list[str]:
    """Return the values in the unit, without naming it, aligned at the decimal point."""
    if unit == "ms":
        return [f"{value / 1000:.3f}" for value in values_us]
    return [f"{value:.1f}" for value in values_us]
