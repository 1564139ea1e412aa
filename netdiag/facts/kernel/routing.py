"""Which route the kernel takes, by its policy rules and tables (``ip rule``, ``ip route``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netdiag.model.facts.kernel import Namespace, Route, RoutingRule
from netdiag.model.prefixes import Prefix, parse_prefix

MAIN = "main"
PREFERENCE = {"local": 0, "main": 1, "default": 2}


class Packet(NamedTuple):
    """What policy rules select by; None = not known, and rules that ask for it do not match."""

    destination: Prefix
    source: Prefix | None = None
    input_device: str | None = None
    mark: int = 0
    protocol: str | None = None


class RoutingTables:
    """The routes of a namespace, ready to be looked up often."""

    def __init__(self, namespace: Namespace) -> None:
        self._rules = _ordered_rules(namespace)
        self._has_all_rules = namespace.rules is not None and "rules" not in namespace.partial
        self._has_all_tables = namespace.has_all_tables
        self._tables: dict[tuple[str, int], dict[int, dict[int, Route]]] = {}
        """By table and family: prefix length -> network -> the best route."""
        for route in namespace.routes or ():
            self._add(route)

    def look_up(self, packet: Packet) -> Route | None:
        """Return the route that a packet takes; None if there is none, or if it cannot be told.

        That is where rules or a table that may decide were not told. A route of type blackhole,
        unreachable or prohibit is returned as it is.
        """
        _, route = self._decide(packet)
        return route

    def deciding_rule(self, packet: Packet) -> RoutingRule | None:
        """Return the rule that ends the look-up: by a route, or by its own action.

        None = no rule does, or it cannot be told.
        """
        rule, _ = self._decide(packet)
        return rule

    def _decide(self, packet: Packet) -> tuple[RoutingRule | None, Route | None]:
        if not self._has_all_rules and self._is_in_other_table(packet.destination):
            return None, None
        resume = 0
        for rule in self._rules:
            if rule.priority < resume or not _applies(rule, packet):
                continue
            if rule.action == "lookup":
                if not self._is_told(rule.table or MAIN):
                    return None, None
                route = self._longest_match(rule.table or MAIN, packet.destination)
                if route is not None and not _is_passed_over(route, rule):
                    return rule, route
            elif rule.action == "goto":
                resume = rule.goto or 0
            elif rule.action != "nop":
                return rule, None
        return None, None

    @property
    def needs_rules(self) -> bool:
        """Return True if rules were not told, and there are tables that only they lead to."""
        return not self._has_all_rules and any(table not in PREFERENCE for table, _ in self._tables)

    def _is_told(self, table: str) -> bool:
        return (
            self._has_all_tables
            or table in PREFERENCE
            or any(table == known for known, _ in self._tables)
        )

    def _is_in_other_table(self, destination: Prefix) -> bool:
        tables = {table for table, _ in self._tables if table not in PREFERENCE}
        found = (self._longest_match(table, destination) for table in tables)
        return any(route is not None and route.type != "throw" for route in found)

    def _add(self, route: Route) -> None:
        prefix = parse_prefix(route.destination)
        if prefix is None:
            return
        table = self._tables.setdefault((route.table, prefix.version), {})
        networks = table.setdefault(prefix.length, {})
        known = networks.get(prefix.network)
        if known is None or (route.metric or 0) < (known.metric or 0):
            networks[prefix.network] = route

    def _longest_match(self, table: str, destination: Prefix) -> Route | None:
        lengths = self._tables.get((table, destination.version), {})
        bits = 32 if destination.version == 4 else 128
        for length in sorted(lengths, reverse=True):
            shift = bits - length
            route = lengths[length].get(destination.network >> shift << shift)
            if route is not None and _is_usable(route):
                return route
        return None


def is_default(route: Route) -> bool:
    """Return True for a default route."""
    return route.destination in ("0.0.0.0/0", "::/0")


def _is_passed_over(route: Route, rule: RoutingRule) -> bool:
    """Return True if the rules after this one decide: a throw, or a prefix that is suppressed."""
    if route.type == "throw":
        return True
    prefix = parse_prefix(route.destination)
    most = rule.suppressed_length
    return most is not None and prefix is not None and prefix.length <= most


def _is_usable(route: Route) -> bool:
    """Return True unless all next hops are dead; by default a link without carrier counts."""
    if not route.next_hops:
        return True
    return any("dead" not in hop.flags for hop in route.next_hops)


def _ordered_rules(namespace: Namespace) -> Sequence[RoutingRule]:
    """Return the rules in the kernel's order; where none were told, those of a plain system."""
    if not namespace.rules:
        return [RoutingRule(PREFERENCE[name], "", 0, table=name) for name in PREFERENCE]
    return sorted(namespace.rules, key=lambda rule: rule.priority)


def _applies(rule: RoutingRule, packet: Packet) -> bool:
    if rule.has_other_selectors:
        return False
    version = packet.destination.version
    if rule.is_ipv6 is not None and rule.is_ipv6 != (version == 6):
        return False
    return all(_selectors(rule, packet)) != rule.inverted


def _selectors(rule: RoutingRule, packet: Packet) -> Iterator[bool]:
    if rule.source is not None:
        yield _is_in(packet.source, rule.source)
    if rule.destination is not None:
        yield _is_in(packet.destination, rule.destination)
    if rule.input_device is not None:
        yield packet.input_device == rule.input_device
    if rule.output_device is not None:
        yield False
    if rule.mark is not None:
        mask = 0xFFFFFFFF if rule.mask is None else rule.mask
        yield packet.mark & mask == rule.mark & mask
    if rule.protocol is not None:
        yield packet.protocol == rule.protocol


def _is_in(address: Prefix | None, prefix: str) -> bool:
    outer = parse_prefix(prefix)
    return outer is not None and address is not None and outer.covers(address)
