"""Pings of real bytes with right checksums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from struct import pack

from tests.bundles.packets import ICMP, checksum, echo, ethertype, ip
from tests.captures import MILLISECOND_NS, START_NS, A, B, ethernet, icmp, ipv4
from tests.correlate.collecting import Packet

ECHO = 8


def echo_packet(
    sequence: int = 1,
    *,
    source: str = A,
    destination: str = B,
    reply: bool = False,
    identifier: int = 7,
    ttl: int = 64,
    ip_id: int = 1,
    data: bytes = b"as long as it takes",
) -> bytes:
    """Return an IP packet, IPv6 if the addresses are."""
    protocol, message = echo(
        source, destination, request=not reply, identifier=identifier, seq=sequence, data=data
    )
    return ip(source, destination, protocol, message, ttl=ttl, number=ip_id)


def answer(sequence: int = 1, *, source: str = A, destination: str = B, **others: object) -> bytes:
    """Return the reply to ``echo_packet(sequence, source=…, destination=…)``."""
    return echo_packet(
        sequence,
        source=destination,
        destination=source,
        reply=True,
        **others,  # type: ignore[arg-type]
    )


def framed(packet: bytes) -> bytes:
    """Return an Ethernet frame around an IP packet."""
    return ethernet(packet, ethertype(packet))


def tiny(number: int, kind: int = ECHO, more_bytes: int = 0) -> bytes:
    """Return the frame of a ping from A to B, or of its reply, that is told by its number."""
    sequence, data = number & 0xFFFF, pack("!I", number) + bytes(more_bytes)
    message = pack("!BBHHH", kind, 0, 0, 7, sequence) + data
    message = message[:2] + pack("!H", checksum(message)) + message[4:]
    ends = (A, B) if kind == ECHO else (B, A)
    return ethernet(ipv4(*ends, message, ICMP, number=sequence))


@cache
def flood(count: int, interval_ns: int, *, lost_each: int = 0) -> Sequence[Packet]:
    """Return pings at one place, each answered a little later, but for each so-manieth."""
    packets = []
    for number in range(count):
        at_ns = START_NS + number * interval_ns
        packets.append((at_ns, tiny(number)))
        if not lost_each or number % lost_each:
            packets.append((at_ns + rtt_ns(number), tiny(number, 0)))
    return sorted(packets, key=lambda packet: packet[0])


def rtt_ns(number: int) -> int:
    """Return the round-trip time of a ping of a flood; one in the middle is the longest."""
    return 20_000 + number * 7919 % 1009


def strangers(count: int, first: int = 0) -> Iterator[Packet]:
    """Yield echo requests that have nothing in common but their payload."""
    message = icmp(ECHO, 0, 0x70001, bytes(16))
    message = message[:2] + pack("!H", checksum(message)) + message[4:]
    for number in range(first, first + count):
        source = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        yield START_NS + number * MILLISECOND_NS, ethernet(ipv4(source, B, message))
