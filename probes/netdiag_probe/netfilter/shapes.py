"""Which packets are ours, as conditions on their bytes: plain, in tunnels, quoted in ICMP errors.

The kernel finds where the first IP header ends, whatever options it has. Those further inside are
looked for at fixed places: without IP options, below at most one VLAN tag, in VXLAN (RFC 7348),
GENEVE (RFC 8926) without options or with one of eight bytes, flannel's UDP backend, IP in IP, GRE
(RFC 2784, RFC 2890) without more than a key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netdiag_probe.filters.pings import TUNNEL_PORTS, Wanted

ICMP, IPIP, TCP, UDP, IPV6_IN_IP, GRE, ICMPV6 = 1, 4, 6, 17, 41, 47, 58
IP_IN_IP = {4: IPIP, 6: IPV6_IN_IP}
ICMP_OF = {4: ICMP, 6: ICMPV6}
ETHERTYPES = {4: b"\x08\x00", 6: b"\x86\xdd"}
TUNNEL_PROTOCOLS = (*IP_IN_IP.values(), GRE)

_IP_IN_UDP = 8
_FRAMES_IN_UDP = (8 + 8, 8 + 8 + 8)
"""Where an Ethernet frame begins: after VXLAN or GENEVE, after GENEVE with eight bytes more."""
_VLAN_TAG_BYTES = 4
_ETHERNET_IN_GRE = b"\x65\x58"
_GRE_HEADERS = {b"\x00\x00": 4, b"\x20\x00": 8}
"""Flags, and how long the header is: with a key or without."""
_QUOTED_IN_ICMP = 8


class Condition(NamedTuple):
    """Bytes that a packet must have, counted from the end of its first IP header."""

    offset: int
    value: bytes
    mask: bytes = b""
    """Which bits are compared; empty: all."""


Shape = tuple[Condition, ...]


class Depth(NamedTuple):
    """What may still be unwrapped."""

    tunnels: int = 1
    errors: int = 1


def shapes_behind(version: int, protocol: int, wanted: Wanted) -> list[Shape]:
    """Return the shapes of our packets behind an IP header that announces this protocol."""
    return list(_carried(version, protocol, 0, wanted, Depth()))


def tunnel_ports(wanted: Wanted) -> list[int]:
    """Return the UDP ports of tunnels."""
    return sorted({*TUNNEL_PORTS, *wanted.tunnel_ports})


def _carried(version: int, protocol: int, at: int, wanted: Wanted, depth: Depth) -> Iterator[Shape]:
    """Yield the shapes of what an IP header of this version carries as this protocol."""
    if protocol == ICMP_OF[version]:
        yield from _echoes(version, at, wanted)
        if depth.errors:
            yield from _packet(version, at + _QUOTED_IN_ICMP, wanted, depth._replace(errors=0))
    elif protocol in (TCP, UDP):
        yield from _segments(at, wanted.ports)
        if protocol == UDP and depth.tunnels:
            yield from _in_udp(at, wanted, depth._replace(tunnels=0))
    elif protocol == GRE and depth.tunnels:
        yield from _in_gre(at, wanted, depth._replace(tunnels=0))
    elif depth.tunnels:
        for inside, number in IP_IN_IP.items():
            if protocol == number:
                yield from _packet(inside, at, wanted, depth._replace(tunnels=0))


def _packet(version: int, at: int, wanted: Wanted, depth: Depth) -> Iterator[Shape]:
    """Yield the shapes of a packet whose IP header begins there."""
    if version == 4:
        begin, protocol_at, behind = Condition(at, b"\x45"), at + 9, at + 20
    else:
        begin, protocol_at, behind = Condition(at, b"\x60", b"\xf0"), at + 6, at + 40
    protocols = [ICMP_OF[version]] if wanted.ids or wanted.tokens else []
    protocols += [TCP] if wanted.ports else []
    protocols += [UDP] if wanted.ports or depth.tunnels else []
    protocols += TUNNEL_PROTOCOLS if depth.tunnels else ()
    for protocol in protocols:
        announced = Condition(protocol_at, bytes([protocol]))
        for shape in _carried(version, protocol, behind, wanted, depth):
            yield (begin, announced, *shape)


def _in_udp(at: int, wanted: Wanted, depth: Depth) -> Iterator[Shape]:
    """Yield the shapes of what tunnels over UDP carry; their ports are not looked at."""
    for version in ETHERTYPES:
        yield from _packet(version, at + _IP_IN_UDP, wanted, depth)
    for frame in _FRAMES_IN_UDP:
        yield from _frame(at + frame, wanted, depth)


def _in_gre(at: int, wanted: Wanted, depth: Depth) -> Iterator[Shape]:
    """Yield the shapes of what GRE carries: packets, or frames."""
    for flags, size in _GRE_HEADERS.items():
        head = Condition(at, flags)
        for version, ethertype in ETHERTYPES.items():
            for shape in _packet(version, at + size, wanted, depth):
                yield (head, Condition(at + 2, ethertype), *shape)
        for shape in _frame(at + size, wanted, depth):
            yield (head, Condition(at + 2, _ETHERNET_IN_GRE), *shape)


def _frame(at: int, wanted: Wanted, depth: Depth) -> Iterator[Shape]:
    """Yield the shapes of an Ethernet frame that begins there."""
    for version, ethertype in ETHERTYPES.items():
        for tag in (0, _VLAN_TAG_BYTES):
            kind_at = at + 12 + tag
            for shape in _packet(version, kind_at + 2, wanted, depth):
                yield (Condition(kind_at, ethertype), *shape)


def _echoes(version: int, at: int, wanted: Wanted) -> Iterator[Shape]:
    """Yield requests and replies (8 and 0, 128 and 129), each with one of the ids or tokens."""
    value, mask = (b"\x00", b"\xf7") if version == 4 else (b"\x80", b"\xfe")
    kind = Condition(at, value, mask)
    for number in wanted.ids:
        yield (kind, Condition(at + 4, number.to_bytes(2, "big")))
    for token in wanted.tokens:
        yield (kind, Condition(at + 8, token))


def _segments(at: int, ports: Sequence[int]) -> Iterator[Shape]:
    """Yield what goes from or to one of the ports."""
    for port in ports:
        for end in (at, at + 2):
            yield (Condition(end, port.to_bytes(2, "big")),)
