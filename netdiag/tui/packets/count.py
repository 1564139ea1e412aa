"""How many packets there are, in words: shown, read, marked, gone."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.packet_record import FRAME_BITS
from netdiag.tui.packets.book import PacketBook
from netdiag.tui.theme import Ink

NARROW = 110
FRAME_MASK = (1 << FRAME_BITS) - 1


def count_words(book: PacketBook, follows: bool, width: int, ink: Ink) -> Text:
    """Return the words for the end of the filter's line."""
    shown = book.shown
    words = Text(end="")
    if follows:
        words.append("following ", ink.good)
    if len(book.marks):
        words.append(f"●{len(book.marks):,} ", ink.warning)
    if shown.arena.first:
        gone = f"{shown.arena.first:,} oldest gone " if width >= NARROW else "oldest gone "
        words.append(gone, ink.warning)
    if shown.near:
        words.append(f"near packet {shown.near & FRAME_MASK:,} ", ink.warning)
    total = f" of {shown.read:,}" if shown.expression else ""
    words.append(f"{len(shown.arena):,}{total}", ink.heading)
    if not shown.is_complete and book.source is not None:
        words.append("…", ink.heading)
    if shown.problem:
        words.append(" ✗ incomplete", ink.problem)
    return words
