"""``nft list ruleset`` in the terms of iptables."""

from __future__ import annotations

import pytest

from netdiag.facts.firewall.nft import parse_nft
from netdiag.model.facts.firewall import Chain, FirewallRule, Match, Table
from netdiag.model.facts.source import Source
from tests.facts.firewall.cases_nft import ACTIONS, CONDITIONS, HOOKS, Condition
from tests.facts.node_documents import matches

RULESET = """\
# Warning: table ip filter is managed by iptables-nft, do not touch!
table inet calico { # handle 1
	comment "my table"
	counter https { # handle 7
		comment "c"
		packets 5 bytes 10
	}

	ct helper ftp {
		type "ftp" protocol tcp
	}

	set allowed { # handle 11
		type ipv4_addr
		flags interval,timeout
		elements = { 1.1.1.1 comment "one,two", 10.0.0.0/8,
				192.168.0.1-192.168.0.9 timeout 10s expires 10s }
	}

	map svc {
		type inet_proto . ipv4_addr . inet_service : verdict
		elements = { udp . 10.96.0.10 . 53 : jump x,
				tcp . 10.96.0.1 . 443 counter packets 1 bytes 2 : goto service-ABC }
	}

	chain x { # handle 1
	}

	chain pre { # handle 3
		comment "first"
		type filter hook prerouting priority mangle + 5; policy drop;
		ip saddr @allowed counter packets 3 bytes 252 accept # handle 17
		ip saddr { 1.1.1.1, 2.2.2.2,
				10.0.0.0/24 } drop
	}
}
table ip dorm {
	flags dormant

	chain i {
		type filter hook input priority filter; policy accept;
	}
}
"""
TABLES = (
    Table(
        name="calico",
        family="inet",
        program="nft",
        chains=(
            Chain("x", ()),
            Chain(
                name="pre",
                rules=(
                    FirewallRule(
                        text="ip saddr @allowed counter accept",
                        document="nft",
                        position=32,
                        matches=(Match("source", "@allowed"),),
                        target="ACCEPT",
                        packets=3,
                        bytes=252,
                    ),
                    FirewallRule(
                        text="ip saddr { 1.1.1.1, 2.2.2.2, 10.0.0.0/24 } drop",
                        document="nft",
                        position=33,
                        matches=(Match("source", "1.1.1.1/32,2.2.2.2/32,10.0.0.0/24"),),
                        target="DROP",
                    ),
                ),
                policy="DROP",
                hook="prerouting",
                priority=-145,
                type="filter",
            ),
        ),
        source=Source("nft", "line 2"),
        sets=(
            ("allowed", ("1.1.1.1", "10.0.0.0/8", "192.168.0.1-192.168.0.9")),
            (
                "svc",
                (
                    "udp . 10.96.0.10 . 53 : jump x",
                    "tcp . 10.96.0.1 . 443 : goto service-ABC",
                ),
            ),
        ),
    ),
    Table(
        name="dorm",
        family="ip",
        program="nft",
        chains=(Chain("i", (), policy="ACCEPT", priority=0, type="filter"),),
        source=Source("nft", "line 37"),
    ),
)


def chain_of(line: str, family: str = "ip") -> Chain:
    parsed = parse_nft(f"table {family} t {{\n\tchain c {{\n\t\t{line}\n\t}}\n}}\n", "nft")
    assert parsed.problems == ()
    (chain,) = parsed.items[0].chains
    return chain


def test_tables_chains_sets_and_rules() -> None:
    assert parse_nft(RULESET, "nft") == (TABLES, ())


@pytest.mark.parametrize(("text", "expected"), CONDITIONS)
def test_conditions(text: str, expected: list[Condition]) -> None:
    for line in (text, f"{text} counter packets 1 bytes 84 drop # handle 4"):
        (rule,) = chain_of(line).rules
        assert rule.matches == matches(*expected)
    assert (rule.target, rule.packets, rule.bytes) == ("DROP", 1, 84)


@pytest.mark.parametrize(("text", "target", "argument"), ACTIONS)
def test_actions(text: str, target: str | None, argument: str | None) -> None:
    key = "udp dport" if text.startswith("vmap") else "iif lo"
    (rule,) = chain_of(f"{key} {text}").rules
    assert (rule.target, rule.argument, rule.is_goto) == (target, argument, False)


def test_goto() -> None:
    (rule,) = chain_of("goto x").rules
    assert (rule.target, rule.is_goto) == ("x", True)


@pytest.mark.parametrize(("family", "line", "hook", "priority", "policy"), HOOKS)
def test_hooks(family: str, line: str, hook: str, priority: int, policy: str) -> None:
    chain = chain_of(line, family)
    assert (chain.hook, chain.priority, chain.policy) == (hook, priority, policy)


@pytest.mark.parametrize(
    "line", ["hello world", "jump", "ip saddr", 'iifname "a', "ip saddr { a", "dnat to", "}}", "xt"]
)
def test_a_rule_that_is_not_understood_costs_only_itself(line: str) -> None:
    text = f"table ip t {{\n\tchain c {{\n\t\tdrop\n\t\t{line}\n"
    parsed = parse_nft(text, "nft")
    assert [rule.target for rule in parsed.items[0].chains[0].rules] == ["DROP"]
    assert parsed.problems == ("line 4 is not understood", "table t breaks off")
    assert not parsed.items[0].is_complete


def test_a_last_line_that_is_cut_is_not_taken_for_a_rule() -> None:
    parsed = parse_nft("table ip t {\n\tchain c {\n\t\tip saddr 10.0.0.1 drop", "nft")
    assert parsed.items[0].chains[0].rules == ()
    assert parsed.problems == ("line 3 is not understood", "table t breaks off")


def test_a_newline_lost_at_the_end_costs_nothing() -> None:
    assert parse_nft(RULESET.rstrip(), "nft") == (TABLES, ())


@pytest.mark.parametrize(
    "text",
    [
        "bash: nft: command not found\n",
        "netlink: Error: cache initialization failed: Operation not permitted\n",
    ],
)
def test_an_error_message_is_no_table(text: str) -> None:
    assert parse_nft(text, "nft") == ((), ("line 1 is not understood",))


def test_nothing_is_nothing() -> None:
    assert parse_nft("", "nft") == ((), ())
