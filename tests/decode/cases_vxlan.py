"""VXLAN and VXLAN-GPE: by their ports, by ports given, by the look of it on any port."""

from __future__ import annotations

from netdiag.model.link_types import LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2
from tests.decode.cases_udp_tunnels import opaque, tunnel
from tests.decode.frames import (
    IPV4,
    IPV6,
    NODES,
    NODES6,
    PING,
    PING6,
    PING_FRAME,
    PODS,
    SCTP,
    UDP,
    VLAN,
    ethernet,
    ipv4,
    ipv6,
    octets,
    udp,
)
from tests.decode.observing import GIVEN_VXLAN_PORT, Case, Seen
from tests.decode.payloads import PINGED

REAL_FLANNEL = octets("""
    000c29112210 000c29112209 0800
    4500 0086 58bd 0000 40 11 f995 0a010a09 0a010a0a
    aa5e 2118 0072 2898
    08000000 00000100
    be1a5c000202 be1a5c000101 0800
    4500 0054 ac12 4000 3f 01 76ab 0af40102 0af40202
    0800 ea81 491c 0001 bbe2006b00000000 4640030000000000
    101112131415161718191a1b1c1d1e1f 202122232425262728292a2b2c2d2e2f 3031323334353637
""")
"""A ping between two nodes' pods, as tcpdump took it on flannel's underlay."""

REAL_IN = octets("0800 0000 00000002 0001 04 06 000c29112209 0000") + REAL_FLANNEL[14:]
REAL_SEEN = Seen(
    "eth ipv4 udp vxlan eth ipv4 icmp",
    ("10.1.10.9 > 10.1.10.10", "10.244.1.2 > 10.244.2.2"),
    ("43614 > 8472",),
    "8/0 id 18716 seq 1",
    tunnels="vxlan",
    vnis=(1,),
)

TAGGED = ethernet(VLAN, octets("0008 0800") + PING)
VNI_1 = octets("08000000 00000100")

VXLAN_CASES = [
    Case("flannel's vxlan", LINKTYPE_ETHERNET, REAL_FLANNEL, REAL_SEEN),
    Case(
        "flannel's vxlan on any",
        LINKTYPE_LINUX_SLL2,
        REAL_IN,
        REAL_SEEN._replace(layers="sll2 ipv4 udp vxlan eth ipv4 icmp"),
    ),
    tunnel("vxlan", 4789, "08000000 00000100", "vxlan", "eth ipv4 icmp", 1),
    tunnel(
        "vxlan on linux's port", 8472, "08000000 ffffff00", "vxlan", "eth ipv6 icmpv6", 0xFFFFFF
    ),
    tunnel("vxlan on a given port", GIVEN_VXLAN_PORT, "08000000 00002a00", "vxlan", "eth arp", 42),
    tunnel("vxlan with a group policy", 8472, "88000123 00000100", "vxlan", "eth ipv4 icmp", 1),
    tunnel("vxlan with reserved bits", 8472, "0fffffff 000001ff", "vxlan", "eth ipv4 icmp", 1),
    tunnel("vxlan with nothing", 8472, "08000000 00000100", "vxlan", "", 1),
    tunnel("vxlan on any port", 12345, "08000000 00000100", "vxlan", "eth ipv4 icmp", 1),
    tunnel("vxlan on any port, ipv6", 12345, "08000000 00000100", "vxlan", "eth ipv6 icmpv6", 1),
    tunnel("vxlan on any port, arp", 12345, "08000000 00000100", "vxlan", "eth arp", 1),
    tunnel(
        "vxlan without the I flag",
        8472,
        "00000000 00000100",
        "vxlan",
        "eth ipv4 icmp",
        1,
        "no I flag: vxlan",
    ),
    tunnel(
        "vxlan without the I flag, half a frame",
        8472,
        "00000000 00000100",
        "vxlan",
        "eth",
        1,
        "no I flag: vxlan",
    ),
    opaque("no vxlan: no I flag, 21 bytes", 8472, bytes(8) + ethernet(VLAN)[:13]),
    opaque("no vxlan: no I flag, no frame", 8472, bytes(64)),
    opaque("no vxlan: seven bytes", 8472, octets("08000000 000001")),
    opaque("no vxlan: another flag", 12345, octets("0c000000 00000100") + PING_FRAME),
    opaque("no vxlan: reserved bits", 12345, octets("08000100 00000100") + PING_FRAME),
    opaque("no vxlan: a reserved byte", 12345, octets("08000000 00000101") + PING_FRAME),
    opaque("no vxlan: an unknown type", 12345, VNI_1 + ethernet(0x88CC, PING)),
    opaque("no vxlan: a length", 12345, VNI_1 + ethernet(36, PING)),
    opaque("no vxlan: ipv6 as ipv4", 12345, VNI_1 + ethernet(IPV4, PING6)),
    opaque("no vxlan: ipv4 of 16 bytes", 12345, VNI_1 + ethernet(IPV4, b"\x44" + PING[1:])),
    opaque("no vxlan: ipv4 as ipv6", 12345, VNI_1 + ethernet(IPV6, PING)),
    Case(
        "vxlan on any port, 42 bytes",
        LINKTYPE_ETHERNET,
        ethernet(IPV4, ipv4(UDP, udp("1 > 2", VNI_1 + ethernet(IPV4, ipv4(SCTP))))),
        Seen(
            "eth ipv4 udp vxlan eth ipv4",
            (NODES, NODES),
            ("1 > 2",),
            tunnels="vxlan",
            vnis=(1,),
        ),
    ),
    opaque("no vxlan: 41 bytes", 12345, VNI_1 + PING_FRAME[:33]),
    Case(
        "vxlan over tagged ipv6, tagged inside",
        LINKTYPE_ETHERNET,
        ethernet(
            VLAN,
            octets("0007 86dd") + ipv6(UDP, udp("1 > 4789", octets("08000000 00000500") + TAGGED)),
        ),
        Seen(
            "eth vlan ipv6 udp vxlan eth vlan ipv4 icmp",
            (NODES6, PODS),
            ("1 > 4789",),
            PINGED,
            tunnels="vxlan",
            vnis=(5,),
            vlans=(7, 8),
        ),
    ),
    Case(
        "vxlan in vxlan",
        LINKTYPE_ETHERNET,
        ethernet(IPV4, ipv4(UDP, udp("1 > 4789", octets("08000000 00000500") + REAL_FLANNEL))),
        REAL_SEEN._replace(
            layers=f"eth ipv4 udp vxlan {REAL_SEEN.layers}",
            addresses=(NODES, *REAL_SEEN.addresses),
            ports=("1 > 4789", *REAL_SEEN.ports),
            tunnels="vxlan vxlan",
            vnis=(5, 1),
        ),
    ),
]

GPE_CASES = [
    tunnel("gpe with ipv4", 4790, "0c000001 00000700", "vxlan-gpe", "ipv4 icmp", 7),
    tunnel("gpe with ipv6", 4790, "0c000002 00000700", "vxlan-gpe", "ipv6 icmpv6", 7),
    tunnel("gpe with ethernet", 4790, "0c000003 00000700", "vxlan-gpe", "eth ipv4 icmp", 7),
    tunnel("gpe with nsh", 4790, "0c000004 00000700 0fc60102", "vxlan-gpe", "", 7),
    tunnel("gpe without a protocol", 4790, "08000001 00000700", "vxlan-gpe", "eth ipv6 icmpv6", 7),
    Case(
        "gpe with mpls",
        LINKTYPE_ETHERNET,
        ethernet(IPV4, ipv4(UDP, udp("1 > 4790", octets("0c000005 00000700 00010 1 40") + PING))),
        Seen(
            "eth ipv4 udp vxlan-gpe mpls ipv4 icmp",
            (NODES, PODS),
            ("1 > 4790",),
            PINGED,
            tunnels="vxlan-gpe",
            vnis=(7,),
        ),
    ),
]

ALL_VXLAN_CASES = [*VXLAN_CASES, *GPE_CASES]
