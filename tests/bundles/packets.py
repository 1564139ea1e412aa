"""Headers with right checksums; addresses are text, IPv4 or IPv6."""

from __future__ import annotations

from ipaddress import ip_address
from struct import pack

IPV4, ARP, IPV6 = 0x0800, 0x0806, 0x86DD
ICMP, IPIP, UDP, GRE, ICMPV6 = 1, 4, 17, 47, 58
DONT_FRAGMENT, MORE_FRAGMENTS = 0x4000, 0x2000
BROADCAST = "ff:ff:ff:ff:ff:ff"


def mac_bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071)."""
    data += bytes(len(data) % 2)
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ethertype(packet: bytes) -> int:
    return IPV4 if packet[0] >> 4 == 4 else IPV6


def ethernet(destination: str, source: str, packet: bytes, kind: int | None = None) -> bytes:
    kind = ethertype(packet) if kind is None else kind
    return mac_bytes(destination) + mac_bytes(source) + pack("!H", kind) + packet


def ip(
    source: str,
    destination: str,
    protocol: int,
    payload: bytes,
    *,
    ttl: int = 64,
    number: int = 0,
    fragment: int = 0,
) -> bytes:
    """``number`` and ``fragment`` (flags and offset as they stand) are of IPv4 only."""
    ends = ip_address(source).packed + ip_address(destination).packed
    if ip_address(source).version == 6:
        return pack("!IHBB", 6 << 28, len(payload), protocol, ttl) + ends + payload
    size = 20 + len(payload)
    fields = pack("!BBHHHBB", 0x45, 0, size, number, fragment, ttl, protocol)
    header = fields + pack("!H", checksum(fields + bytes(2) + ends)) + ends
    return header + payload


def pseudo_header(source: str, destination: str, protocol: int, size: int) -> bytes:
    ends = ip_address(source).packed + ip_address(destination).packed
    if ip_address(source).version == 6:
        return ends + pack("!IxxxB", size, protocol)
    return ends + pack("!xBH", protocol, size)


def udp(source: str, destination: str, ports: tuple[int, int], payload: bytes) -> bytes:
    """Return the datagram; the addresses are for its checksum."""
    size = 8 + len(payload)
    plain = pack("!HHHH", *ports, size, 0) + payload
    found = checksum(pseudo_header(source, destination, UDP, size) + plain) or 0xFFFF
    return plain[:6] + pack("!H", found) + payload


def echo(
    source: str, destination: str, *, request: bool, identifier: int, seq: int, data: bytes
) -> tuple[int, bytes]:
    """Return the protocol and the message of a ping or its reply."""
    rest = pack("!HH", identifier, seq) + data
    if ip_address(source).version == 6:
        return ICMPV6, icmpv6(source, destination, 128 if request else 129, 0, rest)
    return ICMP, icmp(8 if request else 0, 0, rest)


def icmp(kind: int, code: int, rest: bytes) -> bytes:
    """Return a message; ``rest`` is all that follows the checksum."""
    return pack("!BBH", kind, code, checksum(pack("!BBH", kind, code, 0) + rest)) + rest


def icmpv6(source: str, destination: str, kind: int, code: int, rest: bytes) -> bytes:
    plain = pack("!BBH", kind, code, 0) + rest
    found = checksum(pseudo_header(source, destination, ICMPV6, len(plain)) + plain)
    return pack("!BBH", kind, code, found) + rest


def arp(operation: int, sender: tuple[str, str], target: tuple[str, str]) -> bytes:
    """Return an ARP packet; the ends are (MAC, IPv4), operation 1 asks and 2 answers."""
    ends = b"".join(
        mac_bytes(mac) + ip_address(address).packed for mac, address in (sender, target)
    )
    return pack("!HHBBH", 1, IPV4, 6, 4, operation) + ends


def arp_reply(sender: tuple[str, str], target: tuple[str, str]) -> bytes:
    """Return the frame in which ``sender`` (MAC, IPv4) tells ``target`` where it is."""
    return ethernet(target[0], sender[0], arp(2, sender, target), ARP)


def arp_request(sender: tuple[str, str], wanted: str) -> bytes:
    """Return the broadcast in which ``sender`` (MAC, IPv4) asks for an address."""
    packet = arp(1, sender, ("00:00:00:00:00:00", wanted))
    return ethernet(BROADCAST, sender[0], packet, ARP)
