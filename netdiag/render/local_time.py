"""Times of day, in the zone of whoever reads them."""

from __future__ import annotations

from datetime import datetime


def time_of_day(time_ns: int, digits: int = 0) -> str:
    """Return nanoseconds since 1970 as ``HH:MM:SS``, with up to nine digits of the second.

    What no calendar has is told in seconds.
    """
    second, nanoseconds = divmod(time_ns, 1_000_000_000)
    fraction = f".{nanoseconds:09d}"[: digits + 1] if digits else ""
    try:
        moment = datetime.fromtimestamp(second).astimezone()
    except (OverflowError, ValueError, OSError):
        return f"{second}{fraction}"
    return f"{moment:%H:%M:%S}{fraction}"
