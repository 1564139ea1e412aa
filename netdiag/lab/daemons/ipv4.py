"""IPv4 headers, as far as programs that carry packets must read and change them (RFC 791)."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterable
from ipaddress import IPv4Network
from typing import Final

HEADER_BYTES: Final = 20
DONT_FRAGMENT: Final = 0x4000
_TTL: Final = 8
_PROTOCOL: Final = 9
_CHECKSUM: Final = 10
_HEADER: Final = struct.Struct("!BBHHHBBH4s4s")
_ICMP: Final = struct.Struct("!BBHHH")
_ECHOES: Final = (b"\x00", b"\x08")
_QUOTED_BYTES: Final = 548
"""How much of a packet an error quotes: with its headers 576 bytes (RFC 1812 4.3.2.3)."""


def is_whole(packet: bytes) -> bool:
    """Tell whether this is an IPv4 packet with all of its header."""
    if len(packet) < HEADER_BYTES or packet[0] >> 4 != 4:
        return False
    return HEADER_BYTES <= header_bytes(packet) <= len(packet)


def header_bytes(packet: bytes) -> int:
    """Return the length of a packet's header."""
    return (packet[0] & 0x0F) * 4


def header(
    *, source: bytes, destination: bytes, protocol: int, ttl: int, payload_bytes: int,
    tos: int = 0, flags: int = 0,
) -> bytes:  # fmt: skip
    """Return a header with its checksum; the kernel gives it an id where a raw socket sends it."""
    fields = (0x45, tos, HEADER_BYTES + payload_bytes, 0, flags, ttl, protocol)
    bare = _HEADER.pack(*fields, 0, source, destination)
    return _HEADER.pack(*fields, checksum(bare), source, destination)


def with_lower_ttl(packet: bytes) -> bytes | None:
    """Return the packet with its TTL lowered by one; None if it is used up."""
    if packet[_TTL] <= 1:
        return None
    changed = bytearray(packet)
    changed[_TTL] -= 1
    changed[_CHECKSUM : _CHECKSUM + 2] = bytes(2)
    found = checksum(bytes(changed[: header_bytes(packet)]))
    changed[_CHECKSUM : _CHECKSUM + 2] = found.to_bytes(2, "big")
    return bytes(changed)


def checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071)."""
    padded = data + bytes(len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def too_big(packet: bytes, *, source: bytes, mtu: int) -> bytes | None:
    """Return the ICMP "fragmentation needed" for a packet (RFC 1191).

    None: errors and fragments that are not the first get no error (RFC 1122 3.2.2).
    """
    is_fragment = int.from_bytes(packet[6:8], "big") & 0x1FFF
    kind = packet[header_bytes(packet) :][:1]
    if is_fragment or (packet[_PROTOCOL] == socket.IPPROTO_ICMP and kind not in _ECHOES):
        return None
    quoted = packet[:_QUOTED_BYTES]
    bare = _ICMP.pack(3, 4, 0, 0, mtu) + quoted
    message = _ICMP.pack(3, 4, checksum(bare), 0, mtu) + quoted
    outer = header(
        source=source, destination=packet[12:16], protocol=socket.IPPROTO_ICMP, ttl=64,
        payload_bytes=len(message),
    )  # fmt: skip
    return outer + message


def finder(owners: Iterable[tuple[str, str]]) -> Callable[[bytes], str | None]:
    """Return what finds the owner of a packet's destination among (subnet, owner)."""
    table = [
        (int(net.network_address), int(net.netmask), owner)
        for net, owner in ((IPv4Network(subnet), owner) for subnet, owner in owners)
    ]

    def find(packet: bytes) -> str | None:
        destination = int.from_bytes(packet[16:20], "big")
        return next((who for net, mask, who in table if destination & mask == net), None)

    return find
