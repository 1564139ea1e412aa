"""How long each hop takes, over all pings that went between the same two ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from netdiag.model.report import Hop, Ping, Point
from netdiag.render.ladder_columns import point_of
from netdiag.render.ladder_links import Link, ping_links
from netdiag.tui.ladder.pings import Entry

Step = tuple[str, Point, Point]
"""Which way, from where, to where."""


class HopTimes(NamedTuple):
    """One step of the way."""

    link: Link
    hop: Hop
    """Where it leads to."""
    values_us: tuple[float, ...]
    """Of all pings that came there, the latest last."""
    lost: int
    """So many pings were seen last where this step begins, and did not come on."""

    def quantile(self, part: float) -> float:
        """Return the time that so many of the pings did not exceed."""
        ordered = sorted(self.values_us)
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def hop_times(entries: Sequence[Entry], chosen: Entry) -> list[HopTimes]:
    """Return the steps of the chosen ping's way; of a lost one, those that it should have made."""
    alike = [entry.ping for entry in entries if _ends(entry) == _ends(chosen)]
    way = _whole_way(chosen.ping, alike)
    values: dict[Step, list[float]] = defaultdict(list)
    lost: dict[tuple[str, Point], int] = defaultdict(int)
    for ping in alike:
        hops = ping.request + ping.reply
        for link in ping_links(ping):
            gap_us = hops[link.end].since_first_us - hops[link.start].since_first_us
            values[_step(link, hops)].append(gap_us)
        last = _died_at(ping)
        if last is not None:
            lost[last] += 1
    hops = way.request + way.reply
    times = []
    for link in ping_links(way):
        step = _step(link, hops)
        died = lost.pop((step[0], step[1]), 0)
        times.append(HopTimes(link, hops[link.end], tuple(values[step]), died))
    return times


def _ends(entry: Entry) -> tuple[object, ...]:
    ping = entry.ping
    port = entry.attempts.port if entry.attempts else None
    return ping.protocol, ping.source, ping.destination, port


def _whole_way(chosen: Ping, alike: Sequence[Ping]) -> Ping:
    if chosen.status == "answered":
        return chosen
    return next((ping for ping in alike if ping.status == "answered"), chosen)


def _step(link: Link, hops: tuple[Hop, ...]) -> Step:
    return link.way, point_of(hops[link.start]), point_of(hops[link.end])


def _died_at(ping: Ping) -> tuple[str, Point] | None:
    if ping.status == "request-lost" and ping.request:
        return "request", point_of(ping.request[-1])
    if ping.status == "reply-lost" and ping.reply:
        return "reply", point_of(ping.reply[-1])
    if ping.status == "unanswered" and ping.request:
        return "turn", point_of(ping.request[-1])
    return None
