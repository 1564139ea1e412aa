"""The bytes of a packet, as they were and as they become."""

from __future__ import annotations

from netdiag.sources.redaction.mapping import Mapping
from netdiag.sources.redaction.sums import is_unfinished, moved, sum_words, unfinished


class PacketBytes:
    """A packet that is being rewritten in place; what was is kept for the checksums."""

    def __init__(self, mapping: Mapping, data: bytes) -> None:
        self._mapping = mapping
        self.old = data
        self.new = bytearray(data)

    def clear(self, at: int, end: int) -> None:
        """Fill with zeros."""
        if end > at:
            self.new[at:end] = bytes(end - at)

    def word(self, at: int) -> int:
        """Return two bytes as they were, as a number."""
        return int.from_bytes(self.old[at : at + 2], "big")

    def map_mac(self, at: int) -> None:
        """Map six bytes."""
        self.new[at : at + 6] = self._mapping.mac(self.old[at : at + 6])

    def map_ip(self, at: int, size: int) -> None:
        """Map 4 or 16 bytes."""
        self.new[at : at + size] = self._mapping.packed(self.old[at : at + size])

    def move_checksum(
        self, field: int, start: int, end: int, pseudo: tuple[int, int] = (0, 0)
    ) -> None:
        """Move the checksum at ``field`` over ``start`` to ``end`` by what changed there.

        ``pseudo``: the sum of the pseudo header before and after.
        """
        if field + 2 > len(self.old):
            return
        was = self.word(field)
        before = sum_words(self.old[start:end]) + pseudo[0]
        after = sum_words(self.new[start:end]) + pseudo[1]
        self._store(field, moved(was, before, after))

    def move_transport_checksum(
        self, field: int, start: int, end: int, pseudo: tuple[int, int]
    ) -> None:
        """Move a checksum that a NIC may have to finish: then it is of the pseudo header alone."""
        if field + 2 > end:
            return
        if is_unfinished(self.word(field), pseudo[0]):
            self._store(field, unfinished(pseudo[1]))
        else:
            self.move_checksum(field, start, end, pseudo)

    def _store(self, field: int, value: int) -> None:
        self.new[field : field + 2] = value.to_bytes(2, "big")
