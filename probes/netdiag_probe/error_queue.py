"""A socket's error queue: what became of the packets that it sent, and who says so.

Numbers: ``linux/in.h``, ``linux/in6.h``, ``linux/errqueue.h``.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
import time
from collections.abc import Iterator
from typing import NamedTuple

from netdiag_probe.icmp import IPV4, IPV6, Family, kind_of_error, text_of_error

SO_TIMESTAMPNS = 35
MSG_ERRQUEUE = 0x2000
IP_MTU_DISCOVER, IP_RECVERR = 10, 11
IPV6_MTU_DISCOVER, IPV6_RECVERR = 23, 25
PMTUDISC_DO = 2

MOST_BYTES = 65535 + 8
MOST_ANCILLARY = 512
AT_ONCE = 256
"""Packets that are read before something else may be done."""

_ERROR = struct.Struct("=IBBBBII")
"""``struct sock_extended_err``: errno, origin, type, code, pad, info, data."""
_FROM_LOCAL = 1
_TIME = struct.Struct("@ll")

Ancillary = list[tuple[int, int, bytes]]


class Refused(NamedTuple):
    """What became of a packet that was sent: an ICMP error came back, or the kernel refused it."""

    data: bytes
    """The packet, from the header that the socket writes on, as far as it is told."""
    time_ns: int
    is_local: bool
    number: int
    """errno"""
    type: int
    code: int
    info: int
    """The MTU, where one is told."""
    sender: str | None


class Told(NamedTuple):
    """The same, in the words of an event."""

    kind: str
    """``fragmentation-needed``, ``destination-unreachable``, ``time-exceeded`` or ``local``."""
    code: int | None
    mtu: int | None
    text: str


def listen_to_errors(sending: socket.socket, *, dont_fragment: bool) -> None:
    """Have errors of this socket's packets queued, with the time; refuse to fragment, if asked."""
    is_ipv6 = sending.family == socket.AF_INET6
    level = socket.IPPROTO_IPV6 if is_ipv6 else socket.IPPROTO_IP
    sending.setsockopt(level, IPV6_RECVERR if is_ipv6 else IP_RECVERR, 1)
    if dont_fragment:
        sending.setsockopt(level, IPV6_MTU_DISCOVER if is_ipv6 else IP_MTU_DISCOVER, PMTUDISC_DO)
    with contextlib.suppress(OSError):  # then the time is that of reading
        sending.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)


def read_refused(sending: socket.socket) -> Iterator[Refused]:
    """Yield what was told of packets that were sent, since it was last asked."""
    for _ in range(AT_ONCE):
        try:
            told = sending.recvmsg(MOST_BYTES, MOST_ANCILLARY, MSG_ERRQUEUE)
        except OSError:
            return
        data, ancillary = told[0], told[1]
        for level, kind, value in ancillary:
            if (level, kind) in (
                (socket.IPPROTO_IP, IP_RECVERR),
                (socket.IPPROTO_IPV6, IPV6_RECVERR),
            ) and len(value) >= _ERROR.size:
                yield _refused(data, time_of(ancillary), value)


def put_in_words(family: Family, refused: Refused) -> Told:
    """Return what an error says."""
    if refused.is_local:
        mtu = refused.info if refused.number == errno.EMSGSIZE else None
        return Told("local", None, mtu or None, text_of_number(refused.number))
    kind = kind_of_error(family, refused.type, refused.code)
    mtu = refused.info if kind == "fragmentation-needed" else None
    text = text_of_error(family, refused.type, refused.code)
    return Told(kind, refused.code, mtu or None, text)


def text_of_number(number: int) -> str:
    """Return what an errno says."""
    return os.strerror(number).lower()


def icmp_of(family: int) -> Family:
    """Return the ICMP of an address family."""
    return IPV6 if family == socket.AF_INET6 else IPV4


def time_of(ancillary: Ancillary) -> int:
    """Return when the kernel received a packet; without its word, now."""
    for level, kind, value in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS) and len(value) >= _TIME.size:
            seconds, nanoseconds = _TIME.unpack_from(value)
            return int(seconds) * 10**9 + int(nanoseconds)
    return time.time_ns()


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
