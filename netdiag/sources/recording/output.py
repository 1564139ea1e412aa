"""Where a merged capture goes: what takes its packets, and one file that does."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from netdiag.sources.recording.block_file import BlockFile
from netdiag.sources.recording.blocks import Entry, pack_section_header
from netdiag.sources.recording.interfaces import MergedInterface, MergedInterfaces
from netdiag.sources.recording.section import count_by_interface


class Output(Protocol):
    """What takes a merged capture."""

    @property
    def pipe(self) -> int | None:
        """What hangs up when a reader is gone; None: nothing does."""

    def describe(self, interface: MergedInterface) -> None:
        """Take a new interface."""

    def write(self, entries: Sequence[Entry]) -> None:
        """Take packets, and pass them on at once.

        Raises OutputGoneError, OutputFailedError, as all of these.
        """

    def finish(self) -> None:
        """Write statistics and close."""


class WrittenSection:
    """One complete section in a file: header, interfaces, packets, statistics."""

    def __init__(self, file: BlockFile, interfaces: MergedInterfaces) -> None:
        """Write the header, and the interfaces that there are."""
        self.file = file
        self._interfaces = interfaces
        self._dropped_before = dict(interfaces.dropped)
        self._started_ns = time.time_ns()
        self._written: Counter[int] = Counter()
        file.write([pack_section_header(), *(each.block for each in interfaces.described)])

    @property
    def is_empty(self) -> bool:
        """Tell whether it has no packet yet."""
        return not self._written

    def describe(self, interface: MergedInterface) -> None:
        """Write a new interface."""
        self.file.write([interface.block])

    def write(self, entries: Sequence[Entry]) -> None:
        """Write packets."""
        self.file.write([block for _, _, block in entries])
        self._written += count_by_interface(entries)

    def finish(self) -> None:
        """Write the statistics and close the file."""
        try:
            self.file.write(
                self._interfaces.statistics(self._written, self._dropped_before, self._started_ns)
            )
        finally:
            self.file.close()


class OneFile:
    """All of a capture in one file."""

    def __init__(self, file: BlockFile, interfaces: MergedInterfaces) -> None:
        """Begin it. Raises OutputGoneError, OutputFailedError, as all that follows."""
        self._section = WrittenSection(file, interfaces)

    @property
    def pipe(self) -> int | None:
        """Its descriptor."""
        return self._section.file.descriptor

    def describe(self, interface: MergedInterface) -> None:
        """Write a new interface."""
        self._section.describe(interface)

    def write(self, entries: Sequence[Entry]) -> None:
        """Write packets."""
        self._section.write(entries)

    def finish(self) -> None:
        """Write the statistics and close it."""
        self._section.finish()
