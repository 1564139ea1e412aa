"""Whose a dropped packet is, where several nodes are containers of one machine."""

from __future__ import annotations

import pytest

from netdiag.explain.kernel_drops import find_kernel_drops
from netdiag.model.facts.activity import Activity, KernelDrop, KernelLog
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.node import NodeFacts
from tests.captures import A, B, icmp, ipv4, ping

KNOWN, UNKNOWN = 7, 8
UNREACHABLE = 3


def facts_of(netns: int, packet: bytes) -> Facts:
    """Return what two nodes of one kernel tell of a packet that was dropped in a namespace."""
    drop = KernelDrop(
        1, "NETFILTER_DROP", "nf_hook_slow", netns, None, "eth0", len(packet), packet, "drops", 1
    )
    nodes = {}
    for name, own in (("node-1", KNOWN), ("node-2", KNOWN + 10)):
        log = KernelLog("boot", {own: ""}, (drop,))
        nodes[name] = NodeFacts(name, activity=Activity(kernel_logs=(log,)))
    return Facts(nodes=nodes)


@pytest.mark.parametrize(
    ("packet", "is_ours"),
    [
        (ipv4(A, B, ping(5, 1)), True),
        (ipv4(A, B, ping(5, 1, size=16)), True),
        (ipv4(A, B, ping(5, 1, size=15)), False),
        (ipv4(A, B, ping(5, 1, size=8)), False),
        (ipv4(A, B, icmp(UNREACHABLE, 1, 0, ipv4(A, B, ping(5, 1)))), True),
    ],
    ids=["usual", "token alone", "cut token", "no data", "quoted"],
)
def test_it_is_ours_if_the_probe_could_tell(packet: bytes, is_ours: bool) -> None:
    for netns, node in ((KNOWN, "node-1"), (UNKNOWN, None)):
        found = [drop.node for drop in find_kernel_drops(facts_of(netns, packet)).drops]
        assert found == [node] * is_ours


def test_a_later_fragment_is_ours_only_where_it_can_be() -> None:
    packet = ipv4(A, B, bytes(40), fragment=100)
    assert len(find_kernel_drops(facts_of(KNOWN, packet)).drops) == 1
    assert find_kernel_drops(facts_of(UNKNOWN, packet)).drops == ()
