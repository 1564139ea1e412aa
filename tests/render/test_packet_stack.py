"""What is said of the tags and tunnels around a packet."""

from __future__ import annotations

import struct

import pytest

from netdiag.render.packet_text import PacketText
from tests.captures import (
    ARP,
    ETHERNET,
    GRE,
    ICMPV6,
    IPIP,
    IPV4,
    MPLS,
    NODE_1,
    NODE_2,
    UDP,
    VLAN,
    A,
    B,
    arp,
    echo_frame,
    ethernet,
    icmp,
    ipv4,
    ipv6,
    ping,
    udp,
    vlan,
    vxlan,
    vxlan_frame,
)
from tests.render.saying import decoded, said, stacked

PING = ipv4(A, B, ping(1, 1))
ENDS = f"{NODE_1} > {NODE_2}"
MANY = 17_000
"""More texts than are remembered."""
TRANSPARENT_ETHERNET, QINQ = 0x6558, 0x88A8
KEY_PRESENT, ALL_PRESENT = 0x2000, 0xB000


def between_nodes(payload: bytes, protocol: int) -> bytes:
    return ethernet(ipv4(NODE_1, NODE_2, payload, protocol))


def gre(payload: bytes, flags: int = 0, fields: bytes = b"", ethertype: int = IPV4) -> bytes:
    return between_nodes(struct.pack(">HH", flags, ethertype) + fields + payload, GRE)


def mpls(label: int, *, last: bool) -> bytes:
    return struct.pack(">I", label << 12 | last << 8 | 64)


GENEVE = udp(1, 6081, struct.pack(">BBHI", 0, 0, TRANSPARENT_ETHERNET, 5 << 8) + echo_frame())
WIREGUARD = udp(51820, 51820, struct.pack("<IIQ", 4, 1, 1) + bytes(64))
VXLAN_OVER_IPV6 = ethernet(ipv6("fd00::1", "fd00::2", vxlan(7, echo_frame()), UDP), 0x86DD)
IPIP_IN_VXLAN = vxlan(5, ethernet(ipv4(NODE_1, NODE_2, PING, IPIP)))
VLAN_IN_VXLAN = vxlan(5, ethernet(vlan(100, PING), VLAN))

STACKS = [
    ("-", echo_frame()),
    ("-", ethernet(arp(1, A, B), ARP)),
    ("-", b""),
    (f"vxlan {ENDS} vni 1", vxlan_frame()),
    (f"vxlan {ENDS} vni 16777215", vxlan_frame(vni=0xFFFFFF)),
    ("vxlan fd00::1 > fd00::2 vni 7", VXLAN_OVER_IPV6),
    (f"geneve {ENDS} vni 5", between_nodes(GENEVE, UDP)),
    (f"ipip {ENDS}", between_nodes(PING, IPIP)),
    (f"6in4 {ENDS}", between_nodes(ipv6("::1", "::2", icmp(128, 0), ICMPV6), 41)),
    (f"udp {ENDS}", between_nodes(udp(8285, 8285, PING), UDP)),
    (f"gre {ENDS}", gre(PING)),
    (f"gre {ENDS} key 42", gre(PING, KEY_PRESENT, struct.pack(">I", 42))),
    (f"gre {ENDS} key 42", gre(PING, ALL_PRESENT, struct.pack(">III", 0, 42, 1))),
    (f"gre {ENDS}", gre(echo_frame(), ethertype=TRANSPARENT_ETHERNET)),
    ("wireguard", between_nodes(WIREGUARD, UDP)),
    ("vlan 100", ethernet(vlan(100, PING), VLAN)),
    ("vlan 0", ethernet(vlan(0x6000, PING), VLAN)),
    ("vlan 100 | vlan 4095", ethernet(vlan(100, vlan(4095, PING), VLAN), QINQ)),
    ("mpls 16 | mpls 17", ethernet(mpls(16, last=False) + mpls(17, last=True) + PING, MPLS)),
    (
        f"vxlan {A} > {B} vni 5 | ipip {ENDS}",
        ethernet(ipv4(A, B, IPIP_IN_VXLAN, UDP)),
    ),
    (
        f"vlan 10 | vxlan {ENDS} vni 5 | vlan 100",
        ethernet(vlan(10, ipv4(NODE_1, NODE_2, VLAN_IN_VXLAN, UDP)), VLAN),
    ),
]


@pytest.mark.parametrize(("stack", "frame"), STACKS, ids=[stack for stack, _ in STACKS])
def test_what_is_said_of_tunnels(stack: str, frame: bytes) -> None:
    assert stacked(frame) == stack


def test_the_innermost_packet_is_that_in_the_last_tunnel() -> None:
    frame = ethernet(ipv4("1.1.1.1", "2.2.2.2", IPIP_IN_VXLAN, UDP))
    assert said(frame) == f"{A} > {B}: ICMP echo request, id 1, seq 1, length 64"
    arp_inside = between_nodes(vxlan(1, ethernet(arp(1, A, B), ARP)), UDP)
    assert said(arp_inside) == f"ARP, Request who-has {B} tell {A}, length 28"


def test_an_error_in_a_tunnel() -> None:
    error = ipv4(NODE_2, A, icmp(3, 1, 0, PING))
    frame = between_nodes(vxlan(5, ethernet(error)), UDP)
    assert stacked(frame) == f"vxlan {ENDS} vni 5"
    quoted = f"about {A} > {B}: ICMP echo request, id 1, seq 1, length 64"
    assert said(frame) == f"{NODE_2} > {A}: ICMP host unreachable, length 92, {quoted}"


def test_an_error_about_a_tunnel() -> None:
    """A router on the way quotes the outer packet: the tunnels belong to what is quoted."""
    outer = ipv4(NODE_1, NODE_2, vxlan(5, echo_frame()), UDP)
    frame = ethernet(ipv4("10.1.10.1", NODE_1, icmp(3, 4, 1400, outer)))
    assert stacked(frame) == "-"
    inner = f"{A} > {B}: ICMP echo request, id 8448, seq 0, length 64"
    assert said(frame) == (
        f"10.1.10.1 > {NODE_1}: ICMP need to frag (mtu 1400), length 142, "
        f"about vxlan {ENDS} vni 5 | {inner}"
    )


def test_tunnels_that_differ_are_not_mixed_up() -> None:
    """Texts are remembered; more tunnels than that are still told apart."""
    text = PacketText()
    for number in range(1, MANY):
        assert text.stack(decoded(vxlan_frame(vni=number), ETHERNET, 0)).endswith(f" vni {number}")
    again = text.stack(decoded(vxlan_frame(vni=1), ETHERNET, 0))
    assert again == f"vxlan {ENDS} vni 1"


def test_addresses_that_differ_are_not_mixed_up() -> None:
    text = PacketText()
    for number in range(MANY):
        source = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        decoder = decoded(ethernet(ipv4(source, B, bytes(4), 253)), ETHERNET, 0)
        assert text.innermost(decoder, 38, ETHERNET).startswith(f"{source} > {B}: ")
