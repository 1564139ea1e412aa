"""Values -> header bytes: Ethernet, IPv4, TCP, UDP, ICMP echo and VXLAN, with right checksums.

RFC 1071's sum is the one's complement sum of 16-bit words. As 2**16 = 1 (mod 65535), a number
of any width is congruent to the sum of its words: fields are added as they are, and
``-total % 65535`` is the checksum.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

ETHERNET_BYTES = 14
IPV4_BYTES = 20
TCP_BYTES = 32
UDP_BYTES = 8
ICMP_BYTES = 8
VXLAN_BYTES = 8

ICMP, IPIP, TCP, UDP = 1, 4, 6, 17
DONT_FRAGMENT = 0x4000
ACK, PUSH_ACK = 0x10, 0x18
ECHO_REPLY, ECHO_REQUEST = 0, 8

_IPV4 = struct.Struct(">6H2I")
_TCP = struct.Struct(">2H2I4H3I")
_UDP = struct.Struct(">4H")
_ICMP = struct.Struct(">2BHHH")
_NO_OPERATION_TWICE_THEN_TIMESTAMPS = 0x0101080A
_TCP_HEADER_WORDS = (TCP_BYTES // 4) << 12


class Payload(NamedTuple):
    """Bytes with their sum known, so that one of many uses costs no second pass over them."""

    data: bytes
    word_sum: int

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Return ``data`` with its sum."""
        return cls(data, sum_words(data))


def sum_words(data: bytes) -> int:
    """Return the one's complement sum (modulo 65535) of ``data``, padded to whole words."""
    return int.from_bytes(data + bytes(len(data) % 2), "big") % 0xFFFF


def build_ethernet(source: int, destination: int) -> bytes:
    """Return the header of an IPv4 frame between two 48-bit addresses."""
    return destination.to_bytes(6, "big") + source.to_bytes(6, "big") + b"\x08\x00"


@dataclass(frozen=True, slots=True)
class Ipv4:
    """One direction between two addresses: what its packets share, and the source of their ids."""

    source: int
    destination: int
    protocol: int
    ttl: int
    flags: int
    identifications: Iterator[int]

    def build_header(self, payload_bytes: int) -> bytes:
        """Return the header of the next packet (RFC 791, no options)."""
        length = IPV4_BYTES + payload_bytes
        identification = next(self.identifications) & 0xFFFF
        ttl_protocol = self.ttl << 8 | self.protocol
        total = 0x4500 + length + identification + self.flags + ttl_protocol
        checksum = -(total + self.source + self.destination) % 0xFFFF
        return _IPV4.pack(
            0x4500,
            length,
            identification,
            self.flags,
            ttl_protocol,
            checksum,
            self.source,
            self.destination,
        )

    def sum_pseudo_header(self, length: int) -> int:
        """Return the sum of the pseudo-header that TCP and UDP checksums cover (RFC 9293, 3.1)."""
        return self.source + self.destination + self.protocol + length


class Segment(NamedTuple):
    """What changes from one TCP segment of a connection's direction to the next."""

    sequence: int
    acknowledgement: int
    flags: int
    window: int
    timestamp: int
    timestamp_echo: int


def build_tcp(ip: Ipv4, ports: tuple[int, int], segment: Segment, payload: Payload) -> bytes:
    """Return a segment with the timestamps option, as Linux sends it (RFC 7323, appendix A)."""
    source_port, destination_port = ports
    sequence, acknowledgement, flags, window, timestamp, echo = segment
    total = ip.sum_pseudo_header(TCP_BYTES + len(payload.data)) + payload.word_sum
    total += source_port + destination_port + sequence + acknowledgement + window
    total += _TCP_HEADER_WORDS + flags + _NO_OPERATION_TWICE_THEN_TIMESTAMPS + timestamp + echo
    header = _TCP.pack(
        source_port,
        destination_port,
        sequence,
        acknowledgement,
        _TCP_HEADER_WORDS | flags,
        window,
        -total % 0xFFFF,
        0,
        _NO_OPERATION_TWICE_THEN_TIMESTAMPS,
        timestamp,
        echo,
    )
    return header + payload.data


def build_udp(ip: Ipv4, ports: tuple[int, int], payload: Payload) -> bytes:
    """Return a datagram; a checksum that comes out as 0 is sent as 0xFFFF (RFC 768)."""
    length = UDP_BYTES + len(payload.data)
    total = ip.sum_pseudo_header(length) + ports[0] + ports[1] + length + payload.word_sum
    return _UDP.pack(*ports, length, -total % 0xFFFF or 0xFFFF) + payload.data


def build_echo(kind: int, identifier: int, sequence: int, payload: Payload) -> bytes:
    """Return an ICMP echo request or reply (RFC 792)."""
    checksum = -((kind << 8) + identifier + sequence + payload.word_sum) % 0xFFFF
    return _ICMP.pack(kind, 0, checksum, identifier, sequence) + payload.data


def build_vxlan(vni: int) -> bytes:
    """Return a VXLAN header: the I flag and the network's identifier (RFC 7348, 5)."""
    return struct.pack(">II", 0x08000000, vni << 8)


def build_tunnel_udp(source_port: int, destination_port: int, payload_bytes: int) -> bytes:
    """Return the outer UDP header of a tunnel, whose checksum is 0 over IPv4 (RFC 7348, 4.1)."""
    return _UDP.pack(source_port, destination_port, UDP_BYTES + payload_bytes, 0)
