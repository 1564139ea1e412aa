"""Where the bytes of packets are, and one packet's bytes out of it."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Mapping

from netdiag.cli.sessions.packet_frames import FileTold, StoreTold
from netdiag.model.packet_record import NOT_KEPT, PacketRecord

MOST_OPEN = 32
"""Of capture files; those that were read least lately are closed."""
LARGEST_PACKET = 262_144


class PacketStores:
    """Opens capture files when a packet of theirs is asked for, and knows temporary files."""

    def __init__(self, growing: Mapping[int, int] | None = None) -> None:
        """``growing`` are descriptors of captures that are still written, by their numbers."""
        self.files: list[FileTold] = []
        self._growing = dict(growing or {})
        self._temporary: dict[int, int] = {}
        self._open: OrderedDict[int, int] = OrderedDict()

    def tell_files(self, files: list[FileTold]) -> None:
        """Take which files there are; those that are known stay as they are."""
        if not self.files:
            self.files = files

    def add_temporary(self, number: int, descriptor: int) -> None:
        """Add a temporary file, to be closed here; one of the same number gives way."""
        self.drop_temporary(number)
        self._temporary[number] = descriptor

    def drop_temporary(self, number: int) -> None:
        """Close a temporary file."""
        descriptor = self._temporary.pop(number, None)
        if descriptor is not None:
            os.close(descriptor)

    def read_into(self, record: PacketRecord, buffer: bytearray) -> int:
        """Read a packet's bytes to the start of a buffer; return how many, -1 = not there."""
        size = record.captured
        if record.offset == NOT_KEPT or size > min(len(buffer), LARGEST_PACKET):
            return -1
        descriptor = self._descriptor(record)
        if descriptor is None:
            return -1
        try:
            count = os.preadv(descriptor, [memoryview(buffer)[:size]], record.offset)
        except OSError:
            return -1
        return count if count == size else -1

    def told(self) -> tuple[dict[int, StoreTold], dict[int, StoreTold]]:
        """Return where files and temporary files are, for another process."""
        files = {
            number: StoreTold(file.path, self._growing.get(number, -1))
            for number, file in enumerate(self.files)
        }
        return files, {number: StoreTold("", fd) for number, fd in self._temporary.items()}

    def descriptors(self) -> tuple[int, ...]:
        """Return those that another process needs."""
        return (*self._growing.values(), *self._temporary.values())

    def close(self) -> None:
        """Close all but captures that are still written, which are not ours."""
        for number in list(self._temporary):
            self.drop_temporary(number)
        while self._open:
            os.close(self._open.popitem()[1])

    def _descriptor(self, record: PacketRecord) -> int | None:
        if record.store:
            return self._temporary.get(record.store)
        number = record.file
        if number in self._growing:
            return self._growing[number]
        if number in self._open:
            self._open.move_to_end(number)
            return self._open[number]
        return self._opened(number)

    def _opened(self, number: int) -> int | None:
        """Open a capture file, if it is still the one that was listed."""
        if number >= len(self.files):
            return None
        file = self.files[number]
        try:
            descriptor = os.open(file.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except (OSError, ValueError):
            return None
        status = os.fstat(descriptor)
        if (status.st_dev, status.st_ino) != (file.device, file.inode):
            os.close(descriptor)
            return None
        self._open[number] = descriptor
        if len(self._open) > MOST_OPEN:
            os.close(self._open.popitem(last=False)[1])
        return descriptor
