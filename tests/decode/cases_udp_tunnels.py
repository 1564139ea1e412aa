"""Tunnels in UDP: VXLAN, VXLAN-GPE, GENEVE, flannel's udp backend, WireGuard, ESP."""

from __future__ import annotations

from netdiag.model.link_types import LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2
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
from tests.decode.payloads import INSIDE, PINGED


def tunnel(
    name: str, port: int, header: str, kind: str, inside: str, vni: int, problem: str = ""
) -> Case:
    """A tunnel over IPv4 whose header is given in hex; ``kind`` is its layer."""
    payload, seen = INSIDE[inside]
    ports = f"40000 > {port}"
    seen = seen._replace(
        layers=f"eth ipv4 udp {kind} {inside}".strip(),
        ports=(ports,),
        tunnels=kind,
        vnis=(vni,),
        problem=problem,
    )
    frame = ethernet(IPV4, ipv4(UDP, udp(ports, octets(header) + payload)))
    return Case(name, LINKTYPE_ETHERNET, frame, seen)


def bare(name: str, inside: str) -> Case:
    """A packet in UDP without a header between them."""
    case = tunnel(name, 8285, "", "", inside, 0)
    layers = f"eth ipv4 udp {inside}"
    return case._replace(seen=case.seen._replace(layers=layers, tunnels="udp", vnis=()))


def opaque(name: str, port: int, payload: bytes, kind: str = "", problem: str = "") -> Case:
    """A UDP payload that is no tunnel, or one that cannot be looked into."""
    ports = f"40000 > {port}"
    layers = f"eth ipv4 udp {kind}".strip()
    seen = Seen(layers, (NODES,), (ports,), tunnels=kind, problem=problem)
    frame = ethernet(IPV4, ipv4(UDP, udp(ports, payload)))
    return Case(name, LINKTYPE_ETHERNET, frame, seen)


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

GENEVE_CASES = [
    tunnel("geneve", 6081, "00 00 6558 00000300", "geneve", "eth ipv4 icmp", 3),
    tunnel("geneve with ipv4", 6081, "00 40 0800 ffffff00", "geneve", "ipv4 icmp", 0xFFFFFF),
    tunnel(
        "geneve with options",
        6081,
        "04 80 86dd 00000300 0102 80 01 00000005 0103 00 01 00000006",
        "geneve",
        "ipv6 icmpv6",
        3,
    ),
    tunnel("geneve with something else", 6081, "00 00 894f 00000300 0fc60102", "geneve", "", 3),
    tunnel(
        "geneve that does not end",
        6081,
        "02 00 6558 00000300 01020000",
        "geneve",
        "",
        3,
        "short: geneve",
    ),
    opaque("no geneve: version 1", 6081, octets("40 00 6558 00000300") + PING_FRAME),
]

FLANNEL_UDP_CASES = [
    bare("flannel's udp", "ipv4 icmp"),
    bare("flannel's udp with ipv6", "ipv6 icmpv6"),
    opaque("no flannel's udp: version 5", 8285, b"\x55" * 20),
]

INITIATION, RESPONSE, COOKIE = (octets(f"{n:02x} 000000") for n in (1, 2, 3))
DATA = octets("04 000000 12345678 0700000000000000") + b"\xee" * 32

COUNTED = DATA[:12] + b"%b" + DATA[16:]
"""Data whose counter's upper half is still to be given."""

WIREGUARD_CASES = [
    opaque("wireguard initiation", 51820, INITIATION + b"\xee" * 144, "wireguard"),
    opaque("wireguard response", 51821, RESPONSE + b"\xee" * 88, "wireguard"),
    opaque("wireguard cookie", 51820, COOKIE + b"\xee" * 60, "wireguard"),
    opaque("wireguard data", 51820, DATA, "wireguard"),
    opaque("wireguard data on any port", 41641, DATA, "wireguard"),
    opaque("wireguard keepalive on any port", 41641, DATA[:32], "wireguard"),
    opaque("no wireguard: type 5", 51820, octets("05 000000") + bytes(60)),
    opaque("no wireguard: type 0", 51820, bytes(64)),
    opaque("no wireguard: reserved bits", 51820, octets("04 000001") + bytes(60)),
    opaque("no wireguard: 47 bytes on any port", 41641, DATA[:47]),
    opaque("no wireguard: 16 bytes on any port", 41641, DATA[:16]),
    opaque("wireguard, much data on any port", 41641, COUNTED % b"\xff\0\0\0", "wireguard"),
    opaque("no wireguard: a huge counter on any port", 41641, COUNTED % b"\0\1\0\0"),
    opaque("no wireguard: a larger one on any port", 41641, COUNTED % b"\0\0\0\1"),
    opaque("no wireguard: initiation on any port", 41641, INITIATION + b"\xee" * 144),
]

ESP_CASES = [
    opaque("esp in udp", 4500, octets("00000100 00000001") + b"\xee" * 24, "esp"),
    opaque("no esp: a key exchange", 4500, bytes(4) + b"\xee" * 28),
    opaque("no esp: a keepalive", 4500, b"\xff"),
]

UDP_TUNNEL_CASES = [
    *VXLAN_CASES,
    *GPE_CASES,
    *GENEVE_CASES,
    *FLANNEL_UDP_CASES,
    *WIREGUARD_CASES,
    *ESP_CASES,
]
