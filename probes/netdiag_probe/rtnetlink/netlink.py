"""A netlink socket: asks for all objects of a kind, and takes their messages apart.

Layouts: ``linux/netlink.h``, ``linux/rtnetlink.h``.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import NamedTuple

NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLM_F_DUMP_INTERRUPTED = 0x10
TYPE_MASK = 0x3FFF
"""Of an attribute's type: without NLA_F_NESTED and NLA_F_NET_BYTEORDER."""

_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_ERROR = struct.Struct("=i")
_BUFFER_BYTES = 256 * 1024
_SECONDS = 5.0
_TRIES = 3
"""How often a dump is asked for that changed while it was read."""

Attributes = dict[int, bytes]


class Message(NamedTuple):
    """One object."""

    header: bytes
    """Its fixed part, as ``struct ifinfomsg``."""
    attributes: Attributes


class Netlink:
    """A socket for the network namespace that the thread is in. Raises OSError."""

    def __init__(self) -> None:
        self._socket = socket.socket(
            socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE
        )
        self._socket.settimeout(_SECONDS)
        self._buffer = bytearray(_BUFFER_BYTES)
        self._sequence = 0

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def __enter__(self) -> Netlink:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def dump(self, request: int, body: bytes, header_bytes: int) -> list[Message]:
        """Return all objects; ``body`` is the request's fixed part and its attributes.

        If objects came or went while they were read, they are asked for again, at most twice.
        """
        for _ in range(_TRIES):
            self._send(request, NLM_F_DUMP, body)
            messages, is_whole = self._receive(header_bytes)
            if is_whole:
                break
        return messages

    def get(self, request: int, body: bytes, header_bytes: int) -> Message:
        """Return the one object that is asked for."""
        self._send(request, NLM_F_ACK, body)
        messages, _ = self._receive(header_bytes)
        if not messages:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        return messages[0]

    def _send(self, request: int, flags: int, body: bytes) -> None:
        self._sequence += 1
        length = _HEADER.size + len(body)
        header = _HEADER.pack(length, request, NLM_F_REQUEST | flags, self._sequence, 0)
        self._socket.send(header + body)

    def _receive(self, header_bytes: int) -> tuple[list[Message], bool]:
        messages: list[Message] = []
        is_whole = True
        while True:
            length = self._socket.recv_into(self._buffer)
            for kind, flags, sequence, body in split_messages(bytes(self._buffer[:length])):
                if sequence != self._sequence:
                    continue
                is_whole = is_whole and not flags & NLM_F_DUMP_INTERRUPTED
                if kind in (NLMSG_DONE, NLMSG_ERROR):
                    _check(body)
                    return messages, is_whole
                attributes = read_attributes(body[header_bytes:])
                messages.append(Message(body[:header_bytes], attributes))


def split_messages(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield type, flags, sequence number and body of messages."""
    position = 0
    while position + _HEADER.size <= len(data):
        length, kind, flags, sequence, _ = _HEADER.unpack_from(data, position)
        if length < _HEADER.size:
            return
        yield kind, flags, sequence, data[position + _HEADER.size : position + length]
        position += (length + 3) & ~3


def read_attributes(data: bytes) -> Attributes:
    """Return attributes by type; of one that is there twice, the last."""
    return dict(iterate_attributes(data))


def iterate_attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield types and values of attributes, up to one that breaks off."""
    position = 0
    while position + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, position)
        if length < _ATTRIBUTE.size or position + length > len(data):
            return
        yield kind & TYPE_MASK, data[position + _ATTRIBUTE.size : position + length]
        position += (length + 3) & ~3


def number(value: bytes, order: str | None = None) -> int:
    """Return an unsigned number of any width, in the machine's order unless told otherwise."""
    return int.from_bytes(value, "big" if (order or sys.byteorder) == "big" else "little")


def text(value: bytes) -> str:
    """Return a string without its final NUL."""
    return value.split(b"\0", 1)[0].decode("utf-8", "replace")


def _check(body: bytes) -> None:
    """Raise OSError if the kernel refused."""
    code = -_ERROR.unpack_from(body)[0] if len(body) >= _ERROR.size else 0
    if code > 0:
        raise OSError(code, os.strerror(code))
