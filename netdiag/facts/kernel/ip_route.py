"""Routes: ``ip -j route show table all``, and what builds a route of any form.

Names of fields are those of iproute2's ``ip/iproute.c``.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast, get_args

from msgspec import Struct

from netdiag.facts.kernel.addresses import (
    ANY_IPV4,
    ANY_IPV6,
    canonical_address,
    canonical_prefix,
    is_ipv6,
)
from netdiag.facts.kernel.ip_json import MAX_32_BITS, bounded, parse_items, shared, shared_words
from netdiag.facts.parsed import Parsed
from netdiag.model.facts.kernel import NextHop, Route, RouteType

ROUTE_TYPES: frozenset[str] = frozenset(get_args(RouteType))
WITHOUT_NEXT_HOP = frozenset({"blackhole", "unreachable", "prohibit", "throw"})
_OF_THE_ROUTE = frozenset({"cloned", "notify", "rt_offload", "rt_trap", "rt_offload_failed"})
"""Flags that are not those of a next hop."""
_OF_TUNNEL: Final = re.compile(
    rb'("encap"\s{0,20}:\s{0,20}"[^"]{0,40}"[^{}]{0,400}?)"dst"(?=\s{0,20}:)'
)
"""What iproute2 prints of a tunnel stands among the route's own keys, and has a ``dst``, too."""

_TABLES = {"255": "local", "254": "main", "253": "default"}


class ViaItem(Struct, gc=False):
    """A gateway of the other address family."""

    host: str | None = None


class NextHopItem(Struct):
    """A next hop of a route with several."""

    gateway: str | None = None
    via: ViaItem | None = None
    dev: str | None = None
    weight: int | None = None
    flags: list[str] | None = None
    encap: str | None = None


class RouteItem(NextHopItem):
    """A route as JSON holds it."""

    dst: str | None = None
    type: str | None = None
    table: int | str | None = None
    protocol: int | str | None = None
    scope: int | str | None = None
    prefsrc: str | None = None
    metric: int | None = None
    metrics: list[dict[str, Any]] | None = None
    pref: str | None = None
    nexthops: list[NextHopItem] | None = None


def parse_routes_json(data: bytes, document: str) -> Parsed[Route]:
    """Return the routes of ``ip -j route``."""
    if b'"encap"' in data:
        data = _OF_TUNNEL.sub(rb'\1"encap_dst"', data)
    return parse_items(data, document, RouteItem, build_route)


def build_route(item: RouteItem, document: str, position: int) -> Route | None:
    """Return a route; None = it has no destination or a strange gateway, or an unknown type."""
    kind = item.type or "unicast"
    destination = _destination(item, kind)
    if destination is None or kind not in ROUTE_TYPES or not _leads_to_addresses(item):
        return None
    next_hops = () if kind in WITHOUT_NEXT_HOP else _next_hops(item)
    return Route(
        shared(destination) or "",
        document,
        position,
        next_hops,
        cast(RouteType, shared(kind)),
        table_name(item.table) or "main",
        _name(item.protocol),
        _name(item.scope),
        bounded(item.metric, MAX_32_BITS),
        shared(canonical_address(item.prefsrc)) if item.prefsrc else None,
        _mtu(item.metrics) if item.metrics else None,
        _route_flags(item.flags, bool(next_hops)) if item.flags else (),
    )


def table_name(table: int | str | None) -> str | None:
    """Return ``local``, ``main`` or ``default`` for their numbers, else what was printed."""
    if table is None:
        return None
    return shared(_TABLES.get(str(table)) or str(table))


def _destination(item: RouteItem, kind: str) -> str | None:
    if item.dst in ("default", "all", "any"):
        return ANY_IPV6 if _is_of_ipv6(item, kind) else ANY_IPV4
    return canonical_prefix(item.dst) if item.dst else None


def _is_of_ipv6(item: RouteItem, kind: str) -> bool:
    """Tell the family of a default route, which only what stands beside it can tell.

    ``via`` is of the other family. A preference (RFC 4191) has only IPv6, and only there does a
    route that drops packets name a device.
    """
    for hop in (item, *(item.nexthops or ())):
        if hop.via is not None and hop.via.host:
            return not is_ipv6(hop.via.host)
        if hop.gateway:
            return is_ipv6(hop.gateway)
    if item.prefsrc:
        return is_ipv6(item.prefsrc)
    return item.pref is not None or (kind in WITHOUT_NEXT_HOP and item.dev is not None)


def _leads_to_addresses(item: RouteItem) -> bool:
    """Return False if a gateway is no address: without it the route would be another one."""
    hops = (item, *(item.nexthops or ()))
    return all(canonical_address(told) for hop in hops if (told := _gateway(hop)))


def _gateway(hop: NextHopItem) -> str | None:
    return hop.gateway or (hop.via.host if hop.via else None)


def _next_hops(item: RouteItem) -> tuple[NextHop, ...]:
    if item.nexthops:
        return tuple([_next_hop(hop, hop.flags or ()) for hop in item.nexthops])
    if item.dev is None and item.gateway is None and item.via is None and item.encap is None:
        return ()
    flags = [flag for flag in item.flags if flag not in _OF_THE_ROUTE] if item.flags else ()
    return (_next_hop(item, flags),)


def _next_hop(hop: NextHopItem, flags: list[str] | tuple[()]) -> NextHop:
    gateway = _gateway(hop)
    return NextHop(
        shared(hop.dev),
        shared(canonical_address(gateway)) if gateway else None,
        bounded(hop.weight, MAX_32_BITS) or 1,
        shared_words(flags),
        shared(hop.encap),
    )


def _route_flags(flags: list[str], has_next_hops: bool) -> tuple[str, ...]:
    if not has_next_hops:
        return shared_words(flags)
    return shared_words([flag for flag in flags if flag in _OF_THE_ROUTE])


def _mtu(metrics: list[dict[str, Any]]) -> int | None:
    values = [metric["mtu"] for metric in metrics if "mtu" in metric]
    return bounded(values[0], MAX_32_BITS) if values else None


def _name(value: int | str | None) -> str | None:
    return None if value is None else shared(str(value))
