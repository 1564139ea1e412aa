"""The innermost packet of a frame, as the filter language sees it."""

from __future__ import annotations

from typing import NamedTuple


class InnerPacket(NamedTuple):
    """What is left of a frame without its tunnels; None = the packet has no such field."""

    network: str
    """``ipv4``, ``ipv6``, ``arp``, or empty where none of them was found."""
    ip_protocol: int | None
    """The protocol number after IP and its extension headers (1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6)."""
    source: int | None
    """The IP source, or ARP's sender, as a number of 32 or (IPv6) 128 bits."""
    destination: int | None
    """The IP destination, or ARP's target."""
    source_port: int | None
    destination_port: int | None
    icmp_type: int | None
    """ICMP's or ICMPv6's type."""
    icmp_code: int | None
    icmp_id: int | None
    icmp_seq: int | None
    tcp_flags: int | None
    """The low eight flag bits: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128."""
    length: int
    """Bytes of the innermost packet from its IP (or ARP) header on, as the header says."""
    fragment: bool
    """True for any fragment of an IP packet, the first included."""
