"""A measured process: what it gets, and whose failure counts."""

from __future__ import annotations

import sys
from pathlib import Path

import zstandard

from benchmarks.measure import Usage, merge, run_process

READ_SEVEN_BYTES = (sys.executable, "-c", "import sys; sys.exit(len(sys.stdin.buffer.read()) - 7)")


def test_a_process_reads_what_is_piped(tmp_path: Path) -> None:
    piped = tmp_path / "seven.zst"
    piped.write_bytes(zstandard.compress(b"1234567"))
    assert run_process(READ_SEVEN_BYTES, piped).status == 0


def test_a_feeder_that_fails_fails_the_run(tmp_path: Path) -> None:
    always_well = (sys.executable, "-c", "import sys; sys.stdin.buffer.read()")
    assert run_process(always_well).status == 0
    assert run_process(always_well, tmp_path / "missing.zst").status == 1


def test_two_runs_keep_the_better_times_and_the_worse_memory() -> None:
    first = Usage(cpu_seconds=1.0, wall_seconds=4.0, peak_bytes=10, status=0)
    second = Usage(cpu_seconds=2.0, wall_seconds=3.0, peak_bytes=20, status=0)
    assert merge(first, second) == Usage(1.0, 3.0, 20, 0)
