"""A ring of capture files: a new one when one is full, the oldest deleted when there are too many.

They are named as dumpcap names them: ``OUT_00001_20240131120000.pcapng``.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Sequence
from itertools import accumulate

from netdiag.sources.recording.block_file import open_file
from netdiag.sources.recording.blocks import Entry
from netdiag.sources.recording.interfaces import MergedInterface, MergedInterfaces
from netdiag.sources.recording.output import WrittenSection


class RingOfFiles:
    """A capture in several files, each of which can be read by itself."""

    def __init__(
        self, path: str, most_bytes: int, most_files: int | None, interfaces: MergedInterfaces
    ) -> None:
        """Begin the first file; ``most_files``: None keeps all of them.

        Raises OutputFailedError, as all that follows.
        """
        self._stem, self._ending = os.path.splitext(path)
        self._most_bytes = most_bytes
        self._most_files = most_files
        self._interfaces = interfaces
        self._paths: deque[str] = deque()
        self._count = 0
        self._section = self._begin()

    @property
    def paths(self) -> Sequence[str]:
        """Return the files that there are, the oldest first."""
        return self._paths

    @property
    def pipe(self) -> int | None:
        """None: nobody waits for files like these."""
        return None

    def describe(self, interface: MergedInterface) -> None:
        """Write a new interface; later files begin with it."""
        self._section.describe(interface)

    def write(self, entries: Sequence[Entry]) -> None:
        """Write packets, a new file begun where one is full; each holds one packet at least."""
        while entries:
            room = self._most_bytes - self._section.file.size
            sizes = accumulate(len(block) for _, _, block in entries)
            fitting = next((at for at, size in enumerate(sizes) if size > room), len(entries))
            if not fitting and not self._section.is_empty:
                self._section.finish()
                self._section = self._begin()
                continue
            fitting = max(1, fitting)
            self._section.write(entries[:fitting])
            entries = entries[fitting:]

    def finish(self) -> None:
        """Complete the last file."""
        self._section.finish()

    def _begin(self) -> WrittenSection:
        if len(self._paths) == self._most_files:
            with contextlib.suppress(FileNotFoundError):  # somebody has taken it away
                os.unlink(self._paths.popleft())
        self._count += 1
        now = time.strftime("%Y%m%d%H%M%S")
        path = f"{self._stem}_{self._count:05d}_{now}{self._ending}"
        self._paths.append(path)
        return WrittenSection(open_file(path), self._interfaces)
