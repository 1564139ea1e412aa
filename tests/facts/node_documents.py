"""The parsers of what a node's programs print, and how their firewalls are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from netdiag.facts.activity.command_lines import parse_command_lines
from netdiag.facts.activity.conntrack import parse_conntrack
from netdiag.facts.activity.ethtool import parse_ethtool
from netdiag.facts.activity.ipvs import parse_ipvs
from netdiag.facts.activity.queues import parse_queues
from netdiag.facts.activity.snmp import parse_snmp
from netdiag.facts.activity.sockets import parse_sockets
from netdiag.facts.activity.sysctls import parse_sysctls
from netdiag.facts.activity.wireguard import parse_wireguard
from netdiag.facts.firewall.ipset import parse_ipset
from netdiag.facts.firewall.iptables_list import parse_iptables_list
from netdiag.facts.firewall.iptables_save import parse_iptables_save
from netdiag.facts.firewall.nft import parse_nft
from netdiag.facts.parsed import Parsed
from netdiag.model.facts.firewall import FirewallRule, Match, Table

PARSERS: dict[str, Callable[[str, str], Parsed[Any]]] = {
    "iptables-save": parse_iptables_save,
    "iptables -L": parse_iptables_list,
    "nft": parse_nft,
    "ipset": parse_ipset,
    "conntrack": parse_conntrack,
    "ss": parse_sockets,
    "snmp": parse_snmp,
    "sysctl": parse_sysctls,
    "tc": parse_queues,
    "ps": parse_command_lines,
    "wg": parse_wireguard,
    "ethtool": parse_ethtool,
    "ipvsadm": parse_ipvs,
}
FILES = {
    "iptables-save.txt": "iptables-save", "iptables-save-c.txt": "iptables-save",
    "nft.txt": "nft", "conntrack.txt": "conntrack", "ss.txt": "ss", "netstat.txt": "snmp",
    "sysctl_forward_rp.txt": "sysctl",
}  # fmt: skip
"""Documents of bundles, by the parser that reads them."""


KEPT_AS_TEXT = frozenset({"other", "statistic", "limit", "comment"})
"""Conditions that each program words in its own way, or that nft does not print."""


def matches(*conditions: tuple[str, str] | tuple[str, str, bool]) -> tuple[Match, ...]:
    return tuple(Match(*condition) for condition in conditions)


def rules(table: Table) -> dict[str, tuple[FirewallRule, ...]]:
    return {chain.name: chain.rules for chain in table.chains}


def what_it_does(rule: FirewallRule) -> tuple[str | None, str | None, bool, frozenset[Match]]:
    """Return what is the same whichever program prints a rule."""
    told = frozenset(match for match in rule.matches if match.field not in KEPT_AS_TEXT)
    return rule.target, rule.argument, rule.is_goto, told


def by_name(tables: Iterable[Table]) -> dict[str, Table]:
    return {table.name: table for table in tables}
