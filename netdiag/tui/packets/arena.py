"""Records of packets in chunks of fixed size: a bounded list whose oldest rows give way.

A packet's *number* counts from the first that was ever added, and stays when older ones go.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from netdiag.model.packet_record import LAYOUT, RECORD_BYTES, RECORD_WORDS, PacketRecord

CHUNK_RECORDS = 65_536
CHUNK_BYTES = CHUNK_RECORDS * RECORD_BYTES
MOST_RECORDS = 2_097_152
"""Of one list: 96 MiB."""


class Arena:
    """Packets of one list, by their numbers."""

    def __init__(self, most: int = MOST_RECORDS) -> None:
        """Keep ``most`` records, or up to a chunk more."""
        self._most_chunks = max(most // CHUNK_RECORDS, 1) + 1
        self._chunks: deque[bytearray] = deque()
        self.first = 0
        """The number of the oldest that is there; so many are gone."""
        self.end = 0
        """The number after that of the newest."""

    def __len__(self) -> int:
        """Return how many there are."""
        return self.end - self.first

    def add(self, records: bytes) -> None:
        """Append records; what does not fit into whole ones is left out."""
        whole = len(records) // RECORD_BYTES * RECORD_BYTES
        view = memoryview(records)[:whole]
        while view:
            if not self._chunks or len(self._chunks[-1]) == CHUNK_BYTES:
                self._begin_chunk()
            chunk = self._chunks[-1]
            piece = view[: CHUNK_BYTES - len(chunk)]
            chunk += piece
            view = view[len(piece) :]
        self.end += whole // RECORD_BYTES

    def _begin_chunk(self) -> None:
        if len(self._chunks) == self._most_chunks:
            self._chunks.popleft()
            self.first += CHUNK_RECORDS
        self._chunks.append(bytearray())

    def __getitem__(self, number: int) -> PacketRecord:
        """Return the record with a number; raises IndexError if it is not there."""
        if not self.first <= number < self.end:
            raise IndexError(number)
        chunk, index = divmod(number - self.first, CHUNK_RECORDS)
        return PacketRecord._make(LAYOUT.unpack_from(self._chunks[chunk], index * RECORD_BYTES))

    def find(self, key: int) -> int | None:
        """Return the number of the packet with a key."""
        wanted = key.to_bytes(8, "little")
        for order, chunk in enumerate(self._chunks):
            at = chunk.find(wanted)
            while at >= 0 and at % RECORD_BYTES:
                at = chunk.find(wanted, at + 1)
            if at >= 0:
                return self.first + order * CHUNK_RECORDS + at // RECORD_BYTES
        return None

    def pieces(self) -> list[bytes]:
        """Return a copy of all records, in pieces."""
        return [bytes(chunk) for chunk in self._chunks]


def keys_of(records: bytes) -> Iterator[int]:
    """Yield the keys of records."""
    whole = len(records) // RECORD_BYTES * RECORD_BYTES
    yield from memoryview(records)[:whole].cast("Q")[::RECORD_WORDS].tolist()
