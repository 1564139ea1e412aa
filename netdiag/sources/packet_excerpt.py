"""Records of one packet and of those near it, out of captures with more than a list keeps."""

from __future__ import annotations

from collections import deque

from netdiag.model.packet_record import packet_key
from netdiag.sources.capture_file import OpenCapture
from netdiag.sources.packet_list import Recorder

BEFORE, AFTER = 10_000, 100_000
"""So many packets before the one that is wanted, and after it."""


class Excerpt:
    """Hands on nothing until the wanted packet comes, then it with others; ends after enough."""

    def __init__(self, recorder: Recorder, wanted: int) -> None:
        """``wanted`` is the packet's key."""
        self._recorder = recorder
        self._wanted = wanted
        self._before: deque[bytes] = deque(maxlen=BEFORE)
        self._is_met = False
        self._after = 0

    @property
    def is_over(self) -> bool:
        """Whether no more packets are needed."""
        return self._after >= AFTER

    def record(self, capture: OpenCapture, number: int, is_plain: bool) -> bytes | None:
        """Return records of packets that are due, one after another; None = none now."""
        found = self._recorder.record(capture, number, is_plain)
        if found is None or self._is_met:
            self._after += found is not None
            return found
        self._before.append(found)
        if packet_key(number, capture.reader.frame) != self._wanted:
            return None
        self._is_met = True
        return b"".join(self._before)
