"""One packet taken apart into headers and fields, each with the bytes that it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class HeaderField:
    """A header, or a field of one. All text is hostile: it may come from the packet."""

    name: str
    """``IPv4``, ``ttl``."""
    value: str
    """In words; of a header a summary, or empty."""
    start: int
    """Where its first byte is in the packet, from 0."""
    size: int
    """Bytes that it touches; 0 = it stands for nothing in the packet, as a checksum's verdict."""
    children: tuple[HeaderField, ...] = ()


@dataclass(frozen=True)
class HeaderTree:
    """A packet's headers, outermost first."""

    headers: tuple[HeaderField, ...]
    problem: str = ""
    """Why there is no more, in a sentence; empty = all was read."""


def walk(fields: tuple[HeaderField, ...]) -> Iterator[HeaderField]:
    """Yield fields and all that is within them, in the order of the tree."""
    waiting = list(reversed(fields))
    while waiting:
        field = waiting.pop()
        yield field
        waiting += reversed(field.children)
