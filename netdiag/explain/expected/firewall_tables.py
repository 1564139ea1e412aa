"""Which tables count, and in which order the kernel enters their base chains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from netdiag.explain.expected.firewall_sight import Family, Hook, Sets
from netdiag.model.facts.firewall import Chain, Firewall, Table

_TRACKED_SINCE: Final = -200
"""Priority of conntrack where a packet comes in, or is made (``netfilter_ipv4.h``)."""
_NAT_PRIORITIES: Final = {"prerouting": -100, "output": -100, "input": 100, "postrouting": 100}
"""Of all chains of type nat; their own order them among each other (``nf_nat_core.c``)."""
_FAMILIES: Final[dict[Family, tuple[str, ...]]] = {
    "ip": ("ip", "inet"), "ip6": ("ip6", "inet"), "bridge": ("bridge",),
}  # fmt: skip
_REMEMBERED: Final = 64


class FilterTable(NamedTuple):
    """A table with its chains by name."""

    table: Table
    chains: Mapping[str, Chain]
    sets: Sets


class Filters(NamedTuple):
    """What counts of a node's firewall."""

    tables: tuple[FilterTable, ...]
    ipsets: Sets


class BaseChain(NamedTuple):
    """A chain that the kernel enters."""

    within: FilterTable
    chain: Chain
    is_tracked: bool
    """False: conntrack has not looked at the packet yet."""


class _Same:
    """A firewall that equals only itself: 20,000 rules take longer to compare than to walk."""

    __slots__ = ("firewall",)

    def __init__(self, firewall: Firewall) -> None:
        self.firewall = firewall

    def __hash__(self) -> int:
        return id(self.firewall)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.firewall is self.firewall


def filters_of(firewall: Firewall) -> Filters:
    """Return the tables that count, each told once, made ready to be walked."""
    return _filters_of(_Same(firewall))


@lru_cache(_REMEMBERED)
def _filters_of(same: _Same) -> Filters:
    tables = tuple(
        FilterTable(table, {chain.name: chain for chain in table.chains}, dict(table.sets))
        for table in told_once(same.firewall)
    )
    return Filters(tables, dict(same.firewall.ipsets))


def told_once(firewall: Firewall) -> Iterator[Table]:
    """Yield iptables' tables, and those of nft that are not the same again.

    What iptables-nft made is told by both, what iptables-legacy made never by nft. A table of that
    name whose chains are other ones is that of iptables-nft beside iptables-legacy: the packet
    passes both.
    """
    yield from (table for table in firewall.tables if table.backend == "legacy")
    of_iptables = (t for t in firewall.tables if t.program == "iptables" and t.backend != "legacy")
    told = {(table.family, table.name): table for table in of_iptables}
    of_nft = {(t.family, t.name): t for t in firewall.tables if t.program == "nft"}
    for key, table in told.items():
        twin = of_nft.get(key)
        if table.is_complete or twin is None or not twin.is_complete:
            yield table
    for key, table in of_nft.items():
        known = told.get(key)
        if (
            known is None
            or (not known.is_complete and table.is_complete)
            or not _are_alike(known, table)
        ):
            yield table


def _are_alike(left: Table, right: Table) -> bool:
    """Return True if two tables have at least half of their chains in common."""
    first, second = _shape(left), _shape(right)
    return 2 * len(first & second) >= len(first | second)


def _shape(table: Table) -> frozenset[tuple[str, int | str]]:
    shape: set[tuple[str, int | str]] = set()
    for chain in table.chains:
        if chain.rules:
            shape.add((chain.name, len(chain.rules)))
        if chain.policy == "DROP":
            shape.add((chain.name, "DROP"))
    return frozenset(shape)


def base_chains(filters: Filters, hook: Hook, family: Family) -> list[BaseChain]:
    """Return the base chains of a hook in the order in which a packet passes them."""
    found: list[tuple[int, int, BaseChain]] = []
    for within in filters.tables:
        if within.table.family not in _FAMILIES[family]:
            continue
        for chain in within.table.chains:
            if chain.hook == hook:
                own = chain.priority or 0
                at = _NAT_PRIORITIES.get(hook, own) if chain.type == "nat" else own
                is_tracked = hook not in ("prerouting", "output") or at >= _TRACKED_SINCE
                found.append((at, own, BaseChain(within, chain, is_tracked)))
    found.sort(key=lambda item: item[:2])
    return [base for _, _, base in found]
