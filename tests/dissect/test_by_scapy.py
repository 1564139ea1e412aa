"""Header trees by scapy: names, order, and what hostile packets lead to."""

from __future__ import annotations

import random
import time

import pytest

from netdiag.dissect.by_scapy import dissect
from netdiag.model.header_tree import HeaderTree, walk
from netdiag.model.udp_tunnels import udp_tunnel_table
from tests.decode.frames import IPIP, IPV4, UDP, ethernet, ipv4, octets, udp
from tests.dissect.stacks import ECHO, STACKS, TOLD_PORTS

TUNNELS = udp_tunnel_table((), TOLD_PORTS)
NAMES = {
    "plain": "Ethernet IP ICMP Data",
    "vlan": "Ethernet 802.1Q IP ICMP Data",
    "vxlan 8472": "Ethernet IP UDP VXLAN Ethernet IP ICMP Data",
    "vxlan 4789": "Ethernet IP UDP VXLAN Ethernet IPv6 TCP Data",
    "vxlan 7000": "Ethernet IP UDP VXLAN Ethernet IP TCP Data",
    "vxlan in ipv6": "Ethernet IPv6 UDP VXLAN Ethernet IP ICMP Data",
    "ipip": "Ethernet IP IP ICMP Data",
    "6in4": "Ethernet IP IPv6 TCP Data",
    "flannel udp": "Ethernet IP UDP IP ICMP Data",
    "geneve": "Ethernet IP UDP GENEVE Ethernet IP ICMP Data",
    "gre": "Ethernet IP GRE IP ICMP Data",
    "gre key": "Ethernet IP GRE Ethernet IP ICMP Data",
    "vxlan in vxlan": "Ethernet IP UDP VXLAN Ethernet IP UDP VXLAN Ethernet IP ICMP Data",
    "quote": "Ethernet IP ICMP IP in ICMP TCP in ICMP Data",
}


def names(tree: HeaderTree) -> str:
    return " ".join(header.name for header in tree.headers)


@pytest.mark.parametrize("name", NAMES)
def test_headers_come_outermost_first(name: str) -> None:
    assert names(dissect(STACKS[name], 1, TUNNELS)) == NAMES[name]


@pytest.mark.parametrize("name", STACKS)
def test_headers_cover_the_packet_without_gaps(name: str) -> None:
    at = 0
    for header in dissect(STACKS[name], 1, TUNNELS).headers:
        assert header.start == at
        at += header.size
        for field in walk(header.children):
            assert header.start <= field.start
            assert field.start + field.size <= at
    assert at == len(STACKS[name])


def test_numbers_that_people_count_in_are_decimal() -> None:
    tree = dissect(STACKS["vxlan 8472"], 1, TUNNELS)
    told = {field.name: field.value for header in tree.headers for field in header.children}
    assert (told["vni"], told["id"], told["seq"]) == ("4096 (0x1000)", "8448 (0x2100)", "1 (0x1)")
    assert [each.value for each in tree.headers if each.name == "VXLAN"] == ["(vni=4096)"]


def test_a_packet_without_bytes_says_so() -> None:
    assert dissect(b"", 1, TUNNELS) == HeaderTree((), "none of its bytes was captured")


def test_a_source_port_is_no_tunnel() -> None:
    frame = ethernet(IPV4, ipv4(UDP, udp("8472 > 40000", octets("0800000000000100") + ECHO)))
    assert names(dissect(frame, 1, TUNNELS)) == "Ethernet IP UDP Data"


def test_wireguard_is_opaque() -> None:
    data = octets("04000000 01020304 0500000000000000") + bytes(64)
    frame = ethernet(IPV4, ipv4(UDP, udp("51820 > 51820", data)))
    told = names(dissect(frame, 1, TUNNELS))
    assert told == "Ethernet IP UDP Wireguard Wireguard Transport"


@pytest.mark.parametrize(
    ("link_type", "first"), [(101, "IP"), (113, "cooked linux"), (147, "Data")]
)
def test_link_types(link_type: int, first: str) -> None:
    cooked = octets("0000 0001 0006 0200000000110000 0800") if link_type == 113 else b""
    assert dissect(cooked + ECHO, link_type, TUNNELS).headers[0].name == first


def test_padding_comes_last() -> None:
    tree = dissect(STACKS["ipip"] + bytes(7), 1, TUNNELS)
    assert names(tree) == "Ethernet IP IP ICMP Data Padding"
    assert tree.headers[-1].size == 7


def test_tunnels_without_end_are_bounded() -> None:
    packet = ECHO
    for _ in range(300):
        packet = ipv4(IPIP, packet)
    tree = dissect(ethernet(IPV4, packet), 1, TUNNELS)
    assert "more than" in tree.problem
    assert tree.headers[-1].name == "Data"


def test_no_time_leaves_bytes() -> None:
    tree = dissect(STACKS["plain"], 1, TUNNELS, seconds=-1)
    assert names(tree) == "Data"
    assert "too long" in tree.problem


@pytest.mark.parametrize("name", STACKS)
def test_cut_packets_never_raise(name: str) -> None:
    data = STACKS[name]
    for end in range(len(data)):
        tree = dissect(data[:end], 1, TUNNELS)
        assert sum(header.size for header in tree.headers) == end


def test_random_changes_never_raise_nor_take_long() -> None:
    chance = random.Random(7)
    begin = time.process_time()
    for _ in range(300):
        data = bytearray(chance.choice(list(STACKS.values())))
        for _ in range(chance.randrange(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        tree = dissect(bytes(data), 1, TUNNELS)
        for field in walk(tree.headers):
            assert 0 <= field.start <= field.start + field.size <= len(data)
    assert time.process_time() - begin < 30
