"""nft's own tables: sets, maps, families, priorities; and what iptables and nft tell twice."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from netdiag.explain.expected.firewall import Hook, Verdict, walk
from netdiag.explain.expected.firewall_tables import told_once
from netdiag.explain.expected.packet import Packet
from netdiag.model.facts.firewall import Firewall
from tests.explain.expected.firewall_reading import icmp, ruleset, saved, tcp, udp

HERE = icmp()._replace(input="cni0", output="ens33")
HOOK = "type filter hook forward priority filter; policy accept;"


def ask(firewall: Firewall, packet: Packet = HERE, hook: Hook = "forward") -> Verdict:
    return walk(firewall, hook, packet, family="ip", local=frozenset())


def table(rules: str, parts: str = "", family: str = "inet") -> Firewall:
    return ruleset(f"table {family} own {{\n{parts}\nchain entry {{\n{HOOK}\n{rules}\n}}\n}}\n")


SETS = """\
set pods {
type ipv4_addr
flags interval
elements = { 10.244.1.0/24, 10.244.7.1-10.244.7.9 }
}
set ports {
type inet_service
elements = { 53, 8000-9000 }
}
set devices {
type ifname
elements = { "cni*", "lo" }
}
set pairs {
type ipv4_addr . inet_service
elements = { 10.244.2.2 . 80 }
}
"""


@pytest.mark.parametrize(
    ("rule", "packet", "outcome"),
    [
        ("ip saddr @pods drop", HERE, "drop"),
        ("ip daddr @pods drop", HERE, "accept"),
        ("ip daddr != @pods drop", HERE, "drop"),
        ("udp dport @ports drop", udp(8472), "drop"),
        ("udp dport @ports drop", udp(67), "accept"),
        ("iifname @devices drop", HERE, "drop"),
        ("oifname @devices drop", HERE, "accept"),
        ("ip daddr . tcp dport @pairs drop", tcp(80), "drop"),
        ("ip daddr . tcp dport != @pairs drop", tcp(80), "accept"),
        ("ip daddr . tcp dport @pairs drop", tcp(81), "accept"),
        ("ip daddr . tcp dport { 10.244.2.2 . 80 } drop", tcp(80), "drop"),
        ("meta nfproto ipv4 drop", HERE, "drop"),
        ("meta nfproto ipv6 drop", HERE, "accept"),
        ("meta nfproto != ipv6 drop", HERE, "drop"),
        ("ct status dnat drop", HERE, "accept"),
        ("ct status dnat drop", HERE._replace(is_translated=True), "drop"),
        ("fib daddr type local drop", HERE, "accept"),
        ("meta mark set 0x1 accept", HERE, "accept"),
        ("ct state vmap { established : accept, new : drop }", HERE, "drop"),
        ("ct state vmap { established : accept, invalid : drop }", HERE, "accept"),
        ("meta l4proto { icmp, tcp } drop", HERE, "drop"),
        ("icmp type { echo-request, echo-reply } drop", HERE, "drop"),
        ("reject with icmpx admin-prohibited", HERE, "drop"),
    ],
)
def test_conditions(rule: str, packet: Packet, outcome: str) -> None:
    verdict = ask(table(rule, SETS), packet)
    assert (verdict.outcome, verdict.maybe) == (outcome, ())


@pytest.mark.parametrize(
    "rule", ["ip saddr @absent drop", "ip ttl 3 drop", "numgen inc mod 2 0 drop"]
)
def test_what_is_not_known_may_drop(rule: str) -> None:
    verdict = ask(table(rule))
    assert (verdict.outcome, len(verdict.maybe)) == ("accept", 1)


def test_map_that_is_not_told_may_accept() -> None:
    assert ask(table("ip daddr vmap @absent\ndrop")).outcome == "unknown"


def test_mark_beside_a_verdict_is_not_known() -> None:
    parts = f"chain later {{\n{HOOK.replace('filter;', '5;')}\nmeta mark 0x0 drop\n}}"
    verdict = ask(table("meta mark set 0x1 accept", parts))
    assert (verdict.outcome, len(verdict.maybe)) == ("accept", 1)


KUBE_PROXY = """\
table ip kube-proxy {
map service-ips {
type ipv4_addr . inet_proto . inet_service : verdict
elements = { 10.96.0.10 . udp . 53 : goto service-dns,
 10.96.0.11 . tcp . 80 : goto service-web }
}
map no-endpoint-services {
type ipv4_addr . inet_proto . inet_service : verdict
elements = { 10.96.0.12 . tcp . 80 comment "x" : drop }
}
chain nat-prerouting {
type nat hook prerouting priority dstnat; policy accept;
jump services
}
chain filter-forward {
type filter hook forward priority dstnat - 10; policy accept;
ct state new ip daddr . meta l4proto . th dport vmap @no-endpoint-services
}
chain services {
ip daddr . meta l4proto . th dport vmap @service-ips
}
chain service-dns {
ip daddr 10.96.0.10 udp dport 53 ip saddr != 10.244.0.0/16 jump mark-for-masquerade
numgen random mod 2 vmap { 0 : goto endpoint-a, 1 : goto endpoint-b }
}
chain service-web {
goto endpoint-c
}
chain endpoint-a {
meta l4proto udp dnat to 10.244.1.3:5353
}
chain endpoint-b {
meta l4proto udp dnat to 10.244.2.2:5353
}
chain endpoint-c {
meta l4proto tcp dnat to 10.244.2.9:8080
}
chain mark-for-masquerade {
meta mark set meta mark | 0x00004000
}
chain masquerading {
type nat hook postrouting priority srcnat; policy accept;
meta mark & 0x00004000 == 0x00000000 return
meta mark set meta mark ^ 0x00004000
masquerade fully-random
}
}
"""


def test_kube_proxy_of_nft_chooses_endpoints() -> None:
    told = ruleset(KUBE_PROXY)
    dns = ask(told, udp(53, "10.1.10.77", "10.96.0.10"), "prerouting")
    ends = [str(packet.destination) for packet in (dns.packet, *dns.alternatives)]
    assert (ends, dns.packet.mark) == (["10.244.2.2", "10.244.1.3"], 0x4000)
    web = ask(told, tcp(80, destination="10.96.0.11"), "prerouting")
    assert (str(web.packet.destination), web.packet.destination_port) == ("10.244.2.9", 8080)
    assert ask(told, dns.packet, "postrouting").masqueraded is True
    assert ask(told, web.packet, "postrouting").masqueraded is False
    assert ask(told, tcp(80, destination="10.96.0.12")).outcome == "drop"
    assert ask(told, HERE, "prerouting").packet == HERE


def test_priorities_order_chains_of_all_tables() -> None:
    early, late = (
        f"table inet {name} {{\nchain c {{\ntype filter hook forward priority {number}; "
        f"policy accept;\nmeta mark {mark} drop\nmeta mark set 0x1\n}}\n}}\n"
        for name, number, mark in (("early", -5, "0x1"), ("late", 5, "0x0"))
    )
    assert ask(ruleset(late + early)).outcome == "accept"


def test_bridge_is_a_family_of_its_own() -> None:
    told = table("ether type ip drop", family="bridge")
    assert ask(told).outcome == "accept"
    assert walk(told, "forward", HERE, family="bridge").outcome == "drop"
    assert walk(ruleset("table ip6 x {\n}\n"), "forward", HERE, family="ip").table is None


TOLD = saved(":FORWARD ACCEPT\n:A -\n-A FORWARD -j A\n-A A -p tcp -j DROP\n")
SAME = ruleset(
    f"table ip filter {{\nchain A {{\nmeta l4proto tcp counter drop\n}}\n"
    f"chain FORWARD {{\n{HOOK}\ncounter jump A\n}}\n}}\n"
)
OTHER = ruleset(f"table ip filter {{\nchain FORWARD {{\n{HOOK}\n\naccept\ndrop\n}}\n}}\n")


def test_what_both_programs_tell_counts_once() -> None:
    own = table("drop")
    both = Firewall((*TOLD.tables, *SAME.tables, *own.tables))
    assert list(told_once(both)) == [*TOLD.tables, *own.tables]
    assert list(told_once(SAME)) == list(SAME.tables)


def test_legacy_beside_nft_counts_too() -> None:
    both = Firewall((*TOLD.tables, *OTHER.tables))
    assert list(told_once(both)) == [*TOLD.tables, *OTHER.tables]


def test_whole_table_of_nft_replaces_a_part() -> None:
    part = replace(TOLD.tables[0], is_complete=False)
    assert list(told_once(Firewall((part, *SAME.tables)))) == list(SAME.tables)


@pytest.mark.parametrize(
    ("target", "ends"),
    [
        (
            "dnat to numgen random mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }",
            ["10.0.0.2", "10.0.0.1"],
        ),
        ("dnat to ip saddr map @absent", ["0.0.0.0/0"]),
        ("dnat ip to 10.0.0.1", ["10.0.0.1"]),
    ],
)
def test_destinations_in_maps(target: str, ends: list[str]) -> None:
    hook = "type nat hook prerouting priority dstnat; policy accept;"
    told = ruleset(f"table ip own {{\nchain c {{\n{hook}\n{target}\n}}\n}}\n")
    verdict = ask(told, HERE, "prerouting")
    assert [str(p.destination) for p in (verdict.packet, *verdict.alternatives)] == ends
