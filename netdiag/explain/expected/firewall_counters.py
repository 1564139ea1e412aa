"""How many packets a rule counted between two times at which a node was asked."""

from __future__ import annotations

from typing import NamedTuple

from netdiag.model.facts.firewall import Chain, Firewall, FirewallRule, Table


class _Where(NamedTuple):
    table: Table
    chain: Chain
    place: int
    """Among rules of the chain that say the same."""
    equals: int


def counters(rule: FirewallRule, before: Firewall, after: Firewall | None) -> int | None:
    """Return how many packets a rule of ``before`` counted until ``after``.

    None = not known: it was printed without counters, is not there any more, or was made anew.
    """
    where = _find(rule, before)
    if where is None or after is None or rule.packets is None:
        return None
    chain = _chain_after(where.table, where.chain.name, after)
    equals = [other for other in chain.rules if other.text == rule.text] if chain else []
    if len(equals) != where.equals:
        return None
    return _difference(rule.packets, equals[where.place].packets)


def policy_counters(table: Table, chain: Chain, after: Firewall | None) -> int | None:
    """Return how many packets a base chain's policy decided until ``after``; None = not known."""
    later = _chain_after(table, chain.name, after) if after is not None else None
    if later is None or later.policy != chain.policy:
        return None
    return _difference(chain.packets, later.packets)


def _find(rule: FirewallRule, firewall: Firewall) -> _Where | None:
    for table in firewall.tables:
        for chain in table.chains:
            if any(other is rule for other in chain.rules):
                equals = [other for other in chain.rules if other.text == rule.text]
                place = next(place for place, other in enumerate(equals) if other is rule)
                return _Where(table, chain, place, len(equals))
    return None


def _chain_after(table: Table, name: str, after: Firewall) -> Chain | None:
    key = _key(table)
    for other in after.tables:
        if _key(other) == key:
            return next((chain for chain in other.chains if chain.name == name), None)
    return None


def _key(table: Table) -> tuple[str | None, ...]:
    return table.program, table.backend, table.family, table.name


def _difference(before: int | None, after: int | None) -> int | None:
    if before is None or after is None or after < before:
        return None
    return after - before
