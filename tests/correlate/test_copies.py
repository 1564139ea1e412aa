"""Crossings that are no steps: doubled files, duplicates, floods, promiscuous NICs."""

from __future__ import annotations

import pytest

from netdiag.correlate.copies import drop_copies
from netdiag.correlate.crossing import drop_duplicates, merge_captures
from tests.correlate.steps import crossings, names

MERGED = {
    "the interface's own file and that of all": (
        "n/eth0 64 shared file=1\n n/eth0 64 file=2 +1",
        [(1, 0)],
    ),
    "the direction that the shared file knows": (
        "n/eth0 64 shared file=1 out\n n/eth0 64 file=2 +1",
        [(1, 2)],
    ),
    "one file is not merged with itself": (
        "n/eth0 64 file=1\n n/eth0 64 file=1 +1",
        [(0, 0), (1, 0)],
    ),
    "too far apart": ("n/eth0 64 file=1\n n/eth0 64 file=2 +1001", [(0, 0), (1, 0)]),
    "a millisecond apart": ("n/eth0 64 file=1\n n/eth0 64 file=2 +1000", [(0, 0)]),
    "in and out": ("n/eth0 64 file=1 in\n n/eth0 64 file=2 out", [(0, 1), (1, 2)]),
    "another TTL": ("n/eth0 64 file=1\n n/eth0 63 file=2", [(0, 0), (1, 0)]),
    "another interface": ("n/eth0 64 file=1\n n/eth1 64 file=2", [(0, 0), (1, 0)]),
    "another node": ("n/eth0 64 file=1\n m/eth0 64 file=2", [(0, 0), (1, 0)]),
    "under a tunnel": ("n/eth0 64 file=1\n n/eth0 64 file=2 vxlan", [(0, 0), (1, 0)]),
    "another source": ("n/eth0 64 file=1\n n/eth0 64 file=2 from=9.9.9.9", [(0, 0), (1, 0)]),
    "three files": ("n/eth0 64 file=1\n n/eth0 64 file=2\n n/eth0 64 file=3", [(0, 0)]),
}


@pytest.mark.parametrize(("text", "left"), MERGED.values(), ids=list(MERGED))
def test_captures_of_one_interface(text: str, left: list[tuple[int, int]]) -> None:
    merged = merge_captures(crossings(text))
    assert sorted((crossing.position, crossing.direction) for crossing in merged) == left


DUPLICATES = {
    "the earlier one stays": ("n/eth0 64 +9\n n/eth0 64 +1", [1]),
    "however late": ("n/eth0 64\n n/eth0 64 +900000", [0]),
    "in and out": ("n/eth0 64 in\n n/eth0 64 out +1", [0, 1]),
    "in and not known": ("n/eth0 64 in\n n/eth0 64 +1", [0]),
    "another TTL": ("n/eth0 64\n n/eth0 63 +1", [0, 1]),
    "under a tunnel": ("n/eth0 64\n n/eth0 64 vxlan +1", [0, 1]),
    "another source": ("n/eth0 64\n n/eth0 64 from=9.9.9.9 +1", [0, 1]),
}


@pytest.mark.parametrize(("text", "left"), DUPLICATES.values(), ids=list(DUPLICATES))
def test_duplicates(text: str, left: list[int]) -> None:
    kept = drop_duplicates(crossings(text))
    assert sorted(crossing.position for crossing in kept) == left


REPLY = "n/veth2 64 in\n n/cni0 64 in\n n/veth1 64 out +2"
COPIES = {
    "flooded to other ports, the one that answers is the receiver": (
        "n/veth1 64 in\n n/cni0 64\n n/veth2 64 out +2\n n/veth3 64 out +2\n n/veth4 64 out +2",
        REPLY,
        "n/veth1 n/cni0 n/veth2",
    ),
    "nobody answers: all may be the receiver": (
        "n/veth1 64 in\n n/cni0 64\n n/veth2 64 out +2\n n/veth3 64 out +2",
        "",
        "n/veth1 n/cni0 n/veth2 n/veth3",
    ),
    "one port": ("n/veth1 64 in\n n/cni0 64", REPLY, "n/veth1 n/cni0"),
    "another TTL is another step": (
        "n/veth1 64 in\n n/veth2 63 out\n n/veth3 62 out",
        "n/veth2 64 in\n n/veth1 63 out",
        "n/veth1 n/veth2 n/veth3",
    ),
    "a third node's NIC sees what goes to the second": (
        "n/cni0 65\n n/ens3 64\n m/ens3 64\n o/ens3 64\n m/cni0 63",
        "m/cni0 65\n m/ens3 64\n n/ens3 64\n n/cni0 63",
        "n/cni0 n/ens3 m/ens3 m/cni0",
    ),
    "two NICs without anything behind them both stay": (
        "n/ens3 64\n m/ens3 64",
        "m/ens3 63\n n/ens3 63",
        "n/ens3 m/ens3",
    ),
    "a third node with an inside is no onlooker": (
        "n/ens3 64\n o/ens3 64\n o/ens4 63\n m/ens3 63\n m/cni0 62",
        "",
        "n/ens3 o/ens3 o/ens4 m/ens3 m/cni0",
    ),
}


@pytest.mark.parametrize(("text", "others", "left"), COPIES.values(), ids=list(COPIES))
def test_copies(text: str, others: str, left: str) -> None:
    assert names(drop_copies(crossings(text), crossings(others))) == left
