"""Packets and bytes per second of each interface, out of what they counted."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.kernel import LinkCounters
from netdiag.tui.session import Counters

SAMPLES = 60
"""How many rates are kept of an interface."""


class Rate(NamedTuple):
    """What an interface did in one second, both ways together; drops since it was first seen."""

    packets: float
    bytes: float
    drops: int


class Rates:
    """Remembers the last counters, and the rates between them."""

    def __init__(self) -> None:
        self._last: dict[str | None, Counters] = {}
        """By node: nodes answer one by one."""
        self._first: dict[CapturePoint, LinkCounters] = {}
        self._rates: dict[CapturePoint, deque[Rate]] = {}

    def add(self, counters: Counters) -> None:
        """Take what was counted; counters that went back (a new device) begin anew."""
        nodes = {point.node for point in counters.links}
        before_that = {node: self._last.get(node) for node in nodes}
        self._last.update(dict.fromkeys(nodes, counters))
        for point, now in counters.links.items():
            first = self._first.setdefault(point, now)
            last = before_that[point.node]
            before = last.links.get(point) if last else None
            if last is None or before is None:
                continue
            seconds = max(counters.time_ns - last.time_ns, 1) / 1e9
            packets = _packets(now) - _packets(before)
            if packets < 0:
                self._first[point] = now
                continue
            size = now.rx_bytes + now.tx_bytes - before.rx_bytes - before.tx_bytes
            kept = self._rates.setdefault(point, deque(maxlen=SAMPLES))
            kept.append(Rate(packets / seconds, size / seconds, _drops(now) - _drops(first)))
        for point in self._rates.keys() - counters.links.keys():
            if point.node in nodes or not nodes:
                del self._rates[point]

    def of(self, point: CapturePoint) -> tuple[Rate, ...]:
        """Return the rates of an interface, the latest last; empty = not known."""
        return tuple(self._rates.get(point, ()))

    def __bool__(self) -> bool:
        """Return whether any are known."""
        return bool(self._rates)


def _packets(counted: LinkCounters) -> int:
    return counted.rx_packets + counted.tx_packets


def _drops(counted: LinkCounters) -> int:
    return counted.rx_dropped + counted.tx_dropped
