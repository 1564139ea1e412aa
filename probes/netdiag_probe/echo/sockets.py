"""Raw ICMP sockets: what was received when and from whom, what the kernel refused and why.

Numbers: ``linux/in.h``, ``linux/in6.h``, ``linux/icmp.h``, ``linux/errqueue.h``.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from netdiag_probe.echo import packets

SO_TIMESTAMPNS = 35
MSG_ERRQUEUE = 0x2000
IP_TTL, IP_MTU_DISCOVER, IP_RECVERR = 2, 10, 11
IPV6_UNICAST_HOPS, IPV6_MTU_DISCOVER, IPV6_RECVERR = 16, 23, 25
IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT = 51, 52
PMTUDISC_DO = 2
SOL_RAW, ICMP_FILTER, ICMP6_FILTER = 255, 1, 1

_ERROR = struct.Struct("=IBBBBII")
"""``struct sock_extended_err``: errno, origin, type, code, pad, info, data."""
_FROM_LOCAL = 1
_TIME = struct.Struct("@ll")
_MOST_BYTES = 65535 + 8
_MOST_ANCILLARY = 512
_AT_ONCE = 256
"""Packets that are read before something else may be done."""


class Settings(NamedTuple):
    """How packets are to be sent."""

    source: str | None
    ttl: int | None
    dont_fragment: bool


class Received(NamedTuple):
    """An ICMP packet for this namespace."""

    data: bytes
    time_ns: int
    ttl: int | None
    sender: str


class Refused(NamedTuple):
    """What became of a packet that was sent: an ICMP error came back, or the kernel refused it."""

    data: bytes
    """The packet, from its ICMP header on, as far as it is told."""
    time_ns: int
    is_local: bool
    number: int
    """errno"""
    type: int
    code: int
    info: int
    """The MTU, where one is told."""
    sender: str | None


class EchoSocket:
    """A raw ICMP socket of one address family. Raises OSError."""

    def __init__(self, family: socket.AddressFamily, settings: Settings) -> None:
        """Open it in the namespace that the thread is in."""
        self.is_ipv6 = family == socket.AF_INET6
        self.family = packets.IPV6 if self.is_ipv6 else packets.IPV4
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

    def receive(self) -> Iterator[Received]:
        """Yield the packets that are there, but not for ever: others' pings are among them."""
        for _ in range(_AT_ONCE):
            try:
                data, ancillary, _, sender = self._socket.recvmsg(_MOST_BYTES, _MOST_ANCILLARY)
            except BlockingIOError:
                return
            except OSError:  # one that an earlier packet met with, which ``refused`` tells
                continue
            ttl = _number(ancillary, socket.IPPROTO_IPV6, IPV6_HOPLIMIT)
            if not self.is_ipv6 and data:
                ttl, data = data[8], packets.without_ipv4_header(data)
            yield Received(data, _time_of(ancillary), ttl, str(sender[0]))

    def refused(self) -> Iterator[Refused]:
        """Yield what was told of packets that were sent, since it was last asked."""
        for _ in range(_AT_ONCE):
            try:
                told = self._socket.recvmsg(_MOST_BYTES, _MOST_ANCILLARY, MSG_ERRQUEUE)
            except OSError:
                return
            data, ancillary = told[0], told[1]
            for level, kind, value in ancillary:
                if (level, kind) in (
                    (socket.IPPROTO_IP, IP_RECVERR),
                    (socket.IPPROTO_IPV6, IPV6_RECVERR),
                ) and len(value) >= _ERROR.size:
                    yield _refused(data, _time_of(ancillary), value)

    def _set_up(self, settings: Settings) -> None:
        if self.is_ipv6:
            blocked = bytearray(b"\xff" * 32)
            place = self.family.reply
            word = struct.unpack_from("=I", blocked, place // 32 * 4)[0] & ~(1 << place % 32)
            struct.pack_into("=I", blocked, place // 32 * 4, word)
            self._socket.setsockopt(socket.IPPROTO_ICMPV6, ICMP6_FILTER, bytes(blocked))
            self._set(IPV6_RECVERR, 1)
            self._set(IPV6_RECVHOPLIMIT, 1)
        else:
            blocked_types = 0xFFFFFFFF & ~(1 << self.family.reply)
            self._socket.setsockopt(SOL_RAW, ICMP_FILTER, struct.pack("=I", blocked_types))
            self._set(IP_RECVERR, 1)
        if settings.ttl is not None:
            self._set(IPV6_UNICAST_HOPS if self.is_ipv6 else IP_TTL, settings.ttl)
        if settings.dont_fragment:
            self._set(IPV6_MTU_DISCOVER if self.is_ipv6 else IP_MTU_DISCOVER, PMTUDISC_DO)
        with contextlib.suppress(OSError):  # then the time is that of reading
            self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        if settings.source is not None:
            self._socket.bind((settings.source, 0))

    def _set(self, option: int, value: int) -> None:
        level = socket.IPPROTO_IPV6 if self.is_ipv6 else socket.IPPROTO_IP
        self._socket.setsockopt(level, option, value)


def find_source(family: socket.AddressFamily, address: tuple[Any, ...]) -> str | None:
    """Return the address that packets would be sent from; None if there is no route."""
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        try:
            sender.connect((address[0], 1025, *address[2:]))
        except OSError:
            return None
        return str(sender.getsockname()[0])


def _refused(data: bytes, time_ns: int, value: bytes) -> Refused:
    number, origin, kind, code, _, info, _ = _ERROR.unpack_from(value)
    return Refused(
        data, time_ns, origin == _FROM_LOCAL, number, kind, code, info,
        _address_of(value[_ERROR.size :]),
    )  # fmt: skip


def _address_of(value: bytes) -> str | None:
    """Return the address of a ``struct sockaddr``; None = it tells none."""
    family = struct.unpack_from("=H", value)[0] if len(value) >= 2 else 0
    if family == socket.AF_INET and len(value) >= 8:
        return socket.inet_ntop(socket.AF_INET, value[4:8])
    if family == socket.AF_INET6 and len(value) >= 24:
        return socket.inet_ntop(socket.AF_INET6, value[8:24])
    return None


def _time_of(ancillary: list[tuple[int, int, bytes]]) -> int:
    """Return when the kernel received a packet; without its word, now."""
    for level, kind, value in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS) and len(value) >= _TIME.size:
            seconds, nanoseconds = _TIME.unpack_from(value)
            return int(seconds) * 10**9 + int(nanoseconds)
    return time.time_ns()


def _number(ancillary: list[tuple[int, int, bytes]], level: int, kind: int) -> int | None:
    found = (value for *place, value in ancillary if place == [level, kind] and len(value) >= 4)
    value = next(found, None)
    return None if value is None else int(struct.unpack_from("=i", value)[0])
