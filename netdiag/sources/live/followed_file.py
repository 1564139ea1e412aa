"""A capture that goes on, as a file without a name that others read while it is written."""

from __future__ import annotations

import os
from typing import Final

from netdiag.sources.temporary_files import temporary_file

MOST_BYTES: Final = 1 << 30
"""Then nothing more is added; whoever follows sees no further packets."""


class FollowedFile:
    """Takes bytes as long as there is room; the kernel frees it with the last who reads it."""

    def __init__(self) -> None:
        self._file = temporary_file(buffering=0)  # as long as this
        self._size = 0

    @property
    def descriptor(self) -> int:
        """Where it can be read, at any place."""
        return self._file.fileno()

    @property
    def is_full(self) -> bool:
        """Tell whether nothing more is added."""
        return self._size >= MOST_BYTES

    def write(self, data: bytes) -> None:
        """Append whole blocks, or nothing any longer once there is no room."""
        if self._size + len(data) > MOST_BYTES:
            self._size = MOST_BYTES
            return
        try:
            written = os.write(self.descriptor, data)
        except OSError:
            written = -1
        self._size = self._size + written if written == len(data) else MOST_BYTES
