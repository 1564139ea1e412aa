"""Builds captures of real bytes: frames from the inside out, and pcap and pcapng files of them.

``pcap([(START_NS, ethernet(ipv4(A, B, ping(7, 1))))])`` is a whole file. Checksums are left zero,
because nothing that reads these files looks at them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

START_NS = 1_618_257_578_867_705_000
"""2021-04-12 19:59:38.867705 UTC."""
MILLISECOND_NS = 1_000_000
SECOND_NS = 1_000_000_000

NODE_1, NODE_2 = "10.1.10.9", "10.1.10.10"
A, B = "10.244.0.12", "10.244.1.34"
MAC_A, MAC_B = "0a:58:0a:f4:00:0c", "0a:58:0a:f4:01:22"

ETHERNET, RAW, SLL, SLL2 = 1, 101, 113, 276
IPV4, ARP, VLAN, IPV6, MPLS = 0x0800, 0x0806, 0x8100, 0x86DD, 0x8847
ICMP, IPIP, TCP, UDP, GRE, ICMPV6 = 1, 4, 6, 17, 47, 58
ECHO_REQUEST, ECHO_REPLY = 8, 0
IN, OUT = 1, 2
PACKET_HOST, PACKET_OUTGOING = 0, 4


def mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def ethernet(payload: bytes, ethertype: int = IPV4) -> bytes:
    """Return a frame from MAC_A to MAC_B."""
    return mac(MAC_B) + mac(MAC_A) + struct.pack(">H", ethertype) + payload


def vlan(number: int, payload: bytes, ethertype: int = IPV4) -> bytes:
    """Return what follows the type field 0x8100: a tag and what it tags."""
    return struct.pack(">HH", number, ethertype) + payload


def cooked2(payload: bytes, ifindex: int, kind: int, ethertype: int = IPV4) -> bytes:
    """Return a packet of ``tcpdump -i any``."""
    return struct.pack(">HHIHBB8s", ethertype, 0, ifindex, 1, kind, 6, mac(MAC_A)) + payload


def ipv4(
    source: str,
    destination: str,
    payload: bytes,
    protocol: int = ICMP,
    *,
    ttl: int = 64,
    number: int = 1,
    fragment: int = 0,
) -> bytes:
    """Return a packet; ``fragment`` is the field of flags and offset as it stands."""
    ends = IPv4Address(source).packed + IPv4Address(destination).packed
    size = 20 + len(payload)
    return (
        struct.pack(">BBHHHBBH", 0x45, 0, size, number, fragment, ttl, protocol, 0) + ends + payload
    )


def ipv6(source: str, destination: str, payload: bytes, protocol: int) -> bytes:
    """Return a packet with hop limit 64."""
    ends = IPv6Address(source).packed + IPv6Address(destination).packed
    return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + ends + payload


def ping(number: int, sequence: int, kind: int = ECHO_REQUEST, size: int = 64) -> bytes:
    """Return an ICMP echo message of ``size`` bytes."""
    return struct.pack(">BBHHH", kind, 0, 0, number, sequence).ljust(size, b"x")


def icmp(kind: int, code: int, rest: int = 0, quoted: bytes = b"") -> bytes:
    """Return an ICMP or ICMPv6 message: four bytes ``rest`` of the header, what is quoted."""
    return struct.pack(">BBHI", kind, code, 0, rest) + quoted


def udp(source: int, destination: int, payload: bytes = b"") -> bytes:
    return struct.pack(">HHHH", source, destination, 8 + len(payload), 0) + payload


def tcp(source: int, destination: int, flags: int, payload: bytes = b"") -> bytes:
    """Return a segment with sequence number 1000 and acknowledgement 2000."""
    return (
        struct.pack(">HHIIBBHHH", source, destination, 1000, 2000, 0x50, flags, 502, 0, 0) + payload
    )


def arp(operation: int, sender: str, target: str) -> bytes:
    """Return an ARP packet, sent from MAC_A to MAC_B."""
    header = struct.pack(">HHBBH", 1, IPV4, 6, 4, operation)
    return (
        header + mac(MAC_A) + IPv4Address(sender).packed + mac(MAC_B) + IPv4Address(target).packed
    )


def vxlan(vni: int, frame: bytes, port: int = 8472) -> bytes:
    """Return the UDP datagram from port 36389 that carries a frame."""
    return udp(36389, port, struct.pack(">II", 0x08000000, vni << 8) + frame)


def echo_frame(sequence: int = 0, number: int = 8448, kind: int = ECHO_REQUEST) -> bytes:
    """Return a plain frame with an echo: a request from A to B, or the reply to it."""
    ends = (A, B) if kind == ECHO_REQUEST else (B, A)
    return ethernet(ipv4(*ends, ping(number, sequence, kind)))


def vxlan_frame(sequence: int = 0, vni: int = 1, port: int = 8472) -> bytes:
    """Return a frame from NODE_1 to NODE_2 with an echo request from A to B under VXLAN."""
    return ethernet(ipv4(NODE_1, NODE_2, vxlan(vni, echo_frame(sequence), port), UDP))


def numbered(count: int, start_ns: int = START_NS) -> list[tuple[int, bytes]]:
    """Return echo requests with seq 0, 1, 2 …, a millisecond apart."""
    return [(start_ns + index * MILLISECOND_NS, echo_frame(index)) for index in range(count)]


def pcap(packets: Iterable[tuple[int, bytes]], link_type: int = ETHERNET) -> bytes:
    """Return a little-endian file with nanoseconds, of (time in ns, bytes)."""
    header = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262_144, link_type)
    return header + b"".join(pcap_record(*packet) for packet in packets)


def pcap_record(time_ns: int, data: bytes, length: int = 0) -> bytes:
    """Return a record; ``length`` is the one on the wire, 0 = all was captured."""
    seconds, fraction = divmod(time_ns, SECOND_NS)
    return struct.pack("<IIII", seconds, fraction, len(data), length or len(data)) + data


def pcapng(*blocks: bytes) -> bytes:
    """Return a section, little-endian; several of them may follow each other."""
    header = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
    return block(0x0A0D0D0A, header) + b"".join(blocks)


def block(kind: int, body: bytes) -> bytes:
    size = 12 + len(padded(body))
    return struct.pack("<II", kind, size) + padded(body) + struct.pack("<I", size)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + padded(value)


def interface(name: str | bytes = b"", link_type: int = ETHERNET) -> bytes:
    """Return a description block with nanoseconds; an empty name is left out."""
    options = option(9, b"\x09")
    if name:
        options += option(2, name if isinstance(name, bytes) else name.encode())
    return block(1, struct.pack("<HHI", link_type, 0, 0) + options + option(0, b""))


def enhanced(time_ns: int, data: bytes, interface_number: int = 0, direction: int = 0) -> bytes:
    """Return a packet block; a direction of 0 is left out."""
    times = struct.pack("<III", interface_number, time_ns >> 32, time_ns & 0xFFFFFFFF)
    body = times + struct.pack("<II", len(data), len(data)) + padded(data)
    if direction:
        body += option(2, struct.pack("<I", direction)) + option(0, b"")
    return block(6, body)


def simple(data: bytes) -> bytes:
    """Return a simple packet block: no time, interface 0."""
    return block(3, struct.pack("<I", len(data)) + data)


def statistics(dropped: int, interface_number: int = 0) -> bytes:
    """Return a statistics block that counts packets dropped by the interface."""
    counts = option(5, struct.pack("<Q", dropped)) + option(0, b"")
    return block(5, struct.pack("<III", interface_number, 0, 0) + counts)
