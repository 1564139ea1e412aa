"""The latest packets of a capture that goes on, kept as a small capture file in memory."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import dropwhile
from typing import Final

from netdiag.model.capture_point import CapturePoint
from netdiag.sources.found import CaptureFile
from netdiag.sources.recording.blocks import Entry, pack_section_header
from netdiag.sources.recording.interfaces import MergedInterface, MergedInterfaces

MOST_PACKETS: Final = 200_000
"""Then the oldest are forgotten."""

NAME: Final = "live.pcapng"


class Window:
    """Takes a merged capture (``recording.output.Output``) and keeps its end."""

    def __init__(
        self, interfaces: MergedInterfaces, followed: Callable[[bytes], None] | None = None
    ) -> None:
        """``interfaces``: those of the capture; ``followed`` gets all of it too, as a file."""
        self._interfaces = interfaces
        self._followed = followed
        self._told = 0
        """Interfaces that were described in what is followed."""
        if followed is not None:
            followed(pack_section_header())
        self._entries: deque[Entry] = deque(maxlen=MOST_PACKETS)
        self._forgotten = 0

    @property
    def pipe(self) -> int | None:
        """None: nobody reads it."""
        return None

    def describe(self, interface: MergedInterface) -> None:
        """Take a new interface; it is among those of the capture."""

    def write(self, entries: Sequence[Entry]) -> None:
        """Take packets, by time."""
        self._forgotten += max(0, len(self._entries) + len(entries) - MOST_PACKETS)
        self._entries.extend(entries)
        if self._followed is not None:
            described = self._interfaces.described
            blocks = [each.block for each in described[self._told :]]
            self._told = len(described)
            self._followed(b"".join([*blocks, *(block for _, _, block in entries)]))

    def finish(self) -> None:
        """Nothing is to be completed."""

    def forget_before(self, time_ns: int) -> None:
        """Let go of packets that are older."""
        while self._entries and self._entries[0][0] < time_ns:
            self._entries.popleft()
            self._forgotten += 1

    def capture_file(self, since_ns: int = 0, until_ns: int | None = None) -> CaptureFile:
        """Return what it holds as a file that can be opened once, other packets left out."""
        blocks: list[bytes | bytearray] = [
            pack_section_header(),
            *(each.block for each in self._interfaces.described),
            *(block for _, _, block in self._between(since_ns, until_ns)),
        ]
        data = io.BytesIO(b"".join(blocks))
        return CaptureFile(NAME, CapturePoint(None, None, None), lambda: _Raw(data))

    def before(self, since_ns: int) -> int:
        """Return how many packets came in all before the first one of such a file."""
        late = (index for index, entry in enumerate(self._entries) if entry[0] >= since_ns)
        return self._forgotten + next(late, len(self._entries))

    def _between(self, since_ns: int, until_ns: int | None) -> Iterator[Entry]:
        """Yield packets in one piece: nodes' clocks differ, so times may go back a little."""
        for entry in dropwhile(lambda entry: entry[0] < since_ns, self._entries):
            if until_ns is not None and entry[0] >= until_ns:
                return
            yield entry


class _Raw(io.RawIOBase):
    """Bytes in memory as a raw file."""

    def __init__(self, data: io.BytesIO) -> None:
        self._data = data

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        return self._data.readinto(buffer)
