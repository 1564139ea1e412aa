"""Which of several documents is believed about a table of packet filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from netdiag.facts.firewall.iptables_save import backend_named
from netdiag.model.facts.firewall import Backend, Table

_OTHER: Final[Mapping[Backend | None, Backend]] = {"legacy": "nft", "nft": "legacy"}


def best_tables(tables: Iterable[Table]) -> Iterator[Table]:
    """Yield each table once, by what tells most of it.

    A node may have a table of iptables twice: in nf_tables and in ip_tables. A document that does
    not say which it means tells of the only one; beside one that is called after a backend, of the
    other.
    """
    told: dict[tuple[str, str, str], dict[Backend | None, Table]] = {}
    for table in tables:
        _take(table, told.setdefault((table.program, table.family, table.name), {}))
    for alike in told.values():
        plain = alike.pop(None, None)
        asked = [
            backend for backend, table in alike.items() if backend_named(table.source.document)
        ]
        if plain is not None and len(asked) == 1:
            _take(replace(plain, backend=_OTHER[asked[0]]), alike)
        elif plain is not None and len(alike) < 2:
            alike = {None: max((*alike.values(), plain), key=_detail)}
        yield from alike.values()


def _take(table: Table, alike: dict[Backend | None, Table]) -> None:
    known = alike.get(table.backend)
    if known is None or _detail(table) > _detail(known):
        alike[table.backend] = table


def _detail(table: Table) -> tuple[bool, bool, int]:
    """Return how much a table's document tells: all of it, with counters, many rules."""
    rules = [rule for chain in table.chains for rule in chain.rules]
    has_counters = any(rule.packets is not None for rule in rules)
    return table.is_complete, has_counters, len(rules)
