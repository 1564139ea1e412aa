"""However and whenever a trace ends, nothing of it is left: no process, and no file.

A trace makes no namespace; what enters one is a process.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.cli.processes import ROOT
from tests.lab.processes import lab

pytestmark = pytest.mark.needs_lab
NAME = f"trace-endings-{os.getpid()}"
TRIALS = 50
LONGEST_SECONDS = 0.7
"""Before it is ended: a trace takes about as long."""

LOADED = b"/msgspec/_core."
"""A part of the program: Python itself answers a Ctrl-C before that runs."""

SECONDS = 60.0
ENDINGS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@pytest.fixture(scope="module", autouse=True)
def its_lab() -> Iterator[None]:
    assert lab("up", "flannel-vxlan", "--name", NAME).returncode == ExitCode.OK
    yield
    lab("down", "--name", NAME)


def started(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start a trace whose probes are known by their environment, and whose files by their place."""
    return subprocess.Popen(
        [sys.executable, "-m", "netdiag", "trace", f"--lab={NAME}", "pod-a", "pod-c", *words],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(folder)}, start_new_session=True,
    )  # fmt: skip


def wait_until_loaded(process: subprocess.Popen[bytes]) -> None:
    maps = Path(f"/proc/{process.pid}/maps")
    while LOADED not in maps.read_bytes():
        assert process.poll() is None
        time.sleep(0.001)


def left_of(folder: Path) -> list[str]:
    """Return the processes that were started with this folder for their files."""
    mark = f"TMPDIR={folder}".encode()
    found = []
    for each in filter(str.isdigit, os.listdir("/proc")):
        try:
            if mark in Path(f"/proc/{each}/environ").read_bytes().split(b"\0"):
                words = Path(f"/proc/{each}/cmdline").read_bytes()
                found.append(f"{each}: {words[:200]!r}")
        except OSError:
            continue
    return found


def nothing_is_left(folder: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while left := left_of(folder):
        assert time.monotonic() < deadline, left
        time.sleep(0.005)
    assert list(folder.iterdir()) == []


def test_ended_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(7)
    for trial in range(TRIALS):
        number = ENDINGS[trial % len(ENDINGS)]
        process = started(tmp_path, "--interval", "0.05")
        if number == signal.SIGINT:
            wait_until_loaded(process)
        time.sleep(chance.uniform(0, LONGEST_SECONDS))
        process.send_signal(number)
        _, said = process.communicate(timeout=SECONDS)
        assert b"Traceback" not in said, (number, said)
        assert process.returncode in (0, -number, ExitCode.INTERRUPTED), (number, said)
        nothing_is_left(tmp_path)


def test_interrupted_trace_tells_what_it_has(tmp_path: Path) -> None:
    process = started(tmp_path, "-c", "1000", "--interval", "0.05", "-v")
    assert process.stderr is not None
    while b"pinging" not in process.stderr.readline():
        pass
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    told, said = process.communicate(timeout=SECONDS)
    assert process.returncode == ExitCode.INTERRUPTED
    assert b"pings answered" in told
    assert b"failed" not in said
    nothing_is_left(tmp_path)


def test_killed_trace_keeps_no_bundle_by_halves(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    process = started(files, "-c", "1000", "-v", "--save", str(tmp_path / "case.tar.gz"))
    assert process.stderr is not None
    while b"pinging" not in process.stderr.readline():
        pass
    process.kill()
    process.communicate(timeout=SECONDS)
    nothing_is_left(files)
    assert not (tmp_path / "case.tar.gz").exists()
