"""Packets of every kind that the filter for pings must let through, and their near misses.

Each is named; what is ours has the id OURS or data that begins with TOKEN, and hosts are NODES.
"""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address, ip_address

from tests.bundles.packets import checksum
from tests.captures import (
    ARP,
    GRE,
    ICMPV6,
    IPIP,
    IPV4,
    NODE_1,
    NODE_2,
    TCP,
    UDP,
    A,
    B,
    arp,
    ethernet,
    icmp,
    ipv4,
    ipv6,
    ping,
    tcp,
    udp,
    vlan,
    vxlan,
)

OURS, FOREIGN = 20036, 20037
TOKEN, OTHER_TOKEN = bytes.fromhex("6e6574646961671f"), bytes.fromhex("6e65746469616720")
NODE_1_V6, NODE_2_V6 = "fd00:10::1", "fd00:10::2"
A_V6, B_V6 = "fd00:244::c", "fd00:244:1::22"
STRANGER, STRANGER_V6 = "10.1.10.11", "fd00:10::3"
HOSTS = tuple(map(ip_address, (NODE_1, NODE_2, NODE_1_V6, NODE_2_V6)))
OWN_PORT, NOT_TOLD = 12345, 23456
SIX_IN = 41
ESP, FRAGMENT, HOP_BY_HOP = 50, 44, 0
IPV6_TYPE, TRANSPARENT = 0x86DD, 0x6558
MORE, LATER = 0x2000, 185
"""Flags and offset of a first fragment, and of a later one."""


def marked_ping(token: bytes = TOKEN, kind: int = 8) -> bytes:
    """Return a ping whose id NAT has changed."""
    return icmp(kind, 0, FOREIGN << 16 | 1, token + b"x" * 40)


def options(packet: bytes, words: int = 3) -> bytes:
    """Return an IPv4 packet with so many words of options."""
    head = bytes([0x40 | 5 + words, packet[1]])
    head += struct.pack(">H", len(packet) + 4 * words) + packet[4:20]
    return head + b"\x01" * 4 * words + packet[20:]


def extension(follows: int, payload: bytes, units: int = 0) -> bytes:
    """Return an IPv6 extension header of 8 bytes and so many units of 8 more."""
    return bytes([follows, units]) + bytes(6 + 8 * units) + payload


def fragment_header(follows: int, payload: bytes, offset: int, more: bool) -> bytes:
    return struct.pack(">BBHI", follows, 0, offset | more, 7) + payload


def geneve(frame: bytes, option_words: int = 0, kind: int = TRANSPARENT) -> bytes:
    head = struct.pack(">BBHI", option_words, 0, kind, 1 << 8)
    return udp(40000, 6081, head + bytes(4 * option_words) + frame)


def gre(payload: bytes, kind: int, flags: int = 0) -> bytes:
    """Return a GRE packet; each of the flags 0x8000, 0x2000, 0x1000 brings four bytes more."""
    return struct.pack(">HH", flags, kind) + bytes(4 * flags.bit_count()) + payload


def wireguard(kind: int = 4, port: int = 51820) -> bytes:
    return udp(51820, port, struct.pack("<II", kind, 1) + bytes(40))


def neighbour(kind: int = 135) -> bytes:
    return ipv6(A_V6, B_V6, icmp(kind, 0, 0, IPv6Address(B_V6).packed), ICMPV6)


def to_node(payload: bytes, protocol: int = UDP) -> bytes:
    return ipv4(NODE_1, NODE_2, payload, protocol)


def to_node_v6(payload: bytes, protocol: int = UDP) -> bytes:
    return ipv6(NODE_1_V6, NODE_2_V6, payload, protocol)


def error(quoted: bytes, kind: int = 3, code: int = 1) -> bytes:
    return ipv4(NODE_2, A, icmp(kind, code, 0, quoted))


def error_v6(quoted: bytes, kind: int = 1) -> bytes:
    return ipv6(NODE_2_V6, A_V6, icmp(kind, 0, 0, quoted), ICMPV6)


def checked(packet: bytes) -> bytes:
    """Return an IPv4 packet with the right header checksum: routers look at it."""
    size = (packet[0] & 15) * 4
    return packet[:10] + struct.pack(">H", checksum(packet[:size])) + packet[12:]


_PLAIN = ipv4(A, B, ping(OURS, 1))
_REPLY = ipv4(B, A, ping(OURS, 1, 0))
_PLAIN_V6 = ipv6(A_V6, B_V6, ping(OURS, 1, 128), ICMPV6)
_REPLY_V6 = ipv6(B_V6, A_V6, ping(OURS, 1, 129), ICMPV6)
_MARKED = ipv4(A, B, marked_ping())
_FOREIGN = ipv4(A, B, ping(FOREIGN, 1))
_FOREIGN_V6 = ipv6(A_V6, B_V6, ping(FOREIGN, 1, 128), ICMPV6)

INNER = {
    "request": _PLAIN,
    "reply": _REPLY,
    "request-v6": _PLAIN_V6,
    "reply-v6": _REPLY_V6,
    "token": _MARKED,
    "token-v6": ipv6(A_V6, B_V6, marked_ping(kind=128), ICMPV6),
    "options": options(_PLAIN),
    "most-options": options(_MARKED, 10),
    "cut": _FOREIGN[: 20 + 15],
    "cut-v6": _FOREIGN_V6[: 40 + 15],
    "error-cut-before-the-token": error(_FOREIGN[:28], 11, 0),
    "hop-by-hop": ipv6(A_V6, B_V6, extension(ICMPV6, ping(OURS, 1, 128)), HOP_BY_HOP),
    "two-extensions": ipv6(
        A_V6, B_V6, extension(60, extension(ICMPV6, ping(OURS, 1, 129), 2)), HOP_BY_HOP
    ),
    "first-fragment": ipv4(A, B, ping(OURS, 1), fragment=MORE),
    "first-fragment-v6": ipv6(
        A_V6, B_V6, fragment_header(ICMPV6, ping(OURS, 1, 128), 0, True), FRAGMENT
    ),
    "error": error(_PLAIN),
    "error-cut": error(_PLAIN[:28], 11, 0),
    "error-token": error(_MARKED, 3, 4),
    "error-options": options(error(options(_PLAIN))),
    "redirect": error(_PLAIN, 5, 1),
    "error-v6": error_v6(_PLAIN_V6, 3),
    "too-big-v6": error_v6(_PLAIN_V6, 2),
}
"""IP packets that are ours wherever they are."""

FOREIGN_INNER = {
    "foreign": _FOREIGN,
    "foreign-v6": _FOREIGN_V6,
    "short": ipv4(A, B, ping(FOREIGN, 1, size=15)),
    "short-v6": ipv6(A_V6, B_V6, ping(FOREIGN, 1, 128, size=15), ICMPV6),
    "foreign-token": ipv4(A, B, marked_ping(OTHER_TOKEN)),
    "foreign-options": options(_FOREIGN),
    "foreign-error": error(_FOREIGN),
    "foreign-error-v6": error_v6(_FOREIGN_V6),
    "tcp": ipv4(A, B, tcp(40000, 80, 0x10, struct.pack(">HH", OURS, 1) * 20), TCP),
    "tcp-v6": ipv6(A_V6, B_V6, tcp(40000, 80, 0x10), TCP),
    "udp": ipv4(A, B, udp(40000, 53, bytes(40)), UDP),
    "mpls in gre": ipv4(A, B, gre(_PLAIN, 0x8847), GRE),
    "timestamp": ipv4(A, B, icmp(13, 0, OURS << 16, bytes(20))),
    "multicast-listener": ipv6(A_V6, B_V6, icmp(143, 0, 0, bytes(20)), ICMPV6),
    "id-of-tcp-in-error": error(ipv4(A, B, tcp(OURS, OURS, 2), TCP)),
}
"""The same, of others."""


def under_tunnels(name: str, packet: bytes) -> dict[str, bytes]:
    """Return the packet in every tunnel, as IP packets of the nodes."""
    kind = IPV4 if packet[0] >> 4 == 4 else IPV6_TYPE
    protocol = IPIP if kind == IPV4 else SIX_IN
    frame = ethernet(packet, kind)
    return {
        f"{name} in vxlan": to_node(vxlan(1, frame)),
        f"{name} in vxlan 4789": to_node(vxlan(4096, frame, 4789)),
        f"{name} in vxlan at own port": to_node(vxlan(1, frame, OWN_PORT)),
        f"{name} in vxlan at a port that nobody told": to_node(vxlan(1, frame, NOT_TOLD)),
        f"{name} in vxlan over ipv6": to_node_v6(vxlan(1, frame)),
        f"{name} tagged in vxlan": to_node(vxlan(1, ethernet(vlan(7, packet, kind), 0x8100))),
        f"{name} in vxlan with options": options(to_node(vxlan(1, frame))),
        f"{name} in geneve": to_node(geneve(frame)),
        f"{name} in geneve with options": to_node(geneve(frame, 5)),
        f"{name} in gre": to_node(gre(packet, kind), GRE),
        f"{name} in gre with all fields": to_node(gre(packet, kind, 0xB000), GRE),
        f"{name} in gretap with a key": to_node(gre(frame, TRANSPARENT, 0x2000), GRE),
        f"{name} in flannel's udp": to_node(udp(8285, 8285, packet)),
        f"{name} in ip": to_node(packet, protocol),
        f"{name} in ip with options": options(to_node(packet, protocol)),
        f"{name} in ipv6": to_node_v6(packet, protocol),
    }


def wrapped(packets: dict[str, bytes]) -> dict[str, bytes]:
    """Return IP packets plain and in every tunnel."""
    found = dict(packets)
    for name, packet in packets.items():
        found |= under_tunnels(name, packet)
    return found


QUOTED_TUNNELS = {
    f"error about {name}": error(packet)
    for name, packet in under_tunnels("request", _PLAIN).items()
    if packet[0] >> 4 == 4
}

BETWEEN_HOSTS = {
    "later-fragment": ipv4(NODE_1, NODE_2, bytes(40), UDP, fragment=LATER),
    "last-fragment-of-ipip": ipv4(NODE_2, NODE_1, bytes(40), IPIP, fragment=LATER),
    "later-fragment-v6": to_node_v6(fragment_header(UDP, bytes(40), 1448, True), FRAGMENT),
    "wireguard": to_node(wireguard()),
    "wireguard-handshake": to_node(wireguard(1)),
    "wireguard-v6": to_node_v6(wireguard(2, 51821)),
    "wireguard-at-own-port": to_node(wireguard(4, OWN_PORT)),
    "esp": to_node(bytes(40), ESP),
    "esp-v6": to_node_v6(bytes(40), ESP),
}
"""Ours if they are between the nodes."""


def _elsewhere(packet: bytes) -> bytes:
    """Return the packet as one that comes from a stranger."""
    if packet[0] >> 4 == 4:
        return packet[:12] + IPv4Address(STRANGER).packed + packet[16:]
    return packet[:8] + IPv6Address(STRANGER_V6).packed + packet[24:]


FROM_STRANGER = {
    f"{name} from a stranger": _elsewhere(each) for name, each in BETWEEN_HOSTS.items()
}
NEIGHBOURS = {f"discovery-{kind}": neighbour(kind) for kind in range(133, 138)}


def frames(packets: dict[str, bytes]) -> dict[str, bytes]:
    return {
        name: ethernet(each, IPV4 if each[0] >> 4 == 4 else IPV6_TYPE)
        for name, each in packets.items()
    }


_ARP = ethernet(arp(1, A, B), ARP)

OUR_PACKETS = {**wrapped(INNER), **wrapped(NEIGHBOURS), **QUOTED_TUNNELS, **BETWEEN_HOSTS}
FOREIGN_PACKETS = {**wrapped(FOREIGN_INNER), **FROM_STRANGER}

OUR_FRAMES = {
    **frames(OUR_PACKETS),
    "arp": _ARP,
    "arp in vxlan": ethernet(to_node(vxlan(1, _ARP))),
    "arp in geneve": ethernet(to_node(geneve(_ARP, 2))),
    "arp in a tag": ethernet(vlan(7, arp(2, A, B), ARP), 0x8100),
    "request in a tag": ethernet(vlan(7, _PLAIN), 0x8100),
    "request in two tags": ethernet(vlan(7, vlan(8, _PLAIN), 0x8100), 0x88A8),
}
FOREIGN_FRAMES = {
    **frames(FOREIGN_PACKETS),
    "lldp": ethernet(bytes(40), 0x88CC),
    "lldp in vxlan": ethernet(to_node(vxlan(1, ethernet(bytes(40), 0x88CC)))),
    "foreign in a tag": ethernet(vlan(7, _FOREIGN), 0x8100),
    "runt": b"\x00" * 13,
}
