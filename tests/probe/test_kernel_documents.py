"""What the probe asks of the kernel itself is what iproute2 prints, as far as netdiag reads it."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.recognise import Piece, recognise
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.running import Running
from netdiag_probe.lifeline import Lifeline
from netdiag_probe.netns import OWN
from netdiag_probe.node import documents
from netdiag_probe.node.documents import Answers
from netdiag_probe.rtnetlink.documents import DESCRIBERS
from netdiag_probe.rtnetlink.netlink import iterate_attributes

WANTED = {
    name: words
    for name, words in documents.NODE_PROGRAMS.items()
    if name in DESCRIBERS or name in documents.RULES
}

TRIES = 50

ODDITIES = """\
link add vxext type vxlan external dstport 4793
link add vxgroup type vxlan id 7 dstport 4791 group 239.1.1.1 dev eth0
link add vxnolearning type vxlan id 8 dstport 4792 remote 10.9.0.7 nolearning
link add v0 type veth peer name v1
link set v1 alias strange
link set v0 up
link set v1 up
addr add 10.9.0.1/24 dev v1
addr add 10.5.5.5 peer 10.5.5.6/32 dev v1
addr add fd00::1/64 dev v1 nodad
route add 10.51.0.0/16 via 1.2.3.9 dev v1 onlink proto 80 metric 7
route add 10.52.0.0/16 nexthop via 10.9.0.7 weight 3 nexthop via 10.9.0.8 dev v1 onlink
route add blackhole 10.53.0.0/24 proto static
route add unreachable 10.54.0.0/24 table 99
route add throw 10.56.0.0/24 table 1
route add 10.57.0.0/24 dev v1 scope link mtu lock 1300
route add 10.58.0.0/24 via inet6 fd00::9 dev v1
-6 route add fd01::/64 via fd00::9 metric 5 pref high
-6 route add fd03::/64 nexthop via fd00::7 nexthop via fd00::8 weight 2
rule add from 10.0.0.0/8 to 10.9.0.5 table 99 prio 50
rule add not fwmark 0x200000/0x200000 table 1 prio 99
rule add iif v1 oif lo ipproto icmp table 5 prio 97
rule add sport 50-60 dport 53 ipproto tcp table 5 prio 96
rule add blackhole prio 93 from 1.1.1.1
rule add goto 32766 prio 92 from 9.9.9.9
rule add nop prio 91
rule add table main suppress_prefixlength 0 prio 90
-6 rule add from fd00::/64 to fd01::1 table 99 prio 89
-6 rule add not fwmark 0x1/0x1 blackhole prio 88
neigh add 10.9.0.7 lladdr aa:bb:cc:dd:ee:ff dev v1
neigh add 10.9.0.8 lladdr aa:bb:cc:dd:ee:fe dev v1 nud noarp
neigh add fd00::7 lladdr aa:bb:cc:dd:ee:fe dev v1 nud permanent router
"""
"""What no mode of the lab has."""


@pytest.fixture(
    scope="module",
    params=["flannel-vxlan", "calico-vxlan", "calico-bgp", "kubenet", "calico-wireguard"],
)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    with raised(Wanted(f"kernel-{os.getpid()}", request.param), stays=False) as lab:
        yield lab


@pytest.mark.needs_lab
def test_the_kernel_says_what_iproute2_prints(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in running.site.places:
        with running.site.network(place):
            assert_same(monkeypatch)


@pytest.mark.needs_lab
def test_also_of_what_is_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    with raised(Wanted(f"kernel-rare-{os.getpid()}", "kubenet"), stays=False) as lab:
        lab.site.set_sysctls("pod-a", {"net/ipv6/conf/all/disable_ipv6": 0})
        for line in ODDITIES.splitlines():
            lab.site.run("pod-a", ("ip", *line.split()))
        with lab.site.network("pod-a"):
            assert_same(monkeypatch)


def assert_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the namespace that this thread is in with iproute2 and without."""
    printed, own = ask_both(monkeypatch)
    assert own.problems == printed.problems == []
    assert own.documents.keys() == printed.documents.keys() == DESCRIBERS.keys()
    assert read(own) == read(printed)
    for name, text in own.documents.items():
        assert_part(json.loads(text), json.loads(printed.documents[name]), name)


def ask_both(monkeypatch: pytest.MonkeyPatch) -> tuple[Answers, Answers]:
    """Return what iproute2 and the kernel say of one state: packets and timers change it."""
    for _ in range(TRIES):
        printed = ask()
        with monkeypatch.context() as without:
            without.setattr(documents, "find_program", lambda _: None)
            own = ask()
        if read(ask()) == read(printed):
            return printed, own
    pytest.fail("the namespace never rests")


def read(answers: Answers) -> dict[str, list[Piece]]:
    """Return what netdiag understands of documents."""
    return {name: recognise(name, text.encode()) for name, text in answers.documents.items()}


def ask() -> Answers:
    with Lifeline() as lifeline:
        return documents.ask(OWN, WANTED, lifeline)


def assert_part(part: Any, whole: Any, place: str) -> None:
    """All keys and values are those of iproute2; some of its keys may be missing."""
    if isinstance(part, dict):
        assert part.keys() <= whole.keys(), place
        for key, value in part.items():
            assert_part(value, whole[key], f"{place}/{key}")
    elif isinstance(part, list):
        assert len(part) == len(whole), place
        for number, value in enumerate(part):
            assert_part(value, whole[number], f"{place}/{number}")
    else:
        assert part == whole, place


def test_an_iproute2_that_knows_no_json_is_not_asked(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ip", "bridge"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'Option \"-j\" is unknown' >&2\nexit 255\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    answers = ask()
    assert answers.problems == []
    assert answers.documents.keys() == DESCRIBERS.keys()
    assert json.loads(answers.documents["ip_link.json"])[0]["ifname"] == "lo"


@given(st.binary(max_size=200))
def test_attributes_of_any_bytes_are_within_them(data: bytes) -> None:
    assert sum(4 + len(value) for _, value in iterate_attributes(data)) <= len(data)


def test_attributes_that_break_off_end_there() -> None:
    whole = struct.pack("=HH4s", 8, 1, b"abcd") + struct.pack("=HH2sxx", 6, 2 | 0x8000, b"xy")
    assert list(iterate_attributes(whole)) == [(1, b"abcd"), (2, b"xy")]
    assert list(iterate_attributes(whole[:-3])) == [(1, b"abcd")]
