"""The search for the largest packet that is answered: which sizes to try next. No I/O.

A size that is answered proves all smaller ones; one that is not, or that a router refuses, rules
out all larger ones. Some sizes between are tried at once, for each round of lost ones takes time.
"""

from __future__ import annotations

from collections.abc import Collection

AT_ONCE = 16
"""Sizes of one round."""

MOST_ROUNDS = 12
RECHECKS = 2
"""How often a limit is tried again before it is believed: loss by chance is no limit."""


class Search:
    """What is known of a path: ``passes`` was answered, ``fails`` and more was not."""

    def __init__(self, least: int, most: int) -> None:
        """Look between the smallest and the largest size that may be tried, both included."""
        self.least = min(least, most)
        self.most = most
        self.passes: int | None = None
        """The largest size that was answered."""
        self.fails = most + 1
        """The smallest size that is known not to pass."""
        self.is_told = False
        """A router said so."""
        self._rounds = 0
        self._rechecks = 0
        self._tried: set[int] = set()

    def next_sizes(self) -> list[int]:
        """Return the sizes to try next, the largest first; none if the search is over."""
        self._rounds += 1
        sizes = {self.least, self.most} if self._rounds == 1 else set(self._following())
        self._tried |= sizes
        return sorted(sizes, reverse=True) if self._rounds <= MOST_ROUNDS else []

    def _following(self) -> Collection[int]:
        if self.passes is None:
            return ()
        largest = self.fails - 1
        if self.passes < largest:
            is_worth_a_try = self.is_told and largest not in self._tried
            return (largest,) if is_worth_a_try else _spread(self.passes, largest)
        if self.passes >= self.most or self.is_told or self._rechecks == RECHECKS:
            return ()
        self._rechecks += 1
        return (self.passes + 1, self.most)

    def note_answered(self, size: int) -> None:
        """Take note of an answer; whatever was thought of this size before, it passes."""
        self.passes = max(size, self.passes or 0)
        if size >= self.fails:
            self.fails = self.most + 1
            self.is_told = False

    def note_told(self, mtu: int) -> None:
        """Take note of a router that lets no more than ``mtu`` bytes pass."""
        if (self.passes or 0) <= mtu < self.fails:
            self.fails = mtu + 1
            self.is_told = True

    def note_silence(self, sizes: Collection[int]) -> None:
        """Take note of sizes that were tried: those that are not known to pass do not."""
        lost = [size for size in sizes if size > (self.passes or 0)]
        if lost and min(lost) < self.fails:
            self.fails = min(lost)
            self.is_told = False


def _spread(above: int, most: int) -> tuple[int, ...]:
    """Return evenly spread sizes above one, up to another."""
    span = most - above
    count = min(AT_ONCE, span)
    return tuple(above + span * step // count for step in range(1, count + 1))
