"""Frames with UDP, TCP, ICMP and ICMPv6, each behind one IP header."""

from __future__ import annotations

from netdiag.model.link_types import LINKTYPE_ETHERNET
from tests.decode.frames import (
    ECHO,
    ICMP,
    ICMPV6,
    IPV4,
    IPV6,
    NODES,
    NODES6,
    PING_FRAME,
    SYN,
    TCP,
    UDP,
    ethernet,
    icmp,
    ipv4,
    ipv6,
    octets,
    tcp,
    udp,
)
from tests.decode.observing import Case, Seen

DNS = "40000 > 53"
HTTPS = "40000 > 443"
OVERLAY = "40000 > 8472"
VXLAN = octets("08000000 00000100")
QUERY = octets("2100 0100 0001 0000 0000 0000 00 0001 0001")


def over4(
    name: str, protocol: int, payload: bytes, layers: str, problem: str = "", **more: object
) -> Case:
    """An IPv4 packet between the nodes; ``layers`` are those after ``eth ipv4``."""
    seen = Seen(f"eth ipv4 {layers}".strip(), (NODES,), problem=problem)
    return _seen_case(name, ethernet(IPV4, ipv4(protocol, payload)), seen, more)


def over6(
    name: str, protocol: int, payload: bytes, layers: str, problem: str = "", **more: object
) -> Case:
    """An IPv6 packet between the nodes; ``layers`` are those after ``eth ipv6``."""
    seen = Seen(f"eth ipv6 {layers}".strip(), (NODES6,), problem=problem)
    return _seen_case(name, ethernet(IPV6, ipv6(protocol, payload)), seen, more)


def _seen_case(name: str, frame: bytes, seen: Seen, more: dict[str, object]) -> Case:
    return Case(name, LINKTYPE_ETHERNET, frame, Seen(**{**seen._asdict(), **more}))


UDP_CASES = [
    over4("udp", UDP, udp(DNS, QUERY), "udp", ports=(DNS,)),
    over6("udp over ipv6", UDP, udp(DNS, QUERY), "udp", ports=(DNS,)),
    over4("udp with nothing", UDP, udp(DNS), "udp", ports=(DNS,)),
    over4("udp too long", UDP, udp(DNS, length=9), "udp", "length too large: udp", ports=(DNS,)),
    over4("udp of length 7", UDP, udp(DNS, length=7), "udp", "length too small: udp", ports=(DNS,)),
    over4("udp of length 0", UDP, udp(DNS, length=0), "udp", "length too small: udp", ports=(DNS,)),
    over6("udp of length 0 over ipv6", UDP, udp(DNS, QUERY, length=0), "udp", ports=(DNS,)),
    over4("udp without a checksum", UDP, udp(DNS)[:7], "udp", "short: udp", ports=(DNS,)),
    over4("udp without a port", UDP, udp(DNS)[:3], "", "short: udp"),
    over4(
        "udp that ends before a tunnel's payload",
        UDP,
        udp(OVERLAY, VXLAN + PING_FRAME, length=16),
        "udp vxlan",
        ports=(OVERLAY,),
        tunnels="vxlan",
        vnis=(1,),
    ),
]

TCP_CASES = [
    over4("tcp", TCP, tcp(HTTPS, b"hello"), "tcp", ports=(HTTPS,)),
    over6("tcp with options", TCP, SYN, "tcp", ports=(HTTPS,)),
    over4(
        "tcp of 16 bytes", TCP, tcp(HTTPS, offset=4), "tcp", "header length: tcp", ports=(HTTPS,)
    ),
    over4("tcp without its options", TCP, SYN[:-1], "tcp", "short: tcp", ports=(HTTPS,)),
    over4("tcp of 19 bytes", TCP, tcp(HTTPS)[:19], "tcp", "short: tcp", ports=(HTTPS,)),
    over4("tcp without a port", TCP, tcp(HTTPS)[:3], "", "short: tcp"),
]

ICMP_CASES = [
    over4("echo reply", ICMP, icmp(0, 0, "2100 ffff"), "icmp", icmp="0/0 id 8448 seq 65535"),
    over4("time stamp", ICMP, icmp(13, 0, "0001 0002", bytes(12)), "icmp", icmp="13/0 id 1 seq 2"),
    over4("router solicitation", ICMP, icmp(10, 0), "icmp", icmp="10/0"),
    over4("icmp of 7 bytes", ICMP, ECHO[:7], "icmp", "short: icmp", icmp="8/0"),
    over4("icmp of 3 bytes", ICMP, ECHO[:3], "", "short: icmp"),
    over4("error without a quote", ICMP, icmp(3, 3), "icmp", icmp="3/3"),
    over6(
        "echo reply over ipv6", ICMPV6, icmp(129, 0, "00070009"), "icmpv6", icmp="129/0 id 7 seq 9"
    ),
    over6(
        "neighbor solicitation", ICMPV6, icmp(135, 0, "00000000", bytes(24)), "icmpv6", icmp="135/0"
    ),
    over6(
        "neighbor advertisement",
        ICMPV6,
        icmp(136, 0, "60000000", bytes(24)),
        "icmpv6",
        icmp="136/0",
    ),
    over6(
        "router advertisement", ICMPV6, icmp(134, 0, "40000708", bytes(8)), "icmpv6", icmp="134/0"
    ),
    over6("icmpv6 of 7 bytes", ICMPV6, icmp(128, 0)[:7], "icmpv6", "short: icmpv6", icmp="128/0"),
    over6("icmpv6 of 3 bytes", ICMPV6, icmp(128, 0)[:3], "", "short: icmpv6"),
    over6("icmpv6 error of 7 bytes", ICMPV6, icmp(1, 4)[:7], "icmpv6", "short: icmpv6", icmp="1/4"),
]

TRANSPORT_CASES = [*UDP_CASES, *TCP_CASES, *ICMP_CASES]
