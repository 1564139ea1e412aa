"""A netlink socket of netfilter: requests, transactions, and messages that it sends by itself.

Layouts: linux/netfilter/nfnetlink.h.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import NamedTuple

from netdiag_probe.rtnetlink.netlink import (
    NLM_F_DUMP,
    NLM_F_REQUEST,
    NLMSG_DONE,
    NLMSG_ERROR,
    Attributes,
    iterate_attributes,
    read_attributes,
    split_messages,
)

NETLINK_NETFILTER = 12
LOGS, TABLES = 4, 10
"""Subsystems: NFNL_SUBSYS_ULOG, NFNL_SUBSYS_NFTABLES."""
NLM_F_ACK, NLM_F_CREATE, NLM_F_APPEND = 0x4, 0x400, 0x800
NESTED = 0x8000

_BATCH_BEGIN, _BATCH_END = 0x10, 0x11
_SO_SNDBUFFORCE = 32
_SPARE_BYTES = 4096
"""Of a buffer for sending, more than the message: the kernel counts something in."""
_SOL_NETLINK, _ADD_MEMBERSHIP = 270, 1
_HEADER = struct.Struct("=IHHII")
_FAMILY = struct.Struct("!BBH")
"""Struct nfgenmsg: family, version, a number in network order."""
_ATTRIBUTE = struct.Struct("=HH")
_ERROR = struct.Struct("=i")
_SECONDS = 5.0
_BUFFER_BYTES = 256 * 1024
_WAITING_BYTES = 2 * 1024 * 1024
"""What the kernel may hold for us while we are busy."""


class Message(NamedTuple):
    """A message of the kernel."""

    kind: int
    """The subsystem in the high byte."""
    family: int
    """NFPROTO_ number."""
    attributes: Attributes


class Request(NamedTuple):
    """A message to the kernel."""

    kind: int
    family: int
    body: bytes
    """Attributes."""
    flags: int = NLM_F_REQUEST
    number: int = 0
    """A log group, in requests about those."""


class Nfnetlink:
    """A socket for the network namespace that the thread is in. Raises OSError."""

    def __init__(self, group: int | None = None) -> None:
        """Open it; ``group``: what to hear of without asking."""
        kind = socket.SOCK_RAW | socket.SOCK_CLOEXEC
        self._socket = socket.socket(socket.AF_NETLINK, kind, NETLINK_NETFILTER)
        self._sequence = 0
        try:
            self._socket.settimeout(_SECONDS)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WAITING_BYTES)
            self._socket.bind((0, 0))
            if group is not None:
                self._socket.setsockopt(_SOL_NETLINK, _ADD_MEMBERSHIP, group)
        except OSError:
            self._socket.close()
            raise

    def __enter__(self) -> Nfnetlink:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def fileno(self) -> int:
        """Return what is readable when there is a message."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close it: the kernel removes what it owned."""
        self._socket.close()

    def ask(self, subsystem: int, request: Request) -> None:
        """Have one request done."""
        flags = request.flags | NLM_F_ACK
        self._socket.send(self._pack(subsystem, request._replace(flags=flags)))
        self._await(self._sequence)

    def change(self, subsystem: int, requests: Sequence[Request]) -> None:
        """Have requests done all together, or none of them."""
        begin = Request(_BATCH_BEGIN, 0, b"", number=subsystem)
        end = Request(_BATCH_END, 0, b"", number=subsystem)
        parts = [self._pack(0, begin)]
        parts += [self._pack(subsystem, request) for request in requests[:-1]]
        last = requests[-1]
        parts.append(self._pack(subsystem, last._replace(flags=last.flags | NLM_F_ACK)))
        acknowledged = self._sequence
        parts.append(self._pack(0, end))
        batch = b"".join(parts)
        self._make_room(len(batch))
        self._socket.send(batch)
        self._await(acknowledged)

    def _make_room(self, size: int) -> None:
        """Let a batch be sent at once, beyond net.core.wmem_max if need be."""
        if size + _SPARE_BYTES > self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF):
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_SNDBUFFORCE, size + _SPARE_BYTES)

    def dump(self, subsystem: int, request: Request) -> list[Message]:
        """Return all objects that a request is about."""
        asked = request._replace(flags=NLM_F_REQUEST | NLM_F_DUMP)
        self._socket.send(self._pack(subsystem, asked))
        found: list[Message] = []
        while True:
            for kind, _, sequence, body in split_messages(self._socket.recv(_BUFFER_BYTES)):
                if sequence != self._sequence:
                    continue
                if kind in (NLMSG_DONE, NLMSG_ERROR):
                    _check(body)
                    return found
                found.append(_read(kind, body))

    def hear(self) -> list[Message]:
        """Return the messages that have come. Raise OSError ENOBUFS if some were lost."""
        found: list[Message] = []
        self._socket.setblocking(False)
        while True:
            try:
                data = self._socket.recv(_BUFFER_BYTES)
            except BlockingIOError:
                return found
            except OSError as error:
                if error.errno == errno.ENOBUFS and found:
                    return found  # the next call tells
                raise
            found += [_read(kind, body) for kind, _, _, body in split_messages(data)]

    def _pack(self, subsystem: int, request: Request) -> bytes:
        self._sequence += 1
        body = _FAMILY.pack(request.family, 0, request.number) + request.body
        kind = subsystem << 8 | request.kind
        length = _HEADER.size + len(body)
        return _HEADER.pack(length, kind, request.flags, self._sequence, 0) + body

    def _await(self, sequence: int) -> None:
        """Wait for an acknowledgement, or for the first refusal."""
        while True:
            for kind, _, answered, body in split_messages(self._socket.recv(_BUFFER_BYTES)):
                if kind == NLMSG_ERROR:
                    _check(body)
                    if answered == sequence:
                        return


def attribute(kind: int, value: bytes) -> bytes:
    """Return an attribute."""
    return _ATTRIBUTE.pack(_ATTRIBUTE.size + len(value), kind) + value + bytes(-len(value) % 4)


def nested(kind: int, *attributes: bytes) -> bytes:
    """Return an attribute made of attributes."""
    return attribute(kind | NESTED, b"".join(attributes))


def word(kind: int, value: int) -> bytes:
    """Return an attribute that is a 32-bit number in network order."""
    return attribute(kind, struct.pack("!I", value & 0xFFFFFFFF))


def string(kind: int, value: str) -> bytes:
    """Return an attribute that is a string."""
    return attribute(kind, value.encode() + b"\0")


def list_elements(value: bytes) -> Iterator[Attributes]:
    """Yield the attributes of each element of a nested list."""
    for _, element in iterate_attributes(value):
        yield read_attributes(element)


def _read(kind: int, body: bytes) -> Message:
    family = body[0] if body else 0
    return Message(kind, family, read_attributes(body[_FAMILY.size :]))


def _check(body: bytes) -> None:
    """Raise OSError if the kernel refused."""
    code = -_ERROR.unpack_from(body)[0] if len(body) >= _ERROR.size else 0
    if code > 0:
        raise OSError(code, os.strerror(code))
