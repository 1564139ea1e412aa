"""Run one whole process and say what it cost: CPU and wall clock time, peak memory, exit status."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

_REPOSITORY = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Usage:
    """What a finished process used."""

    cpu_seconds: float
    """User and system time of the process and of all children that it waited for."""
    wall_seconds: float
    """From before its start until its end was seen."""
    peak_bytes: int
    status: int
    """Exit status; negative: the signal that ended it."""
    size: int = 0
    """How much it read, as the caller knows: packets, or bytes of documents."""


def run_process(arguments: Sequence[str], piped: Path | None = None) -> Usage:
    """Run a program in the repository's root, its output thrown away, and wait for its end.

    Its standard input is empty, or the capture ``piped``, which a process that is not measured
    decompresses; that one's failure becomes the status.

    The kernel carries ru_maxrss across execve, and between fork and exec the child is this process:
    no peak can be below this process' own, see ``own_peak_bytes``.
    """
    if piped is None:
        return _measure(arguments, subprocess.DEVNULL)
    feed = (sys.executable, "-m", "benchmarks.feed", str(piped))
    quiet = subprocess.DEVNULL
    with subprocess.Popen(feed, cwd=_REPOSITORY, stdout=subprocess.PIPE, stderr=quiet) as feeder:
        assert feeder.stdout is not None
        usage = _measure(arguments, feeder.stdout.fileno())
    return replace(usage, status=usage.status or feeder.returncode)


def own_peak_bytes() -> int:
    """Return this process' own peak memory, the least that ``run_process`` can report."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def merge(first: Usage, second: Usage) -> Usage:
    """Return the better times and the worse memory of two runs of one command."""
    return Usage(
        min(first.cpu_seconds, second.cpu_seconds),
        min(first.wall_seconds, second.wall_seconds),
        max(first.peak_bytes, second.peak_bytes),
        first.status or second.status,
        first.size,
    )


def _measure(arguments: Sequence[str], stdin: int) -> Usage:
    started = time.perf_counter()
    # Not a context manager: its exit would wait for the child a second time.
    process = subprocess.Popen(
        arguments,
        cwd=_REPOSITORY,
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, wait_status, used = os.wait4(process.pid, 0)
    wall_seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(wait_status)
    cpu_seconds = used.ru_utime + used.ru_stime
    return Usage(cpu_seconds, wall_seconds, used.ru_maxrss * 1024, process.returncode)
