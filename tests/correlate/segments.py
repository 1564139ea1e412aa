"""TCP and UDP of real bytes with right checksums."""

from __future__ import annotations

from ipaddress import ip_address
from struct import pack

from tests.bundles.packets import checksum, ip, pseudo_header
from tests.bundles.packets import udp as datagram
from tests.captures import A, B

TCP, UDP = 6, 17
FIN, SYN, ACK = 1, 2, 16


def segment(
    sequence: int = 1000,
    data: bytes = b"",
    *,
    flags: int = ACK,
    source: str = A,
    destination: str = B,
    ports: tuple[int, int] = (40000, 80),
    ip_id: int = 1,
    options: bytes = b"",
    ttl: int = 64,
    fault: int = 0,
) -> bytes:
    """Return an IP packet; ``fault`` is what its checksum is off by."""
    head = pack("!HHIIBBHHH", *ports, sequence, 9, 80 + 4 * len(options), flags, 502, 0, 0)
    plain = head + options + data
    found = checksum(pseudo_header(source, destination, TCP, len(plain)) + plain)
    whole = plain[:16] + pack("!H", (found + fault) & 0xFFFF) + plain[18:]
    return ip(source, destination, TCP, whole, ttl=ttl, number=ip_id)


def udp_packet(
    data: bytes = b"",
    *,
    source: str = A,
    destination: str = B,
    ports: tuple[int, int] = (5353, 53),
    ip_id: int = 1,
) -> bytes:
    return ip(source, destination, UDP, datagram(source, destination, ports, data), number=ip_id)


def addresses_of(source: str = A, destination: str = B) -> bytes:
    return ip_address(source).packed + ip_address(destination).packed
