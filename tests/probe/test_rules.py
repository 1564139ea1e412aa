"""``rules`` names the very rule that dropped a packet, of whichever program it is."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import pytest

from tests.probe.cases_rules import IPTABLES, NFT, Case
from tests.probe.watching_rules import (
    BRIDGED_ADDRESS,
    FAR,
    FAR_ADDRESS,
    FAR_ADDRESS_6,
    NEAR,
    OTHER,
    OURS,
    ROUTER,
    TOKEN,
    Event,
    Network,
    network,
    watching,
)

pytestmark = pytest.mark.needs_lab
LABELS = {NEAR: NEAR, ROUTER: None, FAR: FAR}
BACKENDS = ("iptables-nft", "iptables-legacy")


@pytest.fixture
def made() -> Iterator[Network]:
    with network() as made:
        yield made


def run_lines(made: Network, place: str, program: str, lines: str) -> None:
    for line in lines.splitlines():
        made.inside(place, program, *shlex.split(line))


def only(told: list[Event]) -> Event:
    assert len(told) == 1, told
    return told[0]


def check(made: Network, case: Case, backend: str) -> Event:
    """Ping with our id and with another; what is told must be of ours, and be what is expected."""
    with watching(made) as watch:
        assert not made.ping(OURS, "--token", TOKEN)
        assert not made.ping(OTHER)
        event = only(watch.end())
    assert watch.complaints == []
    wanted = {"backend": backend, "namespace": LABELS[case.place], **case.told}
    assert {key: event[key] for key in wanted} == wanted
    packet = bytes.fromhex(event["packet"])
    assert len(packet) == 84 and packet[24:26] == OURS.to_bytes(2, "big")
    assert packet[28:36].hex() == TOKEN
    return event


@pytest.mark.parametrize("program", BACKENDS)
@pytest.mark.parametrize("case", IPTABLES, ids=lambda case: case.name)
def test_iptables(made: Network, case: Case, program: str) -> None:
    run_lines(made, case.place, program, case.rules)
    event = check(made, case, program)
    has_handle = program == "iptables-nft" and case.told["number"] is not None
    assert (event["handle"] is not None) == has_handle


@pytest.mark.parametrize("case", NFT, ids=lambda case: case.name)
def test_nft(made: Network, case: Case) -> None:
    made.inside(case.place, "nft", "-f", "-", given=case.rules)
    event = check(made, case, "nft")
    if event["handle"] is not None:
        place = (event["family"], event["table"], event["chain"])
        listed = made.inside(case.place, "nft", "-a", "-s", "list", "chain", *place)
        assert f"{case.told['rule']} # handle {event['handle']}\n" in listed


@pytest.mark.parametrize("program", BACKENDS)
def test_ipv6(made: Network, program: str) -> None:
    program = program.replace("ip", "ip6", 1)
    made.inside(ROUTER, program, *shlex.split("-A FORWARD -p ipv6-icmp -j REJECT"))
    with watching(made) as watch:
        assert not made.ping(to=FAR_ADDRESS_6)
        event = only(watch.end())
    assert (event["family"], event["verdict"]) == ("ip6", "reject")
    assert event["rule"].startswith("-A FORWARD -p ipv6-icmp -j REJECT")
    assert bytes.fromhex(event["packet"])[44:46] == OURS.to_bytes(2, "big")


@pytest.mark.parametrize("program", BACKENDS)
def test_the_reply(made: Network, program: str) -> None:
    run_lines(made, NEAR, program, "-A INPUT -p icmp --icmp-type echo-reply -j DROP")
    with watching(made) as watch:
        assert not made.ping()
        event = only(watch.end())
    assert (event["namespace"], event["chain"]) == (NEAR, "INPUT")
    assert event["time_ns"] > 1_700_000_000_000_000_000


def test_the_icmp_error_that_quotes_ours(made: Network) -> None:
    run_lines(made, NEAR, "iptables-nft", "-A INPUT -p icmp --icmp-type time-exceeded -j DROP")
    with watching(made) as watch:
        assert not made.ping(OURS, "--ttl", "1")
        event = only(watch.end())
    assert event["rule"] == "-A INPUT -p icmp -m icmp --icmp-type 11 -j DROP"


def test_a_token_tells_ours(made: Network) -> None:
    run_lines(made, FAR, "iptables-legacy", "-A INPUT -p icmp -j DROP")
    with watching(made, "--token", TOKEN) as watch:
        made.ping(OTHER, "--token", TOKEN)
        made.ping(OURS, "--token", TOKEN[::-1])
        event = only(watch.end())
    assert bytes.fromhex(event["packet"])[24:26] == OTHER.to_bytes(2, "big")


def test_connections_are_told_by_their_port(made: Network) -> None:
    run_lines(made, FAR, "iptables-nft", "-A INPUT -p udp -j DROP")
    with watching(made, "--port", 5300) as watch:
        made.send(b"ours", 5300)
        made.send(b"another's", 5301)
        event = only(watch.end())
    assert bytes.fromhex(event["packet"])[28:] == b"ours"


def test_packets_that_pass_are_told_only_if_asked_for(made: Network) -> None:
    run_lines(made, FAR, "iptables-nft", "-A INPUT -p icmp -j ACCEPT\n-A OUTPUT -p icmp -j ACCEPT")
    run_lines(made, FAR, "iptables-legacy", "-A INPUT -p icmp -j ACCEPT")
    with watching(made) as watch:
        assert made.ping()
        assert watch.end() == []
    with watching(made, "--id", OURS, "--all") as watch:
        assert made.ping()
        told = [(each["backend"], each["chain"], each["verdict"]) for each in watch.end()]
    assert sorted(told) == [
        ("iptables-legacy", "INPUT", "accept"),
        ("iptables-legacy", "OUTPUT", "policy accept"),
        ("iptables-nft", "INPUT", "accept"),
        ("iptables-nft", "OUTPUT", "accept"),
    ]


def test_what_others_trace_is_theirs(made: Network) -> None:
    made.inside(FAR, "nft", "-f", "-", given="""
        table ip other { chain early { type filter hook prerouting priority -400;
            icmp type echo-request meta nftrace set 1; }; }
        table ip t { chain in { type filter hook input priority 0; ip protocol icmp drop; }; }
    """)  # fmt: skip
    with watching(made) as watch:
        made.ping(OTHER)
        made.ping(OURS)
        event = only(watch.end())
    assert bytes.fromhex(event["packet"])[24:26] == OURS.to_bytes(2, "big")


def test_what_is_dropped_twice_is_told_twice(made: Network) -> None:
    run_lines(made, FAR, "iptables-nft", "-A INPUT -p icmp -j DROP")
    with watching(made) as watch:
        made.ping(at=NEAR, to=FAR_ADDRESS)
        made.ping(at=NEAR, to=FAR_ADDRESS)
        assert len(watch.end()) == 2


def test_fragments_that_are_put_together(made: Network) -> None:
    run_lines(made, FAR, "iptables-nft", "-A INPUT -m conntrack --ctstate INVALID -j DROP")
    run_lines(made, FAR, "iptables-nft", "-A INPUT -p icmp -j DROP")
    with watching(made) as watch:
        made.ping(OURS, "--size", "4000")
        event = only(watch.end())
    assert (event["chain"], event["number"]) == ("INPUT", 2)


@pytest.mark.parametrize("learning", ["on", "off"])
def test_bridges(made: Network, learning: str) -> None:
    """Without learning every port gets a copy: those are packets of their own to the kernel."""
    made.bridge(learning)
    made.inside(ROUTER, "nft", "-f", "-", given="""
        table bridge t { chain f { type filter hook forward priority 0; ip protocol icmp drop; }; }
    """)  # fmt: skip
    with watching(made) as watch:
        assert not made.ping(OTHER, to=BRIDGED_ADDRESS)
        assert not made.ping(to=BRIDGED_ADDRESS)
        told = watch.end()
    assert [each["interface_out"] for each in told] == (
        ["port-far"] if learning == "on" else ["port-spare", "port-far"]
    )
    assert {each["rule"] for each in told} == {"ip protocol icmp drop"}
    assert {each["family"] for each in told} == {"bridge"}
