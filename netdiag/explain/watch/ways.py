"""The ways that pings took: what tells one from another, and the time from hop to hop."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from netdiag.explain.watch.spread import Sampled
from netdiag.model.report import Hop, Ping
from netdiag.model.watch import HopName, HopSpread, WatchedPath

MOST_WAYS = 64

Way = tuple[HopName, ...]


def way_of(ping: Ping) -> Way:
    """Return the way that a ping took, there and back."""
    return (
        *(_name(hop, is_reply=False) for hop in ping.request),
        *(_name(hop, is_reply=True) for hop in ping.reply),
    )


def steps_of(ping: Ping) -> Iterator[float]:
    """Yield the microseconds from each hop to the next."""
    for earlier, later in pairwise((*ping.request, *ping.reply)):
        yield later.since_first_us - earlier.since_first_us


def _name(hop: Hop, *, is_reply: bool) -> HopName:
    way = "reply" if is_reply else "request"
    return HopName(way, hop.node, hop.pod, hop.interface, hop.encapsulation)  # type: ignore[arg-type]


class KnownWays:
    """The ways that answered pings took, and how long each hop takes."""

    def __init__(self) -> None:
        self._numbers: dict[Way, int] = {}
        self._steps: list[list[Sampled]] = []
        self._pings: list[int] = []
        self.left_out = 0
        """Pings whose way is none of those that are kept."""

    def add(self, ping: Ping) -> int:
        """Take an answered ping in; return its way's number, from 1; 0 = one too many."""
        way = way_of(ping)
        number = self._numbers.get(way)
        if number is None:
            if len(self._numbers) == MOST_WAYS:
                self.left_out += 1
                return 0
            number = self._numbers[way] = len(self._numbers) + 1
            self._steps.append([Sampled() for _ in way[1:]])
            self._pings.append(0)
        self._pings[number - 1] += 1
        for sampled, step in zip(self._steps[number - 1], steps_of(ping), strict=True):
            sampled.add(step)
        return number

    def number_of(self, ping: Ping) -> int:
        """Return the number of a ping's way; 0 = it is not known."""
        return self._numbers.get(way_of(ping), 0)

    def medians(self, number: int) -> list[float]:
        """Return the median time from hop to hop of a way."""
        return [sampled.quantile(0.5) for sampled in self._steps[number - 1]]

    def paths(self) -> tuple[WatchedPath, ...]:
        """Return all of them."""
        return tuple(
            WatchedPath(
                number,
                self._pings[number - 1],
                tuple(
                    _spread(hop, sampled)
                    for hop, sampled in zip(way[1:], self._steps[number - 1], strict=True)
                ),
                way[0],
            )
            for way, number in self._numbers.items()
        )


def _spread(hop: HopName, sampled: Sampled) -> HopSpread:
    return HopSpread(
        hop,
        round(sampled.least, 3),
        round(sampled.quantile(0.5), 3),
        round(sampled.quantile(0.99), 3),
    )
