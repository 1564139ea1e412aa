"""Rules and routes as ``ip`` prints them -> tables that can be asked."""

from __future__ import annotations

from typing import Any

from netdiag.facts.kernel.ip_route_text import parse_ip_route
from netdiag.facts.kernel.ip_rule import parse_ip_rule
from netdiag.facts.kernel.routing import Packet, RoutingTables
from netdiag.model.facts.kernel import Namespace, Route
from netdiag.model.prefixes import Prefix, parse_address

USUAL_RULES = """\
0:	from all lookup local
32766:	from all lookup main
32767:	from all lookup default
"""
LOCAL = "local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1\n"
"""By such a route it is known that the document tells all tables."""


def tables(routes: str, rules: str | None = USUAL_RULES, **more: Any) -> RoutingTables:
    """Return the tables of documents that are whole, or as ``more`` says of the namespace."""
    parsed = parse_ip_route(routes, "ip_route.txt")
    assert parsed.problems == ()
    told = parse_ip_rule(rules, "ip_rule.txt") if rules is not None else None
    assert told is None or told.problems == ()
    is_all = any(route.table == "local" for route in parsed.items)
    named: dict[str, Any] = {"has_all_tables": is_all} | more
    return RoutingTables(Namespace(routes=parsed.items, rules=told and told.items, **named))


def packet(destination: str, source: str | None = None, **more: Any) -> Packet:
    return Packet(address(destination), parse_address(source), **more)


def address(text: str) -> Prefix:
    found = parse_address(text)
    assert found is not None
    return found


def way(route: Route | None) -> str:
    """Return where a route leads: ``via dev``, its type where that is another, or ``none``."""
    if route is None:
        return "none"
    if route.type != "unicast":
        return route.type
    return " ".join(word for word in (route.gateway, route.device) if word)
