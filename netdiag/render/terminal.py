"""What may reach a terminal, and in which colours."""

from __future__ import annotations

from typing import NamedTuple


class Palette(NamedTuple):
    """Escape sequences before each kind of text, and one that ends it; all empty = no colour."""

    time: str = ""
    place: str = ""
    tunnel: str = ""
    problem: str = ""
    end: str = ""


PLAIN = Palette()
COLOURED = Palette("\x1b[2m", "\x1b[36m", "\x1b[35m", "\x1b[31m", "\x1b[0m")


def printable(text: str) -> str:
    """Return text with everything escaped that is not a printable character.

    Control characters, bidirectional marks and undecodable bytes become ``\\xNN`` or ``\\uNNNN``.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    number = ord(char)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
