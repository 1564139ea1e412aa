"""``iptables -L`` and ``iptables -S`` tell what ``iptables-save`` tells."""

from __future__ import annotations

import pytest

from netdiag.facts.firewall.iptables_list import parse_iptables_list
from netdiag.model.facts.firewall import FirewallRule, Match
from tests.facts.node_documents import matches

WITH_COUNTERS = """\
Chain FORWARD (policy DROP 12 packets, 3K bytes)
 pkts bytes target     prot opt in     out     source               destination         
"""
WITHOUT = """\
Chain FORWARD (policy DROP)
num  target     prot opt source               destination         
"""
ROWS = [
    ("3 252 DROP 1 -- * * 0.0.0.0/0 10.244.2.2", "DROP", None, [
        ("protocol", "icmp"), ("destination", "10.244.2.2/32"),
    ]),
    ("0 0 ACCEPT !6 -- !eth+ * 0.0.0.0/0 0.0.0.0/0", "ACCEPT", None, [
        ("protocol", "tcp", True), ("input", "eth+", True),
    ]),
    ("0 0 ACCEPT all -f cni0 !lo !10.0.0.0/8 anywhere", "ACCEPT", None, [
        ("input", "cni0"), ("output", "lo", True), ("source", "10.0.0.0/8", True),
        ("fragment", ""),
    ]),
    ("0 0 DROP 0 !f * * 0.0.0.0/0 0.0.0.0/0", "DROP", None, [("fragment", "", True)]),
    ("0 0 0 -- * * 0.0.0.0/0 0.0.0.0/0 /* a b */ /* c */", None, None, [
        ("comment", "a b"), ("comment", "c"),
    ]),
    ("0 0 ACCEPT 0 -- * * ::/0 fd00::1", "ACCEPT", None, [("destination", "fd00::1/128")]),
    ("0 0 ACCEPT all eth0 * ::/0 ::/0", "ACCEPT", None, [("input", "eth0")]),
    ("0 0 all eth0 * ::/0 ::/0", None, None, [("input", "eth0")]),
]  # fmt: skip
ANY = "0 0 {target} 0 -- * * 0.0.0.0/0 0.0.0.0/0 {notes}"
NOTES = [
    ("ACCEPT", "ctstate RELATED,ESTABLISHED", None, [("conntrack-state", "RELATED,ESTABLISHED")]),
    ("DROP", "! ctstate NEW", None, [("conntrack-state", "NEW", True)]),
    ("DROP", "icmptype 3 code 4", None, [("icmp-type", "3/4")]),
    ("DROP", "ipv6-icmptype 135", None, [("icmp-type", "135")]),
    ("DROP", "multiport dports 80,443,1000:2000", None, [("destination-port", "80,443,1000:2000")]),
    ("DROP", "multiport sports  !80,443", None, [("source-port", "80,443", True)]),
    ("REJECT", "tcp spts:1024:65535 dpt:!22 reject-with tcp-reset", "tcp-reset", [
        ("source-port", "1024:65535"), ("destination-port", "22", True),
    ]),
    ("DROP", "ADDRTYPE match src-type LOCAL dst-type !LOCAL,BROADCAST", None, [
        ("source-address-type", "LOCAL"), ("destination-address-type", "LOCAL,BROADCAST", True),
    ]),
    ("DROP", "mark match ! 0x1/0x1", None, [("mark", "0x1/0x1", True)]),
    ("DROP", "connmark match  0x1/0x1", None, [("conntrack-mark", "0x1/0x1")]),
    ("DROP", "match-set a src,dst", None, [("set", "a src,dst")]),
    ("DROP", "PHYSDEV match --physdev-in veth+", None, [("physdev-in", "veth+")]),
    ("DROP", "source IP range 1.2.3.4-1.2.3.9", None, [("source", "1.2.3.4-1.2.3.9")]),
    ("DROP", "tcp flags:0x17/0x02", None, [("tcp-flags", "FIN,SYN,RST,ACK SYN")]),
    ("DROP", "statistic mode random probability 0.5", None, [
        ("statistic", "mode random probability 0.5"),
    ]),
    ("LOG", 'limit: avg 5/min burst 7 LOG flags 0 level 4 prefix "a b: "', "a b: ", [
        ("limit", "avg 5/min burst 7"),
    ]),
    ("DROP", "u32 0x0=0x1 udp", None, [("other", "u32 0x0=0x1")]),
    ("DNAT", "to:10.0.0.1:80 random", "10.0.0.1:80", []),
    ("SNAT", "to:1.2.3.4", "1.2.3.4", []),
    ("REDIRECT", "tcp dpt:80 redir ports 8080", "8080", [("destination-port", "80")]),
    ("MASQUERADE", "masq ports: 1024-65535 random", "1024-65535", []),
    ("MASQUERADE", "random-fully", "--random-fully", []),
    ("MARK", "MARK or 0x4000", "0x4000/0x4000", []),
    ("MARK", "MARK set 0x10", "0x10/0xffffffff", []),
    ("MARK", "MARK xset 0x10/0xf0", "0x10/0xf0", []),
    ("MARK", "MARK and 0xff", "0x0/0xffffff00", []),
    ("MARK", "MARK xor 0xff", "0xff/0x0", []),
    ("NFQUEUE", "NFQUEUE num 1 bypass", "1", []),
]  # fmt: skip
TABLES = [
    (["INPUT", "FORWARD", "OUTPUT"], [("filter", True)]),
    (["FORWARD"], [("filter", False)]),
    (["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"], [("nat", True)]),
    (["PREROUTING", "POSTROUTING", "OUTPUT"], [("nat", True)]),
    (["PREROUTING", "OUTPUT"], [("raw", True)]),
    (["POSTROUTING"], [("nat", False)]),
    (["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"], [("mangle", True)]),
    (["INPUT", "FORWARD", "OUTPUT", "X", "PREROUTING", "OUTPUT", "POSTROUTING", "Y", "INPUT"],
     [("filter", True), ("nat", True), ("filter", False)]),
    (["INPUT", "FORWARD", "OUTPUT", "PREROUTING", "OUTPUT"], [("filter", True), ("raw", True)]),
    (["PREROUTING", "OUTPUT", "INPUT", "FORWARD", "OUTPUT"], [("raw", True), ("filter", True)]),
]  # fmt: skip


def only_rule(text: str) -> FirewallRule:
    parsed = parse_iptables_list(text, "list")
    assert parsed.problems == ()
    (rule,) = parsed.items[0].chains[0].rules
    return rule


@pytest.mark.parametrize(("row", "target", "argument", "expected"), ROWS)
def test_rows(
    row: str, target: str | None, argument: str | None, expected: list[tuple[str, str]]
) -> None:
    rule = only_rule(f"{WITH_COUNTERS} {row}\n")
    assert (rule.target, rule.argument, rule.matches) == (target, argument, matches(*expected))


@pytest.mark.parametrize(("target", "notes", "argument", "expected"), NOTES)
def test_notes(
    target: str, notes: str, argument: str | None, expected: list[tuple[str, str]]
) -> None:
    rule = only_rule(WITH_COUNTERS + ANY.format(target=target, notes=notes))
    assert (rule.target, rule.argument, rule.matches) == (target, argument, matches(*expected))


def test_goto() -> None:
    rule = only_rule(WITH_COUNTERS + ANY.format(target="X", notes="[goto]  mark match 0x1"))
    assert (rule.target, rule.is_goto, rule.matches) == ("X", True, matches(("mark", "0x1")))


def test_short_counters_are_numbers() -> None:
    parsed = parse_iptables_list(f"{WITH_COUNTERS} 41K 5M DROP 0 -- * * ::/0 ::/0\n", "list")
    (chain,) = parsed.items[0].chains
    assert (chain.policy, chain.packets, chain.bytes) == ("DROP", 12, 3000)
    assert (chain.rules[0].packets, chain.rules[0].bytes) == (41_000, 5_000_000)
    assert chain.rules[0].text == "DROP 0 -- * * ::/0 ::/0"


def test_a_rule_without_its_interfaces_says_so() -> None:
    rule = only_rule(f"{WITHOUT}1    DROP 17   --  0.0.0.0/0            10.1.1.1    udp dpt:53\n")
    assert rule.packets is None
    assert rule.matches == (
        *matches(("protocol", "udp"), ("destination", "10.1.1.1/32")),
        Match("other", "interfaces are not printed"),
        Match("destination-port", "53"),
    )


@pytest.mark.parametrize(("chains", "expected"), TABLES)
def test_tables_are_told_by_their_chains(
    chains: list[str], expected: list[tuple[str, bool]]
) -> None:
    built_in = {"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"}
    listed = [f"Chain {name} (policy ACCEPT)" for name in chains if name in built_in]
    if set(chains) <= built_in:
        parsed = parse_iptables_list("\n".join(listed), "list")
        assert [(table.name, table.is_complete) for table in parsed.items] == expected
    told = [f"-P {name} ACCEPT" if name in built_in else f"-N {name}" for name in chains]
    parsed = parse_iptables_list("\n".join(told), "list")
    assert [(table.name, table.is_complete) for table in parsed.items] == expected


def test_the_caller_may_know_the_table() -> None:
    (table,) = parse_iptables_list("Chain X (1 references)\n", "list", table="nat").items
    assert (table.name, table.is_complete) == ("nat", False)


def test_rules_of_s_are_those_of_save() -> None:
    text = "-P INPUT DROP -c 5 420\n-N X\n-A INPUT -i lo -c 3 252 -j X\n-A X -j DROP\n"
    (table,) = parse_iptables_list(text, "list").items
    chain, other = table.chains
    assert (chain.policy, chain.packets, chain.bytes) == ("DROP", 5, 420)
    assert chain.rules == (
        FirewallRule(
            "-A INPUT -i lo -j X", "list", 3, matches(("input", "lo")), "X", packets=3, bytes=252
        ),
    )
    assert (other.policy, other.rules[0].target) == (None, "DROP")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sudo: iptables: command not found\n", 1),
        (f"{WITH_COUNTERS} 1 2 DROP\n", 3),
        (f"{WITH_COUNTERS} x y DROP 0 -- * * ::/0 ::/0\n", 3),
        ("1 2 DROP 0 -- * * ::/0 ::/0\n", 1),
        ("Chain (policy)\n", 1),
        ("-P\n", 1),
    ],
)
def test_what_is_not_understood(text: str, problem: int) -> None:
    parsed = parse_iptables_list(text, "list")
    assert parsed.problems == (f"line {problem} is not understood",)
    assert not any(chain.rules for table in parsed.items for chain in table.chains)


def test_nothing_is_nothing() -> None:
    assert parse_iptables_list("", "list") == ((), ())
