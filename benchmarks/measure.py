"""Run one whole process and say what it cost: CPU time, peak memory, exit status."""

import os
import resource
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_REPOSITORY = Path(__file__).parent.parent
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Usage:
    """What a finished process used."""

    cpu_seconds: float
    """User and system time of the process and of all children that it waited for."""
    peak_bytes: int
    status: int
    """Exit status; negative: the signal that ended it."""


def run_process(arguments: Sequence[str]) -> Usage:
    """Run a program in the repository's root, its output thrown away, and wait for its end.

    The kernel carries ru_maxrss across execve, and between fork and exec the child is this process:
    no peak can be below this process' own, see ``own_peak_bytes``.
    """
    # Not a context manager: its exit would wait for the child a second time.
    process = subprocess.Popen(
        arguments,
        cwd=_REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, wait_status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(wait_status)
    return Usage(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, process.returncode)


def own_peak_bytes() -> int:
    """Return this process' own peak memory, the least that ``run_process`` can report."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def read_into_page_cache(path: Path) -> None:
    """Read a file once, so that no measured command waits for the disk."""
    buffer = bytearray(_READ_BYTES)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def merge(first: Usage, second: Usage) -> Usage:
    """Return the better CPU time and the worse memory of two runs of one command."""
    return Usage(
        min(first.cpu_seconds, second.cpu_seconds),
        max(first.peak_bytes, second.peak_bytes),
        first.status or second.status,
    )
