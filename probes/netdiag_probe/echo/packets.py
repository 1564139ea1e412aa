"""Echo requests and what answers them, as bytes: RFC 792, RFC 4443."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

_HEADER = struct.Struct("!BBHHH")
"""Type, code, checksum, identifier, sequence number."""

MOST_PAYLOAD = 65535 - 20 - _HEADER.size


@dataclass(frozen=True)
class Family:
    """What differs between ICMP and ICMPv6."""

    request: int
    reply: int
    unreachable: int
    too_big: tuple[int, int | None]
    """Type, and code: None = any."""
    time_exceeded: int
    texts: dict[tuple[int, int], str]
    """Type and code of an error -> what it says."""


IPV4 = Family(
    8, 0, 3, (3, 4), 11,
    {
        (3, 0): "network unreachable", (3, 1): "host unreachable", (3, 2): "protocol unreachable",
        (3, 3): "port unreachable", (3, 4): "fragmentation needed and DF set",
        (3, 5): "source route failed", (3, 6): "network unknown", (3, 7): "host unknown",
        (3, 9): "network prohibited", (3, 10): "host prohibited",
        (3, 13): "administratively prohibited", (11, 0): "time to live exceeded",
        (11, 1): "fragment reassembly time exceeded", (12, 0): "parameter problem",
    },
)  # fmt: skip
IPV6 = Family(
    128, 129, 1, (2, None), 3,
    {
        (1, 0): "no route", (1, 1): "administratively prohibited",
        (1, 2): "beyond the scope of the source address", (1, 3): "address unreachable",
        (1, 4): "port unreachable", (1, 5): "source address failed policy",
        (1, 6): "route rejected", (2, 0): "packet too big", (3, 0): "hop limit exceeded",
        (3, 1): "fragment reassembly time exceeded",
    },
)  # fmt: skip


class Echo(NamedTuple):
    """What tells one echo from another."""

    type: int
    id: int
    seq: int
    payload: bytes


def build_payload(token: bytes, size: int) -> bytes:
    """Return the token, then a pattern in which every byte tells its place."""
    return (token + bytes(place & 0xFF for place in range(len(token), size)))[:size]


def build_request(family: Family, number: int, seq: int, payload: bytes) -> bytes:
    """Return an echo request; the kernel itself adds the checksum of ICMPv6."""
    head = _HEADER.pack(family.request, 0, 0, number, seq)
    checksum = _checksum(head + payload) if family is IPV4 else 0
    return _HEADER.pack(family.request, 0, checksum, number, seq) + payload


def read_echo(data: bytes) -> Echo | None:
    """Return what an ICMP packet says as an echo; None = it breaks off."""
    if len(data) < _HEADER.size:
        return None
    kind, _, _, number, seq = _HEADER.unpack_from(data)
    return Echo(kind, number, seq, data[_HEADER.size :])


def without_ipv4_header(data: bytes) -> bytes:
    """Return what follows the header, as raw sockets of IPv4 receive it."""
    return data[(data[0] & 0x0F) * 4 :] if data else b""


def kind_of_error(family: Family, kind: int, code: int) -> str:
    """Return what an ICMP error is, in the words of the event."""
    if kind == family.too_big[0] and family.too_big[1] in (None, code):
        return "fragmentation-needed"
    return "time-exceeded" if kind == family.time_exceeded else "destination-unreachable"


def text_of_error(family: Family, kind: int, code: int) -> str:
    """Return what an ICMP error says."""
    return family.texts.get((kind, code), f"ICMP type {kind}, code {code}")


def _checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
