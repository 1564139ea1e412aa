"""Routes as people paste them: ``ip route``, of any table, with ``-d`` and ``-o`` too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from netdiag.facts.kernel.addresses import canonical_prefix
from netdiag.facts.kernel.ip_json import build_from
from netdiag.facts.kernel.ip_route import ROUTE_TYPES, WITHOUT_NEXT_HOP, RouteItem, build_route
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import Words, numbered_lines
from netdiag.model.facts.kernel import Route

_FIELDS = {
    "dev": "dev", "table": "table", "proto": "protocol", "scope": "scope", "src": "prefsrc",
    "metric": "metric", "pref": "pref", "weight": "weight",
}  # fmt: skip
_FLAGS = frozenset({
    "onlink", "linkdown", "dead", "pervasive", "offload", "trap", "unresolved", "notify",
    "cloned", "rt_offload", "rt_trap", "rt_offload_failed",
})  # fmt: skip
_NO_FACTS = frozenset({
    "tos", "dsfield", "nhid", "expires", "error", "realm", "realms", "from", "iif", "uid",
    "users", "used", "age", "ttl-propagate", "mark", "priority", "preference", "hops",
    "window", "rtt", "rttvar", "ssthresh", "cwnd", "advmss", "reordering", "hoplimit",
    "initcwnd", "features", "rto_min", "initrwnd", "quickack", "congctl", "fastopen_no_cookie",
})  # fmt: skip
_AFTER_ENCAPSULATION = frozenset({"via", "dev", "nexthop", "proto"})
_ONE_LINE = re.compile(r"\\(?=\s)")
"""What ``-o`` prints in place of the end of a line."""


class _Pending(NamedTuple):
    """A route whose next hops may still follow."""

    line: int
    values: dict[str, Any]


def parse_ip_route(text: str, document: str, first_line: int = 1) -> Parsed[Route]:
    """Return the routes of ``ip route``.

    Of a line that holds words which no known version prints, the route counts and is told.
    """
    routes: list[Route] = []
    bad: list[int] = []
    for pending in _read_routes(text, first_line, bad):
        route = None
        if _leads_somewhere(pending.values):
            route = build_from(pending.values, RouteItem, build_route, document, pending.line)
        if route is None:
            bad.append(pending.line)
        else:
            routes.append(route)
    return Parsed(tuple(routes), not_understood(sorted(set(bad))))


def _read_routes(text: str, first_line: int, bad: list[int]) -> Iterator[_Pending]:
    """Yield each route with its next hops; lines that are no part of one go to ``bad``."""
    pending: _Pending | None = None
    for number, line in numbered_lines(text, first_line):
        for part in _ONE_LINE.split(line):
            words = Words(part)
            if words.peek() in ("nexthop", "nh_info"):
                understood = pending is not None and _read_next_hop(words, pending.values)
            else:
                if pending is not None:
                    yield pending
                pending = _Pending(number, {})
                understood = _read_route(words, pending.values)
                if "dst" not in pending.values:
                    pending = None
            if not understood:
                bad.append(number)
    if pending is not None:
        yield pending


def _leads_somewhere(values: dict[str, Any]) -> bool:
    """Return False for a line that breaks off before the device."""
    return "dev" in values or "nexthops" in values or values.get("type") in WITHOUT_NEXT_HOP


def _read_route(words: Words, values: dict[str, Any]) -> bool:
    kind = words.take() if words.peek() in ROUTE_TYPES else "unicast"
    destination = words.take()
    if destination != "default" and canonical_prefix(destination) is None:
        return False
    values.update(type=kind, dst=destination)
    return _read_fields(words, values)


def _read_next_hop(words: Words, values: dict[str, Any]) -> bool:
    if words.take() == "nh_info":
        return True  # the nexthop object, whose hops are also told as those of the route
    if "dev" in values:
        return False  # a route leads to one device, or to several next hops
    hop: dict[str, Any] = {}
    understood = _read_fields(words, hop)
    if "dev" in hop or "gateway" in hop or "via" in hop:
        values.setdefault("nexthops", []).append(hop)
        return understood
    return False


def _read_fields(words: Words, values: dict[str, Any]) -> bool:
    """Read all words of a route or of a next hop; return whether all are understood."""
    understood = True
    while word := words.take():
        if word in _FIELDS:
            values[_FIELDS[word]] = words.take()
        elif word in _FLAGS:
            values.setdefault("flags", []).append(word)
        elif word == "via":
            _read_gateway(words, values)
        elif word == "mtu":
            values["metrics"] = [{"mtu": _read_metric(words)}]
        elif word in _NO_FACTS:
            _read_metric(words)
        elif word == "encap":
            values["encap"] = words.take()
            words.skip_until(_AFTER_ENCAPSULATION)
        else:
            understood = False
    return understood and "" not in values.values()


def _read_gateway(words: Words, values: dict[str, Any]) -> None:
    if words.peek() in ("inet", "inet6"):
        values["via"] = {"family": words.take(), "host": words.take()}
    else:
        values["gateway"] = words.take()


def _read_metric(words: Words) -> int | None:
    value = words.take()
    if value == "lock":
        value = words.take()
    return int(value) if len(value) < 20 and value.isascii() and value.isdigit() else None
