"""Which columns a ladder has: the interfaces of a ping in the order of its path, by node."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple, TypeVar

from netdiag.model.report import Hop, Ping, Point, Report, Role

Key = TypeVar("Key", bound=Hashable)

LOST = frozenset({"request-lost", "reply-lost", "unanswered"})


class Column(NamedTuple):
    """One capture point of the path."""

    point: Point
    role: Role
    seen: bool
    """False if this ping never came here, though an answered one of the same pair did."""


def ladder_columns(report: Report, ping: Ping) -> tuple[Column, ...]:
    """Return the columns from left to right; those of one node stand together."""
    seen = frozenset(point_of(hop) for hop in ping.request + ping.reply)
    known = _expected_path(report, ping) if seen else ()
    ways = (*_ways(ping), *known)
    roles = {point_of(hop): hop.role for way in ways for hop in way}
    points = _merged(tuple(point_of(hop) for hop in way) for way in ways)
    nodes = _merged(tuple(hop.node for hop in way) for way in ways)
    ordered = (point for node in nodes for point in points if point.node == node)
    return tuple(Column(point, roles[point], point in seen) for point in ordered)


def point_of(hop: Hop) -> Point:
    """Return where the hop was seen."""
    return Point(hop.node, hop.pod, hop.interface)


def _ways(ping: Ping) -> tuple[tuple[Hop, ...], ...]:
    """Both directions as the request goes."""
    return ping.request, ping.reply[::-1]


def _expected_path(report: Report, ping: Ping) -> tuple[tuple[Hop, ...], ...]:
    """The path of an answered ping of the same pair, to show where a lost one did not come."""
    if ping.status not in LOST:
        return ()
    for other in report.pings:
        same_pair = (other.source, other.destination) == (ping.source, ping.destination)
        if other.status == "answered" and same_pair:
            return _ways(other)
    return ()


def _merged(ways: Iterable[tuple[Key, ...]]) -> tuple[Key, ...]:
    """Return every key once: in the order of the first way, then each beside its predecessor."""
    order: list[Key] = []
    for way in ways:
        if not order:
            order.extend(dict.fromkeys(way))
        at = 0
        for key in way:
            if key not in order:
                order.insert(at, key)
            at = order.index(key) + 1
    return tuple(order)
