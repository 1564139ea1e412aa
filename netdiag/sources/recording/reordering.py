"""Packets of several streams, by time: held back until all have passed, no longer than a moment.

Nobody knows whether a stream that is silent has an earlier packet under way. So a packet waits
until every stream has a later one, or until it has waited long enough; what comes later still
goes out at once, behind those that were later. Streams of clocks that differ by more than that
moment are so in order of their arrival.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from operator import itemgetter
from typing import Final

from netdiag.sources.recording.blocks import Entry

DELAY_SECONDS: Final = 0.2
MOST_BYTES: Final = 64 << 20
"""Held back at most, in packets' blocks; then all go out."""

DISORDER_NS: Final = 1_000_000
"""Within one stream: processors write into a ring side by side."""

_time_of = itemgetter(0)


class Reordering:
    """Packets that are held back."""

    def __init__(self) -> None:
        self._held: list[Entry] = []
        self._bytes = 0
        self._arrivals: deque[tuple[float, int]] = deque()
        """When a part of them came, and the latest of their times."""
        self._latest: dict[str, int] = {}
        """By stream, the latest time of what came last; 0 = nothing came."""

    def open(self, stream: str) -> None:
        """Wait for a stream from now on."""
        self._latest[stream] = 0

    def close(self, stream: str) -> None:
        """Wait for it no longer."""
        self._latest.pop(stream, None)

    def add(self, stream: str, entries: list[Entry], now: float) -> None:
        """Hold packets back that came at a time of the monotonic clock."""
        latest = max(map(_time_of, entries))
        self._held += entries
        self._bytes += sum([len(block) for _, _, block in entries])
        self._arrivals.append((now + DELAY_SECONDS, latest))
        self._latest[stream] = latest

    def due(self) -> float | None:
        """Return when the first of them has waited long enough; None: there are none."""
        return self._arrivals[0][0] if self._arrivals else None

    def release(self, now: float) -> list[Entry]:
        """Return those that wait no longer, by time; of the same time, as they came."""
        if not self._held:
            return []
        if self._bytes > MOST_BYTES:
            return self.release_all()
        until = min(self._latest.values(), default=0) - DISORDER_NS
        while self._arrivals and self._arrivals[0][0] <= now:
            until = max(until, self._arrivals.popleft()[1])
        self._held.sort(key=_time_of)
        count = bisect_right(self._held, until, key=_time_of)
        released = self._held[:count]
        del self._held[:count]
        self._bytes -= sum([len(block) for _, _, block in released])
        if not self._held:
            self._arrivals.clear()
        return released

    def release_all(self) -> list[Entry]:
        """Return all of them, by time."""
        released = self._held
        released.sort(key=_time_of)
        self._held = []
        self._bytes = 0
        self._arrivals.clear()
        return released
