"""Raw ICMP sockets: what was received when and from whom, what the kernel refused and why.

Numbers: ``linux/in.h``, ``linux/in6.h``, ``linux/icmp.h``.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import termios
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from netdiag_probe.echo import packets
from netdiag_probe.error_queue import (
    AT_ONCE,
    IP_MTU_DISCOVER,
    IPV6_MTU_DISCOVER,
    MOST_ANCILLARY,
    MOST_BYTES,
    Ancillary,
    Refused,
    icmp_of,
    listen_to_errors,
    read_refused,
    time_of,
)

IP_TTL, IPV6_UNICAST_HOPS = 2, 16
IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT = 51, 52
PMTUDISC_PROBE, PMTUDISC_INTERFACE = 3, 4
"""Forbid fragments, or allow them, whatever the path's MTU is known to be."""
SOL_RAW, ICMP_FILTER, ICMP6_FILTER = 255, 1, 1
_COUNT = struct.Struct("=i")
"""Of bytes that wait: SIOCOUTQ, which terminals call TIOCOUTQ."""


class Settings(NamedTuple):
    """How packets are to be sent."""

    source: str | None
    ttl: int | None
    dont_fragment: bool
    discovery: int | None = None
    """A PMTUDISC_ number that counts instead."""


class Received(NamedTuple):
    """An ICMP packet for this namespace."""

    data: bytes
    time_ns: int
    ttl: int | None
    sender: str


class EchoSocket:
    """A raw ICMP socket of one address family. Raises OSError."""

    def __init__(self, family: socket.AddressFamily, settings: Settings) -> None:
        """Open it in the namespace that the thread is in."""
        self.is_ipv6 = family == socket.AF_INET6
        self.family = icmp_of(family)
        protocol = socket.IPPROTO_ICMPV6 if self.is_ipv6 else socket.IPPROTO_ICMP
        self._socket = socket.socket(family, socket.SOCK_RAW | socket.SOCK_NONBLOCK, protocol)
        try:
            self._set_up(settings)
        except BaseException:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """Return the file to be watched."""
        return self._socket.fileno()

    def close(self) -> None:
        """Give it back."""
        self._socket.close()

    def send(self, data: bytes, address: tuple[Any, ...]) -> int:
        """Send a packet; return when, in nanoseconds."""
        time_ns = time.time_ns()
        self._socket.sendto(data, address)
        return time_ns

    def is_waiting(self) -> bool:
        """Tell whether something that was sent has not left: it waits for a neighbour's address."""
        (count,) = _COUNT.unpack(fcntl.ioctl(self._socket, termios.TIOCOUTQ, bytes(_COUNT.size)))
        return bool(count)

    def receive(self) -> Iterator[Received]:
        """Yield the packets that are there, but not for ever: others' pings are among them."""
        for _ in range(AT_ONCE):
            try:
                data, ancillary, _, sender = self._socket.recvmsg(MOST_BYTES, MOST_ANCILLARY)
            except BlockingIOError:
                return
            except OSError:  # one that an earlier packet met with, which ``refused`` tells
                continue
            ttl = _number(ancillary, socket.IPPROTO_IPV6, IPV6_HOPLIMIT)
            if not self.is_ipv6 and data:
                ttl, data = data[8], packets.without_ipv4_header(data)
            yield Received(data, time_of(ancillary), ttl, str(sender[0]))

    def refused(self) -> Iterator[Refused]:
        """Yield what was told of packets that were sent, since it was last asked."""
        return read_refused(self._socket)

    def _set_up(self, settings: Settings) -> None:
        if self.is_ipv6:
            blocked = bytearray(b"\xff" * 32)
            place = self.family.reply
            word = struct.unpack_from("=I", blocked, place // 32 * 4)[0] & ~(1 << place % 32)
            struct.pack_into("=I", blocked, place // 32 * 4, word)
            self._socket.setsockopt(socket.IPPROTO_ICMPV6, ICMP6_FILTER, bytes(blocked))
            self._set(IPV6_RECVHOPLIMIT, 1)
        else:
            blocked_types = 0xFFFFFFFF & ~(1 << self.family.reply)
            self._socket.setsockopt(SOL_RAW, ICMP_FILTER, struct.pack("=I", blocked_types))
        if settings.ttl is not None:
            self._set(IPV6_UNICAST_HOPS if self.is_ipv6 else IP_TTL, settings.ttl)
        listen_to_errors(self._socket, dont_fragment=settings.dont_fragment)
        if settings.discovery is not None:
            option = IPV6_MTU_DISCOVER if self.is_ipv6 else IP_MTU_DISCOVER
            self._set(option, settings.discovery)
        if settings.source is not None:
            self._socket.bind((settings.source, 0))

    def _set(self, option: int, value: int) -> None:
        level = socket.IPPROTO_IPV6 if self.is_ipv6 else socket.IPPROTO_IP
        self._socket.setsockopt(level, option, value)


def _number(ancillary: Ancillary, level: int, kind: int) -> int | None:
    found = (value for *place, value in ancillary if place == [level, kind] and len(value) >= 4)
    value = next(found, None)
    return None if value is None else int(struct.unpack_from("=i", value)[0])
