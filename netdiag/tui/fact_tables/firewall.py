"""Rules of packet filters and NAT with their counters, chain by chain; sets."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.model.facts.firewall import Chain, FirewallRule, Table
from netdiag.model.facts.node import NodeFacts
from netdiag.model.facts.source import Source, place_in
from netdiag.tui.fact_tables.table import FactTable, Tone, joined, told

DROPPING = frozenset({"DROP", "REJECT"})


@dataclass(frozen=True)
class _Line:
    """A chain's policy, or a rule by its number in the chain."""

    table: Table
    chain: Chain
    number: int
    """From 1; 0 = the chain itself."""
    rule: FirewallRule | None


def firewall_tables(node: NodeFacts) -> list[FactTable]:
    """Return the rules, and the sets."""
    firewall = node.firewall
    lines = [
        line
        for table in (firewall.tables if firewall else ())
        for chain in table.chains
        for line in _lines(table, chain)
    ]
    sets = firewall.ipsets if firewall else ()
    return [
        FactTable(
            "Firewall", ("table", "chain", "#", "packets", "bytes", "rule"), lines, _cells,
            _source, _tone, frozenset({2, 3, 4}),
        ),
        FactTable("IP sets", ("set", "members"), sets, _set, _set_source),
    ]  # fmt: skip


def _lines(table: Table, chain: Chain) -> list[_Line]:
    rules = [_Line(table, chain, number, rule) for number, rule in enumerate(chain.rules, 1)]
    return [_Line(table, chain, 0, None), *rules]


def _cells(line: _Line) -> tuple[str, ...]:
    table = _table_name(line.table)
    if line.rule is None:
        hook = line.chain.hook and f"hook {line.chain.hook}"
        policy = line.chain.policy and f"policy {line.chain.policy}"
        count = f"{len(line.chain.rules)} rule{'' if len(line.chain.rules) == 1 else 's'}"
        about = joined([hook, policy, count])
        return told(table, line.chain.name, "", line.chain.packets, line.chain.bytes, about)
    rule = line.rule
    words = rule.text.removeprefix(f"-A {line.chain.name} ")  # which stands beside it
    return told(table, line.chain.name, line.number, rule.packets, rule.bytes, words)


def _table_name(table: Table) -> str:
    """Return program, family and name; iptables is of IPv4 unless it says so."""
    family = "" if (table.program, table.family) == ("iptables", "ip") else table.family
    return joined([table.program, family, table.name])


def _source(line: _Line) -> Source:
    if line.rule is None:
        return line.table.source
    return place_in(line.rule.document, line.rule.position)


def _tone(line: _Line) -> Tone:
    rule = line.rule
    if rule is None:
        return "warning" if line.chain.policy == "DROP" else ""
    if rule.target in DROPPING:
        return "problem" if rule.packets else "warning"
    return "quiet" if rule.packets == 0 else ""


def _set(item: tuple[str, tuple[str, ...]]) -> tuple[str, ...]:
    name, members = item
    return (name, " ".join(members))


def _set_source(item: tuple[str, tuple[str, ...]]) -> Source | None:
    return None
