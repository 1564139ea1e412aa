"""Echo requests and what answers them, as bytes: RFC 792, RFC 4443."""

from __future__ import annotations

import struct
from typing import NamedTuple

from netdiag_probe.icmp import IPV4, Family

_HEADER = struct.Struct("!BBHHH")
"""Type, code, checksum, identifier, sequence number."""

MOST_PAYLOAD = 65535 - 20 - _HEADER.size


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


def _checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
