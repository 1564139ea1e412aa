"""How wide a text will be drawn, and how it is made to fit.

The viewer's fonts are not known here, so widths are estimates on the wide side: a monospaced
character takes 0.61 of the font's size, as in DejaVu Sans Mono, and none of the usual ones takes
more.
"""

from __future__ import annotations

import textwrap
import unicodedata

CELL = 0.61
"""Width of one monospaced character, as a part of the font's size."""


def cells(text: str) -> int:
    """Return how many monospaced cells the text takes; East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(char) for char in text)


def text_width(text: str, size: float) -> float:
    """Return the width of the text in pixels at a font size in pixels."""
    return cells(text) * CELL * size


def shorten(text: str, limit: int) -> str:
    """Return the text in at most ``limit`` cells; the middle gives way, ends tell apart."""
    if cells(text) <= limit:
        return text
    room = max(limit - 1, 2)
    tail = _cut(text[::-1], room // 2)[::-1]
    return f"{_cut(text, room - room // 2)}…{tail}"


def wrap(text: str, limit: int, lines: int) -> tuple[str, ...]:
    """Return the text in at most ``lines`` lines of at most ``limit`` cells."""
    width = limit if cells(text) == len(text) else limit // 2
    return tuple(textwrap.wrap(text, width, max_lines=lines, placeholder=" …"))


def _cells_of(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _cut(text: str, limit: int) -> str:
    """Return the longest beginning of the text that fits."""
    used = 0
    for index, char in enumerate(text):
        used += _cells_of(char)
        if used > limit:
            return text[:index]
    return text
