"""Which route a packet takes: longest prefix, metrics, policy rules in their order."""

from __future__ import annotations

from typing import Any

import pytest

from netdiag.facts.kernel.routing import RoutingTables, is_default
from netdiag.model.facts.kernel import Namespace, Route
from tests.facts.kernel.routing_tables import LOCAL, USUAL_RULES, packet, tables, way

PLAIN = """\
default via 10.1.10.1 dev eth0
10.1.10.0/24 dev eth0 proto kernel scope link src 10.1.10.9
10.244.0.0/16 via 10.1.10.2 dev eth0
10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink
10.244.1.128/25 via 10.1.10.5 dev eth0 metric 50
10.244.1.128/25 via 10.1.10.4 dev eth0 metric 20
10.244.1.128/25 via 10.1.10.6 dev eth0 metric 100
blackhole 192.168.1.0/26 proto bird
unreachable 192.168.2.0/26
prohibit 192.168.3.0/26
192.168.1.7 dev cali1 scope link
10.50.0.0/16 via 10.1.10.7 dev eth0 linkdown
10.51.0.0/16 via 10.1.10.7 dev eth0 dead linkdown
fd00::/8 via fd00:1::1 dev eth0 metric 1024
fd00:10::/64 via fd00:10:: dev flannel-v6.1 metric 1024 onlink
"""

MAIN = "default via 10.1.10.1 dev eth0\n10.9.0.0/16 via 10.1.10.3 dev eth0\n"
WG = "10.244.0.0/16 dev wg0 table 1 scope link\nthrow 10.244.9.0/24 table 1\n"
VPN = "default dev wg0 table 51820 scope link\n"


@pytest.mark.parametrize(
    ("destination", "wanted"),
    [
        ("8.8.8.8", "10.1.10.1 eth0"),
        ("10.1.10.77", "eth0"),
        ("10.244.7.1", "10.1.10.2 eth0"),
        ("10.244.1.2", "10.244.1.0 flannel.1"),
        ("10.244.1.200", "10.1.10.4 eth0"),
        ("192.168.1.6", "blackhole"),
        ("192.168.1.7", "cali1"),
        ("192.168.2.1", "unreachable"),
        ("192.168.3.1", "prohibit"),
        ("10.50.1.1", "10.1.10.7 eth0"),
        ("10.51.1.1", "10.1.10.1 eth0"),
        ("fd00:10::2", "fd00:10:: flannel-v6.1"),
        ("fd00:11::2", "fd00:1::1 eth0"),
        ("2001:db8::1", "none"),
    ],
)
def test_the_longest_prefix_that_is_usable(destination: str, wanted: str) -> None:
    assert way(tables(PLAIN).look_up(packet(destination))) == wanted


POD = "10.244.2.2"
RULES: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("from a pod", "10: from 10.244.1.0/24 lookup 1", POD, {"source": "10.244.1.2"}, "wg0"),
    ("from another", "10: from 10.244.1.0/24 lookup 1", POD, {"source": "10.7.1.2"}, "eth0"),
    ("from unknown", "10: from 10.244.1.0/24 lookup 1", POD, {}, "eth0"),
    ("to", "10: from all to 10.244.0.0/16 lookup 1", POD, {}, "wg0"),
    ("to another", "10: from all to 10.245.0.0/16 lookup 1", POD, {}, "eth0"),
    ("mark", "10: from all fwmark 0x20 lookup 1", POD, {"mark": 0x20}, "wg0"),
    ("all bits of the mark", "10: from all fwmark 0x20 lookup 1", POD, {"mark": 0x21}, "eth0"),
    ("mask", "10: from all fwmark 0x20/0x20 lookup 1", POD, {"mark": 0x21}, "wg0"),
    ("not marked", "10: not from all fwmark 0x20/0x20 lookup 1", POD, {}, "wg0"),
    ("not, marked", "10: not from all fwmark 0x20/0x20 lookup 1", POD, {"mark": 0x20}, "eth0"),
    ("not from", "10: not from 10.7.0.0/16 lookup 1", POD, {"source": "10.7.0.1"}, "eth0"),
    ("input", "10: from all iif cni0 lookup 1", POD, {"input_device": "cni0"}, "wg0"),
    ("another input", "10: from all iif cni0 lookup 1", POD, {"input_device": "cni1"}, "eth0"),
    ("forwarded packets have no output", "10: from all oif eth0 lookup 1", POD, {}, "eth0"),
    ("protocol", "10: from all ipproto icmp lookup 1", POD, {"protocol": "icmp"}, "wg0"),
    ("another protocol", "10: from all ipproto tcp lookup 1", POD, {"protocol": "icmp"}, "eth0"),
    (
        "ports are not known",
        "10: from all ipproto tcp dport 80 lookup 1",
        POD,
        {"protocol": "tcp"},
        "eth0",
    ),
    ("throw goes on", "10: from all lookup 1", "10.244.9.2", {}, "eth0"),
    ("no route goes on", "10: from all lookup 1", "10.9.0.1", {}, "10.1.10.3 eth0"),
    ("blackhole", "10: from all to 10.244.0.0/16 blackhole", POD, {}, "none"),
    ("unreachable", "10: from 10.7.0.1 unreachable", POD, {"source": "10.7.0.1"}, "none"),
    ("the first that matches", "10: from all lookup 1\n20: from all lookup 51820", POD, {}, "wg0"),
    ("by priority", "20: from all prohibit\n10: from all lookup 1", POD, {}, "wg0"),
    ("goto", "10: from all goto 30\n20: from all prohibit\n30: from all lookup 1", POD, {}, "wg0"),
    (
        "goto that does not apply",
        "10: from 10.7.0.1 goto 30\n20: from all prohibit\n30: from all lookup 1",
        POD,
        {},
        "none",
    ),
    ("nop", "10: from all nop\n20: from all lookup 1", POD, {}, "wg0"),
    (
        "wg-quick: main but for its default",
        "10: from all lookup main suppress_prefixlength 0\n"
        "20: not from all fwmark 0xca6c lookup 51820",
        "10.9.0.1",
        {},
        "10.1.10.3 eth0",
    ),
    (
        "wg-quick: what is left",
        "10: from all lookup main suppress_prefixlength 0\n"
        "20: not from all fwmark 0xca6c lookup 51820",
        "8.8.8.8",
        {},
        "wg0",
    ),
    (
        "wg-quick: its own packets",
        "10: from all lookup main suppress_prefixlength 0\n"
        "20: not from all fwmark 0xca6c lookup 51820",
        "8.8.8.8",
        {"mark": 0xCA6C},
        "eth0",
    ),
    (
        "prefixes up to 16 are left out",
        "10: from all lookup 1 suppress_prefixlength 16",
        POD,
        {},
        "eth0",
    ),
    ("longer ones are not", "10: from all lookup 1 suppress_prefixlength 15", POD, {}, "wg0"),
]


"""What is special, the rules between local and main, to where, the packet, where it leads."""


@pytest.mark.parametrize(
    ("rules", "to", "more", "wanted"), [case[1:] for case in RULES], ids=[case[0] for case in RULES]
)
def test_policy_rules(rules: str, to: str, more: dict[str, Any], wanted: str) -> None:
    local, *rest = USUAL_RULES.splitlines(keepends=True)
    asked = tables(LOCAL + MAIN + WG + VPN, local + rules + "\n" + "".join(rest))
    expected = "10.1.10.1 eth0" if wanted == "eth0" else wanted
    assert way(asked.look_up(packet(to, **more))) == expected


def test_rules_of_one_family_are_for_its_packets() -> None:
    rules = "0: from all lookup main\n10: from fd00::/8 lookup 1\n"
    asked = tables(LOCAL + MAIN + "fd00::/8 dev wg0 table 1\n", rules)
    assert way(asked.look_up(packet("fd00::2", "fd00::1"))) == "wg0"
    assert way(asked.look_up(packet("fd00::2", "2001:db8::1"))) == "none"


def test_without_rules_those_of_a_plain_system_count() -> None:
    asked = tables("local 10.1.10.9 dev eth0 table local\n" + MAIN, None)
    assert way(asked.look_up(packet("10.1.10.9"))) == "local"
    assert way(asked.look_up(packet("10.9.0.1"))) == "10.1.10.3 eth0"
    assert not asked.needs_rules


@pytest.mark.parametrize(
    ("rules", "more"),
    [(None, {}), (USUAL_RULES, {"partial": frozenset(("rules",))})],
    ids=["no rules", "broken rules"],
)
def test_a_table_that_only_untold_rules_lead_to_may_decide(
    rules: str | None, more: dict[str, Any]
) -> None:
    asked = tables(LOCAL + MAIN + WG, rules, **more)
    assert asked.needs_rules
    assert way(asked.look_up(packet("10.244.2.2"))) == "none"
    assert way(asked.look_up(packet("10.244.9.2"))) == "10.1.10.1 eth0"
    assert way(asked.look_up(packet("10.9.0.1"))) == "10.1.10.3 eth0"


def test_a_table_that_was_not_told_may_decide() -> None:
    rules = "10: from all lookup 77\n" + USUAL_RULES
    assert way(tables(MAIN, rules).look_up(packet("10.9.0.1"))) == "none"
    assert way(tables(LOCAL + MAIN, rules).look_up(packet("10.9.0.1"))) == "10.1.10.3 eth0"
    apart = "10: from 10.7.0.0/16 lookup 77\n" + USUAL_RULES
    assert way(tables(MAIN, apart).look_up(packet("10.9.0.1"))) == "10.1.10.3 eth0"


UP, DEAD = "dev eth1 weight 1", "dev eth1 weight 1 dead linkdown"
MULTIPATH = "10.5.0.0/16 \n\tnexthop via 10.1.10.7 dev eth0 weight 1 dead linkdown\n\tnexthop "


def test_multipath_counts_while_one_next_hop_is_alive() -> None:
    route = tables(f"{MAIN}{MULTIPATH}{UP}\n").look_up(packet("10.5.1.1"))
    assert route is not None
    assert [hop.device for hop in route.next_hops] == ["eth0", "eth1"]
    dead = tables(f"{MAIN}{MULTIPATH}{DEAD}\n").look_up(packet("10.5.1.1"))
    assert way(dead) == "10.1.10.1 eth0"


def test_default_routes() -> None:
    assert is_default(Route("0.0.0.0/0", "", 0))
    assert is_default(Route("::/0", "", 0))
    assert not is_default(Route("0.0.0.0/1", "", 0))


def test_a_destination_that_is_no_prefix_is_no_route() -> None:
    asked = RoutingTables(Namespace(routes=(Route("nonsense", "", 0),)))
    assert asked.look_up(packet("10.9.0.1")) is None
