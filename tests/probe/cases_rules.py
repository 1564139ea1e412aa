"""Rules that drop a ping from near to far, and what is to be told of each."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.probe.watching_rules import FAR, NEAR, ROUTER


class Case(NamedTuple):
    """Rules at a place."""

    name: str
    place: str
    rules: str
    """One command a line, without the program; of nft: what ``nft -f`` reads."""
    told: dict[str, Any]


def _told(chain: str, number: int | None, rule: str, **more: str) -> dict[str, Any]:
    return {
        "family": "ip", "table": "filter", "chain": chain, "number": number, "verdict": "drop",
        "rule": rule, **more,
    }  # fmt: skip


IPTABLES = (
    Case(
        "forward", ROUTER,
        "-A FORWARD -p tcp -j ACCEPT\n"
        "-A FORWARD -d 10.9.2.2 -p icmp -m comment --comment no-j-DROP -j DROP",
        _told("FORWARD", 2, "-A FORWARD -d 10.9.2.2/32 -p icmp -m comment --comment no-j-DROP "
              "-j DROP", interface_in="to-near", interface_out="to-far"),
    ),
    Case("without conditions", ROUTER, "-A FORWARD -j DROP",
         _told("FORWARD", 1, "-A FORWARD -j DROP")),
    Case("input", FAR, "-A INPUT -i eth0 -p icmp -j DROP",
         _told("INPUT", 1, "-A INPUT -i eth0 -p icmp -j DROP", interface_in="eth0")),
    Case("output", NEAR, "-A OUTPUT -p icmp -j DROP",
         _told("OUTPUT", 1, "-A OUTPUT -p icmp -j DROP", interface_out="eth0")),
    Case(
        "jumped to", ROUTER,
        "-N LIST\n-N OTHER\n-A FORWARD -p udp -j OTHER\n-A FORWARD -j LIST\n"
        "-A LIST -p udp -j DROP\n-A LIST -s 10.9.1.0/24 -j DROP\n-A OTHER -j DROP",
        _told("LIST", 2, "-A LIST -s 10.9.1.0/24 -j DROP"),
    ),
    Case("raw", FAR, "-t raw -A PREROUTING -p icmp -j DROP",
         _told("PREROUTING", 1, "-A PREROUTING -p icmp -j DROP", table="raw")),
    Case("policy", ROUTER, "-A FORWARD -p tcp -j ACCEPT\n-P FORWARD DROP",
         _told("FORWARD", None, "-P FORWARD DROP", verdict="policy drop")),
    Case("reject", FAR, "-A INPUT -p icmp -j REJECT --reject-with icmp-host-prohibited",
         _told("INPUT", 1, "-A INPUT -p icmp -j REJECT --reject-with icmp-host-prohibited",
               verdict="reject")),
)  # fmt: skip
"""For iptables of either kind."""


def _nft(place: str, name: str, rules: str, rule: str, **more: Any) -> Case:
    told = {"number": None, "verdict": "drop", "rule": rule, "table": "t", "family": "inet"}
    return Case(name, place, rules, {**told, **more})


NFT = (
    _nft(ROUTER, "forward", """
        table inet t {
            set bad { type ipv4_addr; elements = { 10.9.2.2, 10.9.2.3 } }
            chain forward {
                type filter hook forward priority 0;
                tcp dport 80 accept
                ip daddr @bad counter drop
            }
        }""", "ip daddr @bad counter drop", chain="forward", interface_out="to-far"),
    _nft(ROUTER, "jumped to, from a map", """
        table ip t {
            chain choice { meta l4proto udp drop; icmp type echo-request drop; }
            chain forward {
                type filter hook forward priority 10;
                ip daddr vmap { 10.9.2.2 : jump choice }
            }
        }""", "icmp type echo-request drop", chain="choice", family="ip"),
    _nft(FAR, "policy", """
        table inet t {
            chain in { type filter hook input priority 5; policy drop; meta l4proto udp accept; }
        }
        """,
        "type filter hook input priority filter + 5; policy drop;", chain="in", handle=None,
        verdict="policy drop"),
    _nft(FAR, "reject", """
        table inet t { chain in { type filter hook input priority 5; ip protocol icmp reject; }; }
        """, "ip protocol icmp reject with icmp port-unreachable", chain="in", verdict="reject"),
    _nft(NEAR, "output", """
        table ip t { chain out { type filter hook output priority -500; drop; }; }""",
        "drop", chain="out", family="ip", interface_out="eth0"),
    _nft(FAR, "before raw", """
        table ip t { chain pre { type filter hook prerouting priority -2000; drop; }; }""",
        "drop", chain="pre", family="ip"),
    _nft(FAR, "device", """
        table netdev t {
            chain first { type filter hook ingress device eth0 priority 0; ip protocol icmp drop; }
        }""", "ip protocol icmp drop", chain="first", family="netdev", interface_in="eth0"),
)  # fmt: skip
