"""Routes of net-tools and busybox: ``route -n`` and ``netstat -rn``, of IPv4 and IPv6.

They know one table, and show neither protocol nor scope nor source. IPv6 routes with several next
hops are several lines, of IPv4 ones only the first hop is shown.
"""

from __future__ import annotations

import re

from netdiag.facts.kernel.addresses import (
    ANY_IPV4,
    canonical_address,
    canonical_prefix,
    mask_length,
)
from netdiag.facts.kernel.ip_json import shared
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines, whole_number
from netdiag.model.facts.kernel import NextHop, Route, RouteType

_TITLE = "Kernel"
_HEADER = "Destination"
_WITHOUT_METRIC = frozenset({"MSS", "Window", "irtt"})
"""Columns of ``netstat -rn``; they are called so in all languages, but for the second."""
_TITLE_OF_ANY = re.compile(r"[^\d.:]*IP(?:v[46])?\b[^\d.:]*")
_NO_GATEWAY = frozenset({"0.0.0.0", "::", "*", "-", "[::]"})
_NO_METRIC = 0xFFFFFFFF
"""Of the route that the kernel keeps where it has none; it is printed as -1."""
_IPV4_WORDS, _IPV6_WORDS = 8, 7


def parse_route_n(text: str, document: str, first_line: int = 1) -> Parsed[Route]:
    """Return the routes of ``route -n`` or ``netstat -rn``; with names in place of numbers too,
    as far as these are ``default`` and ``*``.
    """  # fmt: skip
    routes: list[Route] = []
    bad: list[int] = []
    has_metric = False
    for number, line in numbered_lines(text, first_line):
        words = line.split()
        if words[0] == _TITLE and "routing" in words:
            continue
        if words[0] == _HEADER or (_is_heading(line, words) and not routes):
            has_metric = not _WITHOUT_METRIC & set(words)
            continue
        route = None
        if len(words) == _IPV4_WORDS:
            route = _ipv4_route(words, has_metric, document, number)
        elif len(words) == _IPV6_WORDS:
            route = _ipv6_route(words, document, number)
        if route is None:
            bad.append(number)
        else:
            routes.append(route)
    return Parsed(tuple(routes), not_understood(bad))


def _is_heading(line: str, words: list[str]) -> bool:
    """Return True for what stands above the routes in other languages."""
    is_title = _TITLE_OF_ANY.fullmatch(line) is not None
    return is_title or (len(words) >= _IPV6_WORDS and not any(map(str.isdecimal, words)))


def _ipv4_route(words: list[str], has_metric: bool, document: str, line: int) -> Route | None:
    """Return the route of Destination, Gateway, Genmask, Flags, three numbers and Iface."""
    prefix = _ipv4_prefix(words[0], words[2])
    kind: RouteType = "unicast"
    if "!" in words[3]:
        kind = "unreachable"  # or prohibit: they look the same
    elif words[7] == "*":
        kind = "blackhole"
    hops = _next_hops(kind, words[1], words[7])
    if prefix is None or hops is None:
        return None
    metric = whole_number(words[4]) if has_metric else None
    return Route(shared(prefix) or "", document, line, hops, kind, metric=metric or None)


def _ipv4_prefix(destination: str, mask: str) -> str | None:
    length = mask_length(mask)
    if destination == "default":
        return ANY_IPV4 if length in (0, None) else None
    return None if length is None else canonical_prefix(f"{destination}/{length}")


def _ipv6_route(words: list[str], document: str, line: int) -> Route | None:
    """Return the route of Destination, Next Hop, Flag, Met, Ref, Use and If."""
    prefix = canonical_prefix(words[0].replace("[", "").replace("]", ""))
    metric = _NO_METRIC if words[3] == "-1" else whole_number(words[3])
    if prefix is None or metric is None:
        return None
    kind, table = _ipv6_kind(prefix, words[2])
    hops = _next_hops(kind, words[1], words[6])
    if hops is None:
        return None
    return Route(shared(prefix) or "", document, line, hops, kind, table, metric=metric)


def _ipv6_kind(prefix: str, flags: str) -> tuple[RouteType, str]:
    """Return type and table: it shows the node's own and multicast addresses among the rest."""
    if "!" in flags:
        return "unreachable", "main"
    if "n" in flags:
        return "local", "local"
    return ("multicast", "local") if prefix.startswith("ff") else ("unicast", "main")


def _next_hops(kind: RouteType, gateway: str, device: str) -> tuple[NextHop, ...] | None:
    """Return where a route leads; None = its gateway is no address."""
    if kind in ("unreachable", "blackhole"):
        return ()
    if gateway in _NO_GATEWAY:
        return (NextHop(shared(device)),)
    address = canonical_address(gateway)
    return None if address is None else (NextHop(shared(device), shared(address)),)
