"""A frame that is to be shown as soon as it is there."""

from __future__ import annotations

from typing import NamedTuple

from netdiag.model.packet_record import packet_key
from netdiag.tui.messages import JumpToFrame
from netdiag.tui.packets.book import PacketBook


class Look(NamedTuple):
    """What came of looking for it."""

    number: int | None = None
    """Of the packet in the list that is shown."""
    words: str = ""
    """What the user should know, as that it is not there."""


class WantedFrame:
    """Remembers which frame a message leads to, until it was found or cannot be."""

    def __init__(self) -> None:
        self._wanted: JumpToFrame | None = None

    def want(self, message: JumpToFrame) -> None:
        """Look for this one from now on."""
        self._wanted = message

    def look(self, book: PacketBook) -> Look:
        """Look for it among what has been read; end a filter that hides it."""
        wanted, source = self._wanted, book.source
        if wanted is None or source is None:
            return Look()
        file = source.file_number(wanted.file)
        if file is not None:
            words = ""
            if book.in_all(file, wanted.frame) and book.find(file, wanted.frame) is None:
                book.filter("")
                words = "the filter hid this packet: all are shown"
            number = book.find(file, wanted.frame)
            if number is not None:
                self._wanted = None
                return Look(number, words)
            is_near = book.shown.near == packet_key(file, wanted.frame)
            if not (source.is_live or is_near) and book.is_gone(file, wanted.frame):
                book.show_near(file, wanted.frame)
                return Look(None, "the list begins later: packets near this one are shown")
        if not (book.shown if book.shown.near else book.all).is_complete:
            return Look()
        self._wanted = None
        return Look(None, f"{wanted.file}: packet {wanted.frame} is not among those that are kept")
