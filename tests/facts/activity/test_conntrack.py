"""Tracked connections as conntrack and ``/proc/net/nf_conntrack`` print them."""

from __future__ import annotations

import pytest

from netdiag.facts.activity.conntrack import parse_conntrack
from netdiag.model.facts.activity import Connection, Tuple

SYN = (
    "tcp      6 431990 ESTABLISHED src=10.244.0.3 dst=10.96.0.1 sport=36124 dport=443 "
    "src=10.1.10.8 dst=10.1.10.9 sport=6443 dport=52375 [ASSURED] mark=0 use=1"
)
ESTABLISHED = Connection(
    protocol="tcp",
    original=Tuple("10.244.0.3", "10.96.0.1", 36124, 443),
    reply=Tuple("10.1.10.8", "10.1.10.9", 6443, 52375),
    position=1,
    state="ESTABLISHED",
    timeout_s=431990,
    is_assured=True,
    mark=0,
)
PING = Tuple("10.244.1.2", "10.244.2.2", icmp_id=4376, icmp_type=8)
PONG = Tuple("10.244.2.2", "10.244.1.2", icmp_id=4376, icmp_type=0)
CONNECTIONS = [
    (SYN, ESTABLISHED),
    (f"ipv4     2 {SYN}", ESTABLISHED),
    (
        "icmp     1 27 src=10.244.1.2 dst=10.244.2.2 type=8 code=0 id=4376 [UNREPLIED] "
        "src=10.244.2.2 dst=10.244.1.2 type=0 code=0 id=4376 mark=16384 zone=7 use=1 id=99",
        Connection(
            "icmp", PING, PONG, 1, timeout_s=27, is_unreplied=True, mark=16384, zone=7
        ),
    ),
    (
        "unknown  2 596 src=10.244.2.1 dst=224.0.0.22 [UNREPLIED] src=224.0.0.22 "
        "dst=10.244.2.1 mark=0 use=1",
        Connection(
            "2",
            Tuple("10.244.2.1", "224.0.0.22"),
            Tuple("224.0.0.22", "10.244.2.1"),
            1,
            timeout_s=596,
            is_unreplied=True,
            mark=0,
        ),
    ),
    (
        "ipv6     10 udp      17 src=fd00::1 dst=fd00::2 sport=1 dport=8472 packets=3 bytes=252 "
        "src=fd00::2 dst=fd00::1 sport=8472 dport=1 packets=0 bytes=0 [OFFLOAD] use=2",
        Connection(
            "udp", Tuple("fd00::1", "fd00::2", 1, 8472), Tuple("fd00::2", "fd00::1", 8472, 1), 1
        ),
    ),
]  # fmt: skip
BROKEN = [
    "tcp      6 431990 ESTABLISHED src=10.244.0.3 dst=10.96.0.1 sport=36124 dport=443",
    SYN.replace("dport=52375 ", ""),
    SYN.replace("6443", "x"),
    SYN.replace("6443", "9" * 30),
    SYN.replace(" dst=10.1.10.9", ""),
    "conntrack: command not found",
    "conntrack v1.4.6 (conntrack-tools): Operation failed: Operation not permitted",
]


@pytest.mark.parametrize(("line", "expected"), CONNECTIONS)
def test_connections(line: str, expected: Connection) -> None:
    assert parse_conntrack(f"{line}\n", "conntrack.txt") == ((expected,), ())


@pytest.mark.parametrize("line", BROKEN)
def test_what_is_not_understood_costs_only_itself(line: str) -> None:
    parsed = parse_conntrack(f"{line}\n{SYN}\n", "conntrack.txt")
    assert [connection.position for connection in parsed.items] == [2]
    assert parsed.problems == ("line 1 is not understood",)


def test_the_summary_is_no_connection() -> None:
    text = f"{SYN}\nconntrack v1.4.6 (conntrack-tools): 1 flow entries have been shown.\n"
    assert parse_conntrack(text, "conntrack.txt") == ((ESTABLISHED,), ())


def test_a_last_line_that_is_cut_is_left_out() -> None:
    assert parse_conntrack(SYN, "conntrack.txt") == ((ESTABLISHED,), ())
    cut = parse_conntrack(SYN[: SYN.index("375 [")], "conntrack.txt")
    assert cut == ((), ("line 1 is not understood",))
