"""The parsers of network documents, one of each kind of text and of JSON, and how to compare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from netdiag.facts.kernel.arp_text import parse_arp
from netdiag.facts.kernel.brctl_text import parse_brctl_bridges, parse_brctl_show
from netdiag.facts.kernel.bridge_fdb import parse_bridge_fdb, parse_fdb_json
from netdiag.facts.kernel.bridge_link import parse_bridge_link, parse_bridge_ports_json
from netdiag.facts.kernel.ifconfig_text import parse_ifconfig_addresses, parse_ifconfig_links
from netdiag.facts.kernel.ip_addr import parse_addresses_json
from netdiag.facts.kernel.ip_addr_text import parse_ip_addr
from netdiag.facts.kernel.ip_link import parse_links_json
from netdiag.facts.kernel.ip_link_text import parse_ip_link
from netdiag.facts.kernel.ip_neigh import parse_ip_neigh, parse_neighbours_json
from netdiag.facts.kernel.ip_route import parse_routes_json
from netdiag.facts.kernel.ip_route_text import parse_ip_route
from netdiag.facts.kernel.ip_rule import parse_ip_rule, parse_rules_json
from netdiag.facts.kernel.route_n_text import parse_route_n
from netdiag.facts.parsed import Parsed

JSON_PARSERS: dict[str, Callable[[bytes, str], Parsed[Any]]] = {
    "link": parse_links_json,
    "addr": parse_addresses_json,
    "route": parse_routes_json,
    "rule": parse_rules_json,
    "neigh": parse_neighbours_json,
    "fdb": parse_fdb_json,
    "bridge link": parse_bridge_ports_json,
}
TEXT_PARSERS: dict[str, Callable[[str, str, int], Parsed[Any]]] = {
    "ip link": parse_ip_link,
    "ip addr": parse_ip_addr,
    "ip route": parse_ip_route,
    "ip rule": parse_ip_rule,
    "ip neigh": parse_ip_neigh,
    "bridge fdb": parse_bridge_fdb,
    "bridge link": parse_bridge_link,
    "brctl show": parse_brctl_show,
    "brctl bridges": parse_brctl_bridges,
    "ifconfig links": parse_ifconfig_links,
    "ifconfig addresses": parse_ifconfig_addresses,
    "route -n": parse_route_n,
    "arp": parse_arp,
}


def as_told(parsed: Parsed[Any], **unlike: object) -> list[Any]:
    """Return the items without their places, with some fields the same for all of them."""
    return [
        msgspec.structs.replace(item, document="", position=0, **unlike) for item in parsed.items
    ]


def values(item: object) -> dict[str, Any]:
    """Return what an item tells: its fields that are not the default, without its place."""
    given = {name: getattr(item, name) for name in item.__struct_fields__}  # type: ignore[attr-defined]
    defaults = {field.name: field.default for field in msgspec.structs.fields(type(item))}  # type: ignore[arg-type]
    return {
        name: value
        for name, value in given.items()
        if name not in ("document", "position") and value != defaults[name]
    }
