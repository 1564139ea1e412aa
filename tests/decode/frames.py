"""Builds frames for the decoder's tests: each function puts one header before a payload.

Checksums are left zero, because the decoder doesn't judge them. Addresses and ports are written
as the tests expect them back: ``"10.0.0.1 > 10.0.0.2"``, ``"40000 > 8472"``.
"""

from __future__ import annotations

from ipaddress import ip_address
from struct import pack

NODES = "192.168.56.11 > 192.168.56.12"
NODES6 = "fd00:56::11 > fd00:56::12"
PODS = "10.244.1.2 > 10.244.2.3"
PODS6 = "fd00:244:1::2 > fd00:244:2::3"

IPV4, ARP, VLAN, IPV6, MPLS = 0x0800, 0x0806, 0x8100, 0x86DD, 0x8847
"""EtherTypes."""

HOPOPTS, ICMP, IPIP, TCP, UDP, SIX, ROUTING, FRAGMENT = 0, 1, 4, 6, 17, 41, 43, 44
GRE, ESP, AH, ICMPV6, NO_NEXT, DSTOPTS, SCTP, IP_MPLS = 47, 50, 51, 58, 59, 60, 132, 137
"""IP protocols; ``SIX`` is IPv6 in whatever carries it."""

DONT_FRAGMENT, MORE_FRAGMENTS = 0x4000, 0x2000


def octets(text: str) -> bytes:
    """Return the bytes that hex digits stand for; blanks may stand between any of them."""
    return bytes.fromhex("".join(text.split()))


def pair(addresses: str) -> bytes:
    """Return source and destination, which ``addresses`` gives as ``"source > destination"``."""
    source, destination = addresses.split(" > ")
    return ip_address(source).packed + ip_address(destination).packed


def ethernet(ethertype: int, payload: bytes = b"") -> bytes:
    return octets("020000000012 020000000011") + pack("!H", ethertype) + payload


def ipv4(
    protocol: int,
    payload: bytes = b"",
    addresses: str = NODES,
    *,
    first: int | None = None,
    length: int | None = None,
    fragment: int = DONT_FRAGMENT,
    options: bytes = b"",
) -> bytes:
    """``first`` and ``length`` take the place of the right version, header and total length."""
    size = 20 + len(options)
    first = 0x40 | size // 4 if first is None else first
    length = size + len(payload) if length is None else length
    fields = pack("!BBHHHBBH", first, 0, length, 0xAC12, fragment, 64, protocol, 0)
    return fields + pair(addresses) + options + payload


def ipv6(
    following: int,
    payload: bytes = b"",
    addresses: str = NODES6,
    *,
    first: int = 0x60,
    length: int | None = None,
) -> bytes:
    """``first`` and ``length`` take the place of the right version and payload length."""
    length = len(payload) if length is None else length
    return pack("!BBHHBB", first, 0, 0, length, following, 64) + pair(addresses) + payload


def udp(ports: str, payload: bytes = b"", *, length: int | None = None) -> bytes:
    source, destination = map(int, ports.split(" > "))
    length = 8 + len(payload) if length is None else length
    return pack("!HHHH", source, destination, length, 0) + payload


def tcp(ports: str, payload: bytes = b"", *, offset: int = 5, flags: int = 0x18) -> bytes:
    """``offset`` is the header's length in words; options come first in ``payload``."""
    source, destination = map(int, ports.split(" > "))
    fields = pack("!HHIIBBHHH", source, destination, 7, 9, offset << 4, flags, 512, 0, 0)
    return fields + payload


def icmp(number: int, code: int, rest: str = "00000000", payload: bytes = b"") -> bytes:
    """ICMP or ICMPv6; ``rest`` is what stands after the checksum, in hex."""
    return pack("!BBH", number, code, 0) + octets(rest) + payload


ECHO = icmp(8, 0, "2100 0001", b"abcdefgh")
ECHO6 = icmp(128, 0, "2100 0001", b"abcdefgh")
PING = ipv4(ICMP, ECHO, PODS)
PING6 = ipv6(ICMPV6, ECHO6, PODS6)
PING_FRAME = ethernet(IPV4, PING)
PING6_FRAME = ethernet(IPV6, PING6)
ARP_REQUEST = octets("0001 0800 06 04 0001 02000af40102 0af40102 000000000000 0af40203")
SYN = tcp("40000 > 443", octets("020405b4 0402080a 00000001 00000000 01030307"), offset=10, flags=2)
