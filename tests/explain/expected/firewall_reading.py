"""Firewalls from text, and packets, for the tests of packet filters."""

from __future__ import annotations

from pathlib import Path

from netdiag.explain.expected.packet import Packet, State
from netdiag.facts.firewall.ipset import parse_ipset
from netdiag.facts.firewall.iptables_list import parse_iptables_list
from netdiag.facts.firewall.iptables_save import parse_iptables_save
from netdiag.facts.firewall.nft import parse_nft
from netdiag.model.facts.firewall import Firewall, Table
from netdiag.model.prefixes import Prefix, parse_address

POD_A, POD_C = "10.244.1.2", "10.244.2.2"


def address(text: str) -> Prefix:
    found = parse_address(text)
    assert found is not None
    return found


def icmp(
    source: str = POD_A, destination: str = POD_C, state: State | None = "NEW", kind: int = 8
) -> Packet:
    return Packet(address(source), address(destination), "icmp", icmp_type=kind, state=state)


def udp(
    port: int,
    source: str = POD_A,
    destination: str = POD_C,
    *,
    state: State | None = "NEW",
    protocol: str = "udp",
    source_port: int | None = None,
) -> Packet:
    ends = address(source), address(destination)
    return Packet(*ends, protocol, source_port, port, state=state)


def tcp(port: int, source: str = POD_A, destination: str = POD_C) -> Packet:
    return udp(port, source, destination, protocol="tcp")


def saved(text: str, ipsets: str = "") -> Firewall:
    """Return the firewall of ``iptables-save``; of a table without a head it is filter's."""
    if not text.startswith(("*", ":")):
        text = f":INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n{text}"
    if not text.startswith("*"):
        text = f"*filter\n{text}"
    if not text.rstrip().endswith("COMMIT"):
        text = f"{text.rstrip()}\nCOMMIT\n"
    parsed = parse_iptables_save(text, "iptables-save")
    assert parsed.problems == ()
    return Firewall(parsed.items, parse_ipset(ipsets, "ipset").items)


def ruleset(text: str) -> Firewall:
    """Return the firewall of ``nft list ruleset``."""
    parsed = parse_nft(text, "nft")
    assert parsed.problems == ()
    return Firewall(parsed.items)


def listed(text: str) -> Firewall:
    """Return the firewall of ``iptables -L``."""
    parsed = parse_iptables_list(text, "iptables")
    assert parsed.problems == ()
    return Firewall(parsed.items)


def told_by(facts: Path) -> Firewall:
    """Return what a node's documents tell: iptables-save with counters if there is one."""
    names = ("iptables-save-c.txt", "iptables-save.txt")
    save = next(facts / name for name in names if (facts / name).exists())
    tables: tuple[Table, ...] = parse_iptables_save(save.read_text(), save.name).items
    nft = facts / "nft.txt"
    if nft.exists():
        tables += parse_nft(nft.read_text(), nft.name).items
    return Firewall(tables)
