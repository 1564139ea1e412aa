"""The spread of many values, by a sample of bounded size."""

from __future__ import annotations

from random import Random

SAMPLES = 1024


class Sampled:
    """Values of which an even sample is kept (reservoir sampling, algorithm R)."""

    def __init__(self) -> None:
        self.count = 0
        self.least = float("inf")
        self.greatest = float("-inf")
        self._kept: list[float] = []
        self._random = Random(1)

    def add(self, value: float) -> None:
        """Take a value in."""
        self.count += 1
        self.least = min(self.least, value)
        self.greatest = max(self.greatest, value)
        if len(self._kept) < SAMPLES:
            self._kept.append(value)
            return
        place = self._random.randrange(self.count)
        if place < SAMPLES:
            self._kept[place] = value

    def quantile(self, share: float) -> float:
        """Return the value below which this share of them lies (nearest rank)."""
        ordered = sorted(self._kept)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
