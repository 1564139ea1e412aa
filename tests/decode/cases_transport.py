"""Frames with UDP, TCP, ICMP and ICMPv6, each behind one IP header."""

from __future__ import annotations

from netdiag.model.link_types import LINKTYPE_ETHERNET
from tests.decode.frames import (
    ECHO,
    ICMP,
    ICMPV6,
    IPV4,
    IPV6,
    MORE_FRAGMENTS,
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


def over4(name: str, protocol: int, payload: bytes, seen: Seen) -> Case:
    """An IPv4 packet between the nodes; the rest of it should be ``seen``."""
    frame = ethernet(IPV4, ipv4(protocol, payload))
    return Case(name, LINKTYPE_ETHERNET, frame, _behind("eth ipv4", NODES, seen))


def over6(name: str, protocol: int, payload: bytes, seen: Seen) -> Case:
    """An IPv6 packet between the nodes; the rest of it should be ``seen``."""
    frame = ethernet(IPV6, ipv6(protocol, payload))
    return Case(name, LINKTYPE_ETHERNET, frame, _behind("eth ipv6", NODES6, seen))


def _behind(layers: str, addresses: str, seen: Seen) -> Seen:
    return seen._replace(
        layers=f"{layers} {seen.layers}".strip(), addresses=(addresses, *seen.addresses)
    )


def datagram(problem: str = "") -> Seen:
    return Seen("udp", ports=(DNS,), problem=problem)


def segment(problem: str = "") -> Seen:
    return Seen("tcp", ports=(HTTPS,), problem=problem)


def message(icmp: str, problem: str = "") -> Seen:
    return Seen("icmp", icmp=icmp, problem=problem)


def message6(icmp: str, problem: str = "") -> Seen:
    return Seen("icmpv6", icmp=icmp, problem=problem)


UDP_CASES = [
    over4("udp", UDP, udp(DNS, QUERY), datagram()),
    over6("udp over ipv6", UDP, udp(DNS, QUERY), datagram()),
    over4("udp with nothing", UDP, udp(DNS), datagram()),
    over4("udp too long", UDP, udp(DNS, length=9), datagram("length too large: udp")),
    over4("udp of length 7", UDP, udp(DNS, length=7), datagram("length too small: udp")),
    over4("udp of length 0", UDP, udp(DNS, length=0), datagram("length too small: udp")),
    over6("udp of length 7, ipv6", UDP, udp(DNS, length=7), datagram("length too small: udp")),
    over6("udp of length 0, ipv6", UDP, udp(DNS, QUERY, length=0), datagram()),
    over4("udp without a checksum", UDP, udp(DNS)[:7], datagram("short: udp")),
    over4("udp without a port", UDP, udp(DNS)[:3], Seen("", problem="short: udp")),
    over4(
        "udp that ends before a tunnel's payload",
        UDP,
        udp(OVERLAY, VXLAN + PING_FRAME, length=16),
        Seen("udp vxlan", ports=(OVERLAY,), tunnels="vxlan", vnis=(1,)),
    ),
]

TCP_CASES = [
    over4("tcp", TCP, tcp(HTTPS, b"hello"), segment()),
    over6("tcp with options", TCP, SYN, segment()),
    over4("tcp of 16 bytes", TCP, tcp(HTTPS, offset=4), segment("header length: tcp")),
    over4("tcp without its options", TCP, SYN[:-1], segment("short: tcp")),
    over4("tcp of 19 bytes", TCP, tcp(HTTPS)[:19], segment("short: tcp")),
    over4("tcp without a port", TCP, tcp(HTTPS)[:3], Seen("", problem="short: tcp")),
    Case(
        "a first fragment that cuts tcp",
        LINKTYPE_ETHERNET,
        ethernet(IPV4, ipv4(TCP, tcp(HTTPS)[:8], fragment=MORE_FRAGMENTS)),
        segment("short: tcp")._replace(layers="eth ipv4 tcp", addresses=(NODES,), fragment="first"),
    ),
]

ICMP_CASES = [
    over4("echo reply", ICMP, icmp(0, 0, "2100 ffff"), message("0/0 id 8448 seq 65535")),
    over4("time stamp", ICMP, icmp(13, 0, "0001 0002", bytes(12)), message("13/0 id 1 seq 2")),
    over4("solicitation of routers", ICMP, icmp(10, 0), message("10/0")),
    over4("icmp of 7 bytes", ICMP, ECHO[:7], message("8/0", "short: icmp")),
    over4("icmp of 3 bytes", ICMP, ECHO[:3], Seen("", problem="short: icmp")),
    over4("an error without a quote", ICMP, icmp(3, 3), message("3/3")),
    over6("echo reply, ipv6", ICMPV6, icmp(129, 0, "00070009"), message6("129/0 id 7 seq 9")),
    over6("router", ICMPV6, icmp(134, 0, "40000708", bytes(8)), message6("134/0")),
    over6("neighbor wanted", ICMPV6, icmp(135, 0, payload=bytes(24)), message6("135/0")),
    over6("neighbor", ICMPV6, icmp(136, 0, "60000000", bytes(24)), message6("136/0")),
    over6("icmpv6 of 7 bytes", ICMPV6, icmp(128, 0)[:7], message6("128/0", "short: icmpv6")),
    over6("icmpv6 reply of 7 bytes", ICMPV6, icmp(129, 0)[:7], message6("129/0", "short: icmpv6")),
    over6("icmpv6 error of 7 bytes", ICMPV6, icmp(1, 4)[:7], message6("1/4", "short: icmpv6")),
    over6("icmpv6 of 3 bytes", ICMPV6, icmp(128, 0)[:3], Seen("", problem="short: icmpv6")),
]

TRANSPORT_CASES = [*UDP_CASES, *TCP_CASES, *ICMP_CASES]
