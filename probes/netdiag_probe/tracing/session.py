"""Drops told as they happen, from the first line to the last count.

What is told is bounded: so many a second, so many in all. Beyond, the program only counts, which
costs next to nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import complain
from netdiag_probe.recording.output import Output
from netdiag_probe.tracing.drops import Drop, read_drop, write_drop, write_line
from netdiag_probe.tracing.noise import is_noise
from netdiag_probe.tracing.symbols import Symbols
from netdiag_probe.tracing.tracer import Tracer

MOST_TOLD = 10_000
MOST_PER_SECOND = 2_000
"""Of records that are read, noise included."""
BOOT_ID = "/proc/sys/kernel/random/boot_id"


class Session:
    """What becomes of what the tracer tells."""

    def __init__(self, tracer: Tracer, labels: Mapping[int, str]) -> None:
        self._tracer = tracer
        self._labels = labels
        """Of network namespaces, by number."""
        self._symbols = Symbols()
        self._told = self._left_out = 0
        self._read_this_second = 0
        self._second_ends = time.monotonic() + 1

    def run(self, lifeline: Lifeline, output: Output) -> None:
        """Tell drops until the end; raise OutputError if nobody can read them."""
        output.write(self._begin())
        complain("armed")
        lifeline.watch(self._tracer.ring.fileno())
        while not lifeline.is_over:
            is_paused = self._read_this_second >= MOST_PER_SECOND
            left = max(self._second_ends - time.monotonic(), 0) if is_paused else None
            output.check(lifeline.wait(left))
            output.write(self._tell())
            self._pace()
        self._tracer.detach()
        output.write(self._tell())
        lost, left_out = self._tracer.count()
        output.write(write_line(event="end", lost=lost, left_out=left_out + self._left_out))

    def _begin(self) -> bytes:
        return write_line(
            event="armed", time_ns=time.time_ns(), boot_id=_read_boot_id(),
            kernel=os.uname().release,
            namespaces={str(number): label for number, label in self._labels.items()},
        )  # fmt: skip

    def _tell(self) -> bytes:
        """Return the lines of all drops that came since."""
        ahead_ns = time.time_ns() - time.monotonic_ns()
        lines = []
        for record in self._tracer.records():
            self._read_this_second += 1
            line = self._describe(read_drop(record), ahead_ns)
            if line is None:
                continue
            if self._told < MOST_TOLD:
                self._told += 1
                lines.append(line)
            else:
                self._left_out += 1
        return b"".join(lines)

    def _describe(self, drop: Drop, ahead_ns: int) -> bytes | None:
        """Return the line that tells of a drop, None if it is noise."""
        reason, function = self._tracer.reasons.name(drop.reason), self._symbols.name(drop.address)
        if is_noise(reason, function, drop.packet):
            return None
        return write_drop(drop, drop.time_ns + ahead_ns, reason, function, self._labels)

    def _pace(self) -> None:
        """Have the program stop or tell again, by what was read this second and in all."""
        now = time.monotonic()
        if now >= self._second_ends:
            self._read_this_second, self._second_ends = 0, now + 1
        is_enough = self._read_this_second >= MOST_PER_SECOND or self._told >= MOST_TOLD
        self._tracer.ring.stop(is_enough)


def _read_boot_id() -> str:
    try:
        with open(BOOT_ID, encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""
