"""Messages between the processes of a session: msgpack, the number of its bytes before it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

LENGTH_BYTES = 8
STDIN = 0
MOST_BYTES = 1 << 31
Message = TypeVar("Message")


def with_length(data: bytes) -> bytes:
    """Return bytes, their number first."""
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


def read_one(read: Callable[[int], bytes]) -> bytes | None:
    """Return the bytes after a length; None at the end."""
    length = read(LENGTH_BYTES)
    size = int.from_bytes(length, "big")
    return read(size) if len(length) == LENGTH_BYTES and size <= MOST_BYTES else None


def encode_message(message: object) -> bytes:
    """Return a message's bytes, their number first."""
    return with_length(msgspec.msgpack.encode(message))


def decode_messages(
    read: Callable[[int], bytes], decoder: msgspec.msgpack.Decoder[Message]
) -> Iterator[Message]:
    """Yield messages until the stream ends; ``read`` returns fewer bytes only at the end."""
    while (data := read_one(read)) is not None:
        try:
            yield decoder.decode(data)
        except msgspec.DecodeError:
            return


def read_stdin(size: int) -> bytes:
    """Return so many bytes, fewer at the end; nothing more is read, so that it can be polled."""
    data = bytearray()
    while len(data) < size and (chunk := os.read(STDIN, size - len(data))):
        data += chunk
    return bytes(data)
