"""What becomes of a packet: each condition, chains, what cannot be judged, NAT, nft, counters."""

from __future__ import annotations

from itertools import pairwise, product
from time import process_time

import pytest

from netdiag.explain.expected.firewall import Hook, Verdict, counters, policy_counters, walk
from netdiag.explain.expected.packet import Packet
from netdiag.facts.firewall.iptables_save import parse_iptables_save
from netdiag.model.facts.firewall import Firewall
from netdiag.model.prefixes import Prefix
from tests.explain.expected.cases_firewall import CHAINS, HERE, MATCHES, UNJUDGED, Case
from tests.explain.expected.firewall_reading import (
    POD_C,
    address,
    icmp,
    listed,
    saved,
    tcp,
    udp,
)

LOCAL = frozenset({address("10.1.10.9"), address("10.244.1.1")})


def ask(firewall: Firewall, packet: Packet = HERE, hook: Hook = "forward") -> Verdict:
    return walk(firewall, hook, packet, family="ip", local=LOCAL)


@pytest.mark.parametrize("case", [*MATCHES, *CHAINS, *UNJUDGED], ids=lambda case: case.name)
def test_outcome_and_rule(case: Case) -> None:
    verdict = ask(saved(case.rules), case.packet, case.hook)
    assert verdict.outcome == case.outcome
    assert (verdict.rule is not None) == (case.ends is not None)
    assert verdict.rule is None or verdict.rule.text.endswith(case.ends or "")
    assert len(verdict.maybe) == case.maybe


def test_names_of_chains_lead_to_the_rule() -> None:
    rules = ":cali-FORWARD -\n:cali-to -\n-A FORWARD -j cali-FORWARD\n"
    verdict = ask(saved(f"{rules}-A cali-FORWARD -g cali-to\n-A cali-to -j REJECT"))
    assert verdict.chains == ("FORWARD", "cali-FORWARD", "cali-to")
    assert verdict.reject
    assert (verdict.table and verdict.table.name, verdict.chain and verdict.chain.name) == (
        "filter",
        "cali-to",
    )


def test_nothing_told_accepts() -> None:
    assert walk(Firewall(()), "input", HERE, family="ip") == Verdict("accept", HERE)


SETS = """\
create ips hash:ip family inet
add ips 10.244.1.2
create nets hash:net family inet
add nets 10.244.0.0/16
add nets 10.244.1.0/24 nomatch
create services hash:ip,port family inet
add services 10.244.2.2,tcp:80
add services 10.244.2.2,udp:53
create ports bitmap:port range 0-1024
add ports 53
create all list:set size 8
add all ips
create none hash:ip family inet
create devices hash:net,iface family inet
add devices 10.244.0.0/16,cni0
"""


@pytest.mark.parametrize(
    ("condition", "packet", "outcome"),
    [
        ("--match-set ips src", HERE, "drop"),
        ("--match-set ips dst", HERE, "accept"),
        ("! --match-set ips dst", HERE, "drop"),
        ("--match-set nets src", HERE, "accept"),
        ("--match-set nets dst", HERE, "drop"),
        ("--match-set services dst,dst", tcp(80), "drop"),
        ("--match-set services dst,dst", udp(53), "drop"),
        ("--match-set services dst,dst", udp(80), "accept"),
        ("--match-set services dst,dst", HERE, "accept"),
        ("--match-set ports dst", udp(53), "drop"),
        ("--match-set all src", HERE, "drop"),
        ("--match-set none src", HERE, "accept"),
        ("--match-set devices src,src", HERE, "drop"),
        ("--match-set devices src,dst", HERE, "accept"),
    ],
)
def test_sets(condition: str, packet: Packet, outcome: str) -> None:
    verdict = ask(saved(f"-A FORWARD -m set {condition} -j DROP", SETS), packet)
    assert (verdict.outcome, verdict.maybe) == (outcome, ())


NAT = "*nat\n:PREROUTING ACCEPT\n:POSTROUTING ACCEPT\n"


@pytest.mark.parametrize(
    ("argument", "destination", "port"),
    [
        ("10.0.0.1:8080", address("10.0.0.1"), 8080),
        ("10.0.0.1", address("10.0.0.1"), 80),
        (":8080", address(POD_C), 8080),
        ("10.0.0.4-10.0.0.7:80-90", Prefix(4, address("10.0.0.4").network, 30), None),
        ("10.0.0.1:8080 --random", address("10.0.0.1"), 8080),
    ],
)
def test_destination_nat(argument: str, destination: Prefix, port: int | None) -> None:
    rules = f"{NAT}-A PREROUTING -p tcp -j DNAT --to-destination {argument}"
    packet = ask(saved(rules), tcp(80), "prerouting").packet
    assert (packet.destination, packet.destination_port) == (destination, port)
    assert packet.is_translated


def test_nat_is_for_the_first_packet_and_once() -> None:
    rules = f"{NAT}-A PREROUTING -j DNAT --to-destination 10.0.0.1\n"
    told = saved(f"{rules}-A PREROUTING -j DNAT --to-destination 10.0.0.2")
    assert ask(told, icmp(state="ESTABLISHED"), "prerouting").packet.destination == address(POD_C)
    assert ask(told, icmp(state=None), "prerouting").packet.destination == address("10.0.0.1")


def test_source_nat() -> None:
    rules = f"{NAT}-A POSTROUTING -j SNAT --to-source 10.1.10.9"
    assert ask(saved(rules), HERE, "postrouting").packet.source == address("10.1.10.9")
    masquerade = ask(
        saved(f"{NAT}-A POSTROUTING -j MASQUERADE --random-fully"), HERE, "postrouting"
    )
    assert (masquerade.masqueraded, masquerade.packet) == (True, HERE)
    limited = saved(f"{NAT}-A POSTROUTING -m limit --limit 1/s -j MASQUERADE")
    assert ask(limited, HERE, "postrouting").masqueraded is None


def test_redirect_leaves_the_address() -> None:
    rules = f"{NAT}-A PREROUTING -p tcp -j REDIRECT --to-ports 8080"
    verdict = ask(saved(rules), tcp(80), "prerouting")
    assert verdict.redirected
    assert (verdict.packet.destination, verdict.packet.destination_port) == (address(POD_C), 8080)


def test_choice_among_endpoints_is_told() -> None:
    chance = "-m statistic --mode random --probability 0.5"
    rules = f"""{NAT}:SVC -
:SEP1 -
:SEP2 -
-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j SVC
-A SVC {chance} -j SEP1
-A SVC -j SEP2
-A SEP1 -p udp -m udp -j DNAT --to-destination 10.244.1.3:5353
-A SEP2 -p udp -m udp -j DNAT --to-destination 10.244.2.2:5353
"""
    verdict = ask(saved(rules), udp(53, destination="10.96.0.10"), "prerouting")
    found = [verdict.packet, *verdict.alternatives]
    assert [str(packet.destination) for packet in found] == ["10.244.2.2", "10.244.1.3"]
    assert verdict.rule and verdict.rule.argument == "10.244.2.2:5353"


def test_drop_of_one_of_several_packets_is_not_sure() -> None:
    text = """*nat
:OUTPUT ACCEPT
-A OUTPUT -m statistic --mode nth --every 2 --packet 0 -j DNAT --to-destination 10.0.0.1
-A OUTPUT -j DNAT --to-destination 10.0.0.2
COMMIT
*filter
:OUTPUT ACCEPT
-A OUTPUT -d 10.0.0.2/32 -j DROP
"""
    assert ask(saved(text), icmp(), "output").outcome == "unknown"


def test_unknown_mark_goes_on_to_the_next_hook() -> None:
    rules = saved("-A FORWARD -m mark --mark 0x1/0x1 -j DROP")
    assert walk(rules, "forward", HERE, family="ip", unknown_mark=1).maybe
    assert not walk(rules, "forward", HERE, family="ip", unknown_mark=2).maybe


def test_listing_without_interfaces_is_never_sure() -> None:
    told = listed(
        "Chain INPUT (policy ACCEPT)\ntarget prot opt source destination\n"
        "Chain FORWARD (policy ACCEPT)\ntarget prot opt source destination\n"
        "DROP all -- 0.0.0.0/0 0.0.0.0/0\n"
        "Chain OUTPUT (policy ACCEPT)\ntarget prot opt source destination\n"
    )
    verdict = ask(told)
    assert (verdict.outcome, len(verdict.maybe)) == ("accept", 1)


def test_document_that_breaks_off_proves_no_drop() -> None:
    parsed = parse_iptables_save("*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp -j DROP\n", "x")
    assert ask(Firewall(parsed.items)).outcome == "unknown"
    assert ask(Firewall(parsed.items), tcp(80)).outcome == "drop"


def test_family_is_that_of_the_table() -> None:
    told = saved("-A FORWARD -j DROP")
    assert walk(told, "forward", HERE, family="ip6").outcome == "accept"
    assert walk(told, "forward", HERE, family="bridge").outcome == "accept"


def test_chains_that_multiply_end() -> None:
    names = [f"C{number}" for number in range(40)]
    rules = "".join(f":{name} -\n" for name in names)
    for here, there in pairwise(names):
        rules += f"-A {here} -j {there}\n" * 4
    assert ask(saved(f":FORWARD DROP\n{rules}-A FORWARD -j C0")).outcome == "unknown"


COUNTED = """*filter
:FORWARD ACCEPT [{}:0]
[{}:0] -A FORWARD -p icmp -j DROP
[{}:0] -A FORWARD -p icmp -j DROP
COMMIT
"""


def test_packets_counted_in_between() -> None:
    before, after = saved(COUNTED.format(7, 1, 2)), saved(COUNTED.format(9, 4, 2))
    table = before.tables[0]
    chain = table.chains[0]
    assert [counters(rule, before, after) for rule in chain.rules] == [3, 0]
    assert policy_counters(table, chain, after) == 2
    assert counters(chain.rules[0], before, None) is None
    assert counters(chain.rules[0], before, saved("-A FORWARD -p icmp -j DROP")) is None
    assert counters(chain.rules[0], after, before) is None
    later = after.tables[0].chains[0].rules
    assert counters(later[0], after, before) is None


def test_many_rules_are_walked_fast() -> None:
    ends = [f"10.{a}.{b}.{c}" for a, b, c in product((96, 97), range(100), range(1, 101))]
    services = "".join(
        f"-A KUBE-SERVICES -d {end}/32 -p tcp -m tcp --dport 80 -j KUBE-SVC\n" for end in ends
    )
    text = f"{NAT}:KUBE-SERVICES -\n:KUBE-SVC -\n-A PREROUTING -j KUBE-SERVICES\n{services}"
    told = saved(text + "-A KUBE-SVC -p tcp -j DNAT --to-destination 10.244.1.2:80")
    packet = tcp(80, destination=ends[-1])
    ask(told, packet, "prerouting")
    took = []
    for _ in range(3):
        start = process_time()
        verdict = ask(told, packet, "prerouting")
        took.append(process_time() - start)
    assert verdict.packet.destination == address("10.244.1.2")
    assert min(took) < 0.25
