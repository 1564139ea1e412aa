"""Which bytes of a header each of its fields was read from."""

from __future__ import annotations

from typing import Any

from netdiag.model.header_tree import HeaderField

MOST_FIELDS = 512
"""Of one header."""
MOST_DEPTH = 4
"""Of headers within fields: options, DNS records."""
MOST_CHARACTERS = 300
"""Of one value."""
COUNTED = frozenset({"id", "seq", "vni", "key", "seqence_number"})
"""Fields that scapy tells in hexadecimal, and everybody else in decimal."""


def fields_of(header: Any, data: bytes, start: int, depth: int = 0) -> tuple[HeaderField, ...]:
    """Return the fields of a header that was read from ``data``, which is at ``start``.

    They are read once more, one by one, and what is left of the bytes tells how far each reaches.
    Where scapy no longer follows, the fields so far are returned.
    """
    found: list[HeaderField] = []
    rest: Any = data
    size = len(data)
    try:
        for field in header.fields_desc:
            if len(found) == MOST_FIELDS:
                break
            begin = _bits_read(rest, size)
            rest, value = field.getfield(header, rest)
            end = _bits_read(rest, size)
            if field.name not in header.fields or (value is None and field.isconditional):
                continue
            at, upto = begin // 8, -(-end // 8)
            value = header.fields[field.name]
            if upto == at and not value:
                continue
            children = _children(value, data[at:upto], start + at, depth)
            words = _words(header, field, value, bool(children))
            found.append(HeaderField(field.name, words, start + at, max(upto - at, 0), children))
    except Exception:
        return tuple(found)
    return tuple(found)


def _bits_read(rest: Any, size: int) -> int:
    """Return how many bits are read when this is left: bytes, or bytes and the bits read of them.

    scapy hands on ``(bytes, bits)`` between bit fields that share a byte.
    """
    if isinstance(rest, tuple):
        return (size - len(rest[0])) * 8 + int(rest[1])
    return (size - len(rest)) * 8


def _children(value: Any, data: bytes, start: int, depth: int) -> tuple[HeaderField, ...]:
    """Return the fields of headers within a field, if they make up its bytes one after another."""
    parts = value if isinstance(value, list) else [value]
    if depth >= MOST_DEPTH or not parts or not all(hasattr(part, "fields_desc") for part in parts):
        return ()
    children = []
    at = 0
    for part in parts[:MOST_FIELDS]:
        own = bytes(part)
        if data[at : at + len(own)] != own:
            return ()
        inner = fields_of(part, own, start + at, depth + 1)
        children.append(HeaderField(str(part.name), "", start + at, len(own), inner))
        at += len(own)
    return tuple(children)


def _words(header: Any, field: Any, value: Any, has_children: bool) -> str:
    if has_children:
        return ""
    if isinstance(value, (bytes, bytearray)):
        words = _text(value) or value[: MOST_CHARACTERS // 2].hex(" ")
    else:
        words = str(field.i2repr(header, value))
    if words.startswith("0x") and field.name in COUNTED:
        words = f"{value} ({words})"
    return words if len(words) <= MOST_CHARACTERS else f"{words[:MOST_CHARACTERS]}…"


def _text(value: bytes | bytearray) -> str:
    """Return bytes that are a word of ASCII, as a name; nothing if they are not."""
    is_text = value.isascii() and value.decode("ascii").isprintable()
    return value.decode("ascii") if is_text and len(value) <= MOST_CHARACTERS else ""
