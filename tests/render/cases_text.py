"""Packets and what is said about them, most of it what tcpdump 4.99 says, word by word."""

from __future__ import annotations

import struct
from ipaddress import IPv6Address

from tests.captures import (
    ARP,
    ECHO_REPLY,
    ICMP,
    ICMPV6,
    IPV6,
    MAC_A,
    NODE_1,
    TCP,
    UDP,
    A,
    B,
    arp,
    echo_frame,
    ethernet,
    icmp,
    ipv4,
    ipv6,
    mac,
    ping,
    tcp,
    udp,
)

A6, B6, C6 = "fd00::1", "fd00::2", "fd00::3"
DATAGRAM = ipv4(A, B, udp(1000, 53, b"x" * 20), UDP)
DATAGRAM6 = ipv6(A6, C6, udp(1000, 53, b"x" * 20), UDP)
SYN, FIN_ACK, PUSH_ACK, RESET, ECN_SYN_ACK = 0x02, 0x11, 0x18, 0x04, 0x52
MORE = 0x2000


def error(kind: int, code: int, rest: int = 0, quoted: bytes = DATAGRAM) -> bytes:
    return ethernet(ipv4(NODE_1, A, icmp(kind, code, rest, quoted)))


def segment(flags: int, payload: bytes = b"") -> bytes:
    return ethernet(ipv4(A, B, tcp(40000, 80, flags, payload), TCP))


def message6(kind: int, code: int, rest: int = 0, body: bytes = b"") -> bytes:
    return ethernet(ipv6(A6, B6, icmp(kind, code, rest, body), ICMPV6), IPV6)


def fragment(
    offset: int, flags: int = 0, payload: bytes = bytes(1000), protocol: int = UDP
) -> bytes:
    return ethernet(ipv4(A, B, payload, protocol, number=77, fragment=flags | offset // 8))


def discovery(kind: int) -> bytes:
    option = bytes((kind - 134, 1)) + mac(MAC_A)
    return message6(kind, 0, 0, IPv6Address(C6).packed + option)


TO_B, TO_NODE, TO_B6 = f"{A} > {B}", f"{NODE_1} > {A}", f"{A6} > {B6}"
PORTS, ABOUT = f"{A}.40000 > {B}.80", f"about {A}.1000 > {B}.53: UDP, length 20"
ABOUT6 = f"about {A6}.1000 > {C6}.53: UDP, length 20"

ECHO = {
    f"{TO_B}: ICMP echo request, id 8448, seq 3, length 64": echo_frame(3),
    f"{B} > {A}: ICMP echo reply, id 8448, seq 3, length 64": echo_frame(3, kind=ECHO_REPLY),
    f"{TO_B}: ICMP echo request, id 65535, seq 65535, length 8": ethernet(
        ipv4(A, B, ping(65535, 65535, size=8))
    ),
    f"{TO_B6}: ICMP6, echo request, id 7, seq 2, length 64": message6(128, 0, 0x70002, bytes(56)),
    f"{TO_B6}: ICMP6, echo reply, id 7, seq 2, length 8": message6(129, 0, 0x70002),
}
ERRORS = {
    f"{TO_NODE}: ICMP net unreachable, length 56, {ABOUT}": error(3, 0),
    f"{TO_NODE}: ICMP host unreachable, length 56, {ABOUT}": error(3, 1),
    f"{TO_NODE}: ICMP port unreachable, length 56, {ABOUT}": error(3, 3),
    f"{TO_NODE}: ICMP need to frag (mtu 1400), length 56, {ABOUT}": error(3, 4, 1400),
    f"{TO_NODE}: ICMP admin prohibited, length 56, {ABOUT}": error(3, 13),
    f"{TO_NODE}: ICMP time exceeded in-transit, length 56, {ABOUT}": error(11, 0),
    f"{TO_NODE}: ICMP ip reassembly time exceeded, length 56, {ABOUT}": error(11, 1),
    f"{TO_NODE}: ICMP host unreachable, length 92, about {TO_B}: ICMP echo request, id 8448, "
    "seq 3, length 64": error(3, 1, 0, echo_frame(3)[14:]),
    f"{TO_NODE}: ICMP host unreachable, length 8": error(3, 1, 0, b""),
    f"{TO_NODE}: ICMP host unreachable, length 18, about a packet cut off": error(
        3, 1, 0, DATAGRAM[:10]
    ),
    f"{TO_B6}: ICMP6, packet too big (mtu 1280), length 76, {ABOUT6}": message6(
        2, 0, 1280, DATAGRAM6
    ),
    f"{TO_B6}: ICMP6, port unreachable, length 76, {ABOUT6}": message6(1, 4, 0, DATAGRAM6),
}
ADDRESS_RESOLUTION = {
    f"ARP, Request who-has {B} tell {A}, length 28": ethernet(arp(1, A, B), ARP),
    f"ARP, Reply {A} is-at {MAC_A}, length 28": ethernet(arp(2, A, B), ARP),
    f"ARP, Reply {A} is-at {MAC_A}, length 46": ethernet(arp(2, A, B) + bytes(18), ARP),
    f"ARP, Request who-has {A} tell 0.0.0.0, length 28": ethernet(arp(1, "0.0.0.0", A), ARP),
    f"{TO_B6}: ICMP6, neighbor solicitation, who has {C6}, length 32": discovery(135),
    f"{TO_B6}: ICMP6, neighbor advertisement, tgt is {C6}, length 32": discovery(136),
    f"{TO_B6}: ICMP6, router solicitation, length 8": message6(133, 0),
}
TRANSPORT = {
    f"{PORTS}: Flags [S], seq 1000, length 0": segment(SYN),
    f"{PORTS}: Flags [S.E], seq 1000, ack 2000, length 0": segment(ECN_SYN_ACK),
    f"{PORTS}: Flags [P.], seq 1000, ack 2000, length 3": segment(PUSH_ACK, b"GET"),
    f"{PORTS}: Flags [F.], seq 1000, ack 2000, length 0": segment(FIN_ACK),
    f"{PORTS}: Flags [FSRP.UEW], seq 1000, ack 2000, length 0": segment(0xFF),
    f"{PORTS}: Flags [R], seq 1000, length 0": segment(RESET),
    f"{PORTS}: Flags [none], seq 1000, length 0": segment(0),
    f"{A}.1000 > {B}.2000: UDP, length 3": ethernet(ipv4(A, B, udp(1000, 2000, b"xyz"), UDP)),
    f"{A6}.1000 > {B6}.2000: UDP, length 0": ethernet(ipv6(A6, B6, udp(1000, 2000), UDP), IPV6),
    f"{A6}.40000 > {B6}.80: Flags [S], seq 1000, length 0": ethernet(
        ipv6(A6, B6, tcp(40000, 80, SYN), TCP), IPV6
    ),
}
OTHERS = {
    f"{TO_B}: proto 2 (igmp), length 28": ethernet(ipv4(A, B, bytes(8), 2)),
    f"{TO_B}: proto 253, length 44": ethernet(ipv4(A, B, bytes(24), 253)),
    f"{TO_B}: proto 50 (esp), length 68": ethernet(
        ipv4(A, B, struct.pack(">II", 0x06000001, 1) + bytes(range(40)), 50)
    ),
    f"{A}.1000 > {B}.2000: UDP, length 992, fragment id 77 offset 0+": fragment(
        0, MORE, udp(1000, 2000, bytes(992))
    ),
    f"{TO_B}: proto 17 (udp), length 1020, fragment id 77 offset 1000+": fragment(1000, MORE),
    f"{TO_B}: proto 1 (icmp), length 1020, fragment id 77 offset 2000": fragment(
        2000, protocol=ICMP
    ),
}
CASES = {**ECHO, **ERRORS, **ADDRESS_RESOLUTION, **TRANSPORT, **OTHERS}
