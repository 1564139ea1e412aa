"""A slow wire: packets of an NFQUEUE are let go a while after they came, in their order.

Messages: ``linux/netfilter/nfnetlink_queue.h``, ``nfnetlink.h``. The kernel holds the packets; only
their numbers come here. More than it may hold, and what does not fit into the socket, goes on at
once (fail open). The rule that queues belongs into ``raw``: held behind conntrack, the second
packet of a new connection clashes with the first one and is dropped.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, NoReturn

MAX_HELD: Final = 8192
"""Packets that wait at a time."""

_NETFILTER: Final = 12
_QUEUE: Final = 3 << 8
_PACKET, _CONFIG, _VERDICT_UP_TO = _QUEUE | 0, _QUEUE | 2, _QUEUE | 3
_REQUEST, _ACKNOWLEDGE = 0x01, 0x04
_COMMAND, _PARAMETERS, _MAX_LENGTH, _MASK, _FLAGS = 1, 2, 3, 4, 5
_PACKET_HEADER, _VERDICT_HEADER = 1, 2
_BIND: Final = 1
_COPY_META: Final = 1
_FAIL_OPEN_AND_WHOLE: Final = 0x01 | 0x04
"""NFQA_CFG_F_FAIL_OPEN; NFQA_CFG_F_GSO: large segments are not cut up for being queued."""
_ACCEPT: Final = 1
_NO_BUFFER_ERRORS: Final = (270, 5)
"""SOL_NETLINK, NETLINK_NO_ENOBUFS."""

_HEADER: Final = struct.Struct("=IHHII")
_FAMILY: Final = struct.Struct("!BBH")
_ATTRIBUTE: Final = struct.Struct("=HH")
_BUFFER: Final = 4 << 20
_AT_ONCE: Final = 1024
"""Messages read before packets that are due are let go."""


def run(ready: Callable[[], None], *, queue: int, delay_ms: float) -> NoReturn:
    """Hold each packet of a queue so long. Raises OSError if the kernel has no such queues."""
    line = _open(queue)
    ready()
    held: deque[tuple[float, int]] = deque()
    while True:
        wait = max(0.0, held[0][0] - time.monotonic()) if held else None
        select.select([line], [], [], wait)
        held.extend((time.monotonic() + delay_ms / 1000, number) for number in _arrived(line))
        _let_go(line, queue, held)


def _open(queue: int) -> socket.socket:
    line = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETFILTER)
    line.setsockopt(*_NO_BUFFER_ERRORS, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    line.bind((0, 0))
    settings = (
        (_COMMAND, struct.pack("!BxH", _BIND, socket.AF_INET)),
        (_PARAMETERS, struct.pack("!IB", 0, _COPY_META)),
        (_MAX_LENGTH, struct.pack("!I", MAX_HELD)),
        (_MASK, struct.pack("!I", _FAIL_OPEN_AND_WHOLE)),
        (_FLAGS, struct.pack("!I", _FAIL_OPEN_AND_WHOLE)),
    )
    attributes = b"".join(_attribute(kind, value) for kind, value in settings)
    line.send(_message(_CONFIG, queue, attributes, flags=_REQUEST | _ACKNOWLEDGE))
    (error,) = struct.unpack_from("=i", line.recv(4096), _HEADER.size)
    if error:
        raise OSError(-error, f"NFQUEUE {queue}: {os.strerror(-error)}")
    line.setblocking(False)
    return line


def _arrived(line: socket.socket) -> Iterator[int]:
    """Yield the numbers of packets that have come."""
    for _ in range(_AT_ONCE):
        try:
            data = line.recv(65536)
        except OSError:  # nothing more for now
            return
        yield from _numbers(data)


def _numbers(data: bytes) -> Iterator[int]:
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, *_ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size:
            return
        if kind == _PACKET:
            yield from _packet_number(data[at + _HEADER.size + _FAMILY.size : at + length])
        at += _aligned(length)


def _packet_number(attributes: bytes) -> Iterator[int]:
    at = 0
    while at + _ATTRIBUTE.size <= len(attributes):
        length, kind = _ATTRIBUTE.unpack_from(attributes, at)
        if length < _ATTRIBUTE.size:
            return
        if kind == _PACKET_HEADER:
            yield int.from_bytes(attributes[at + 4 : at + 8], "big")
        at += _aligned(length)


def _let_go(line: socket.socket, queue: int, held: deque[tuple[float, int]]) -> None:
    """Accept all packets that are due, by one message: up to the last one's number."""
    now, last = time.monotonic(), None
    while held and held[0][0] <= now:
        last = held.popleft()[1]
    if last is not None:
        verdict = _attribute(_VERDICT_HEADER, struct.pack("!II", _ACCEPT, last))
        with contextlib.suppress(OSError):  # packets whose interface has gone are gone too
            line.send(_message(_VERDICT_UP_TO, queue, verdict, flags=_REQUEST))


def _message(kind: int, queue: int, attributes: bytes, *, flags: int) -> bytes:
    body = _FAMILY.pack(socket.AF_UNSPEC, 0, queue) + attributes
    return _HEADER.pack(_HEADER.size + len(body), kind, flags, 0, 0) + body


def _attribute(kind: int, value: bytes) -> bytes:
    length = _ATTRIBUTE.size + len(value)
    return _ATTRIBUTE.pack(length, kind) + value + bytes(_aligned(length) - length)


def _aligned(length: int) -> int:
    return (length + 3) & ~3
