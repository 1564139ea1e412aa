"""Packets of captures that are still being written, as records for a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event, Lock, Thread

from netdiag.model.capture_point import CapturePoint
from netdiag.sources.capture_file import OpenCapture, open_capture
from netdiag.sources.found import CaptureFile, Problem
from netdiag.sources.growing import GrowingReader
from netdiag.sources.packet_list import BATCH_SECONDS, Recorder

WAIT_SECONDS = 0.05
BUFFER_BYTES = 64 * 1024
MOST_WAITING = 200_000
"""Records; a reader that is further ahead than that waits."""


class GrowingList:
    """Follows each capture by a thread of its own, and tells their packets in order of time."""

    def __init__(self, recorder: Recorder, udp_tunnels: bytes, ended: Event) -> None:
        """``ended`` is set when nothing more will be written."""
        self._recorder = recorder
        self._udp_tunnels = udp_tunnels
        self._ended = ended
        self._lock = Lock()
        self._waiting: list[tuple[int, bytes]] = []
        self._read = 0
        self.problems: list[Problem] = []
        """What could not be read."""

    def follow(
        self,
        files: Sequence[tuple[str, CapturePoint, int]],
        tell: Callable[[bytes, int], None],
    ) -> None:
        """Read files (label, place, descriptor) until they have ended; tell what comes."""
        threads = [
            Thread(target=self._follow, args=(*file, number), daemon=True)
            for number, file in enumerate(files)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self._ended.wait(BATCH_SECONDS)
            if self._ended.is_set():
                for thread in threads:
                    thread.join(BATCH_SECONDS)
            self._tell(tell)
        self._tell(tell)

    def _tell(self, tell: Callable[[bytes, int], None]) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
            read = self._read
        waiting.sort(key=_time)
        if waiting or not read:
            tell(b"".join(record for _, record in waiting), read)

    def _wait(self) -> bool:
        return not self._ended.wait(WAIT_SECONDS)

    def _follow(self, label: str, point: CapturePoint, descriptor: int, number: int) -> None:
        raw = GrowingReader(descriptor, self._wait)
        wanted = CaptureFile(label, point, lambda: raw)
        opened = open_capture(wanted, self._udp_tunnels, BUFFER_BYTES)
        if isinstance(opened, Problem):
            self.problems.append(opened)
        else:
            self._read_all(opened, number)

    def _read_all(self, capture: OpenCapture, number: int) -> None:
        reader = capture.reader
        while reader.next():
            while len(self._waiting) > MOST_WAITING:
                self._ended.wait(WAIT_SECONDS)
            with self._lock:
                record = self._recorder.record(capture, number, True)
                self._read += 1
                if record is not None:
                    self._waiting.append((reader.time_ns(), record))
        broken = capture.problem()
        if broken is not None:
            self.problems.append(broken)


def _time(waiting: tuple[int, bytes]) -> int:
    return waiting[0]
