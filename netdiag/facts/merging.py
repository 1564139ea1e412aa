"""What several documents say about one thing, put together: the best counts, others add to it.

Others only add what the best was not asked for: the other family, another routing table, the
details of one device. So of two that tell the same thing at different times, one is believed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from netdiag.facts.kernel.addresses import is_ipv6
from netdiag.facts.recognise import Piece
from netdiag.model.facts.kernel import Address, Link, Neighbour, Route, RoutingRule

Part = tuple[str, str]
"""Family and routing table; both are empty where there are none."""

_FAMILIES: Final = ("ip", "ip6")
_ALL: Final[Part] = ("", "")
_MAIN: Final[Part] = ("ip", "main")
_BY_FAMILY: Final = frozenset(("addresses", "neighbours", "rules"))
_ADDED_TO: Final = frozenset(("addresses", "neighbours", "fdb", "bridge_ports"))
"""What may grow by single items; a table with some of its routes would decide wrongly."""
_LEFT_OUT: Final = frozenset(("document", "position"))


class Merged(NamedTuple):
    """All that is told about one thing."""

    items: tuple[Any, ...]
    is_partial: bool
    """What is not among the items may still exist."""
    has_all_tables: bool = False


def merge(field: str, pieces: list[Piece]) -> Merged:
    """Return what pieces about the same thing say together."""
    parts: list[Piece] = []
    whole: list[Piece] = []
    for piece in pieces:
        (parts if _is_part(piece, pieces) else whole).append(piece)
    whole.sort(key=_worth_of_whole, reverse=True)
    if not whole:
        return Merged(tuple(_each_once(parts)), True)
    used, items, covered = whole[:1], list(whole[0].parsed.items), _told_parts(field, whole[0])
    for piece in whole[1:]:
        if piece.parsed.problems and not _is_asked_for(piece):
            continue
        added = [item for item in piece.parsed.items if not _is_in(_part_of(field, item), covered)]
        if added:
            items += added
            used.append(piece)
        covered |= _told_parts(field, piece)
    is_broken = any(piece.parsed.problems for piece in used)
    if field == "links":
        items = _with_details(items, parts, is_broken)
    elif field in _ADDED_TO:
        items += [i for i in _each_once(parts) if not _is_in(_part_of(field, i), covered)]
    is_partial = is_broken or not _tells_ipv4(field, whole, covered)
    has_all_tables = any(map(_has_all_tables, used))
    return Merged(tuple(_of_one_family(items, used)), is_partial, has_all_tables)


def best_of(pieces: list[Piece]) -> Piece:
    """Return the document that tells most: a whole one, with details, as JSON."""
    return max(pieces, key=worth)


def worth(piece: Piece) -> tuple[bool, bool, bool, bool]:
    """Return how much a document tells, to be compared with others."""
    items = piece.parsed.items
    has_details = any(getattr(item, "kind", "") is not None for item in items)
    return bool(items), not piece.parsed.problems, has_details, not piece.is_text


def _worth_of_whole(piece: Piece) -> tuple[bool, bool, bool, bool, bool]:
    """Return the same, where routes of all tables say more than those of one."""
    has_items, is_unbroken, *details = worth(piece)
    has_details, is_json = details
    return has_items, is_unbroken, _has_all_tables(piece), has_details, is_json


def _is_part(piece: Piece, pieces: list[Piece]) -> bool:
    """Return True if a piece shows some devices only: ``ip -4 addr`` leaves out those without."""
    if piece.field != "links" or piece.scope.is_part:
        return piece.scope.is_part
    if piece.form == "ip_addr" and piece.scope.family:
        return True
    names = {link.name for link in piece.parsed.items}
    return len(names) == 1 and any(
        names < {link.name for link in other.parsed.items}
        for other in pieces
        if not other.scope.is_part
    )


def _is_asked_for(piece: Piece) -> bool:
    return piece.scope.family is not None or piece.scope.table is not None


def _part_of(field: str, item: Any) -> Part:
    """Return the part of the whole that an item belongs to."""
    if isinstance(item, Route):
        return _family(item.destination), item.table
    if field not in _BY_FAMILY:
        return _ALL
    if isinstance(item, (Address, Neighbour)):
        return _family(item.address), ""
    return _FAMILIES[bool(item.is_ipv6)] if isinstance(item, RoutingRule) else "", ""


def _told_parts(field: str, piece: Piece) -> frozenset[Part]:
    """Return the parts that a piece tells wholly; a table ``*`` = all tables of a family."""
    parts = {_part_of(field, item) for item in piece.parsed.items}
    family = "ip" if piece.form == "arp" else piece.scope.family
    families = (family,) if family else _FAMILIES
    if field in _BY_FAMILY:
        return frozenset((family, "") for family in families)
    if field == "routes" and _has_all_tables(piece):
        return frozenset((family, "*") for family, _ in parts)
    if field == "routes" and _is_asked_for(piece):
        return frozenset({*parts, *((family, piece.scope.table or "main") for family in families)})
    return frozenset(parts or {_ALL})


def _is_in(part: Part, covered: frozenset[Part]) -> bool:
    return part in covered or (part[0], "*") in covered


def _has_all_tables(piece: Piece) -> bool:
    """Return True if a piece is about routes, and shows them whatever their table is."""
    if piece.field != "routes" or piece.form == "route_n" or _is_asked_for(piece):
        return False
    return any(route.table == "local" for route in piece.parsed.items)


def _tells_ipv4(field: str, whole: list[Piece], covered: frozenset[Part]) -> bool:
    """Return False if all that was asked for is IPv6, or other tables than ``main``."""
    if not all(map(_is_asked_for, whole)):
        return True
    if field == "routes":
        return _is_in(_MAIN, covered)
    return field not in _BY_FAMILY or ("ip", "") in covered


def _of_one_family(items: list[Any], used: list[Piece]) -> list[Any]:
    """Return items where rules are those of IPv4 once others are told as those of IPv6."""
    if not any(piece.field == "rules" and piece.scope.family == "ip6" for piece in used):
        return items
    return [replace(rule, is_ipv6=bool(rule.is_ipv6)) for rule in items]


def _with_details(links: list[Link], parts: list[Piece], is_broken: bool) -> list[Link]:
    """Return devices with what was asked for about single ones."""
    told = {link.name: link for link in _each_once(parts)}
    known = {link.name for link in links}
    links = [_more_detailed(link, told.get(link.name)) for link in links]
    return [*links, *(told[name] for name in told if is_broken and name not in known)]


def _more_detailed(link: Link, other: Link | None) -> Link:
    if other is None or other.kind is None or link.kind is not None:
        return link
    return replace(other, counters=other.counters or link.counters)


def _each_once(pieces: list[Piece]) -> Iterable[Any]:
    """Return the items of pieces that are not whole, each once."""
    found: dict[object, Any] = {}
    for piece in sorted(pieces, key=worth, reverse=True):
        for item in piece.parsed.items:
            found.setdefault(_identity(item), item)
    return found.values()


def _identity(item: Any) -> object:
    """Return what tells an item from others, wherever it is told."""
    if isinstance(item, Link):
        return item.name
    if isinstance(item, Route):
        hops = tuple((hop.device, hop.gateway) for hop in item.next_hops)
        return item.destination, item.table, item.metric, item.protocol, hops
    names = [name for name in item.__struct_fields__ if name not in _LEFT_OUT]
    return type(item), tuple(getattr(item, name) for name in names)


def _family(text: str) -> str:
    return _FAMILIES[is_ipv6(text)]
