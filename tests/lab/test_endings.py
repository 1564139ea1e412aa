"""However a lab's commands end, nothing of them is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag.cli.exit_code import ExitCode
from netdiag.lab.state import read_lab, start_time
from tests.cli.processes import ROOT
from tests.lab.processes import LABS, descendants_named, lab

pytestmark = pytest.mark.needs_lab
NAME = f"endings-{os.getpid()}"
SECONDS = 60.0


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    yield
    lab("down", "--name", NAME)


def started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "netdiag", "lab", *arguments],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def until(reached: object, what: str) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + SECONDS
    assert callable(reached)
    while not reached():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


def nothing_runs(name: str) -> bool:
    return not any(start_time(process) for process in descendants_named(name))


def mounts() -> list[str]:
    """Return what is mounted here, but for the namespaces that other tests give names to."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return [line for line in lines if "/run/netns" not in line]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("place", ["control", "state.json", "up"])
def test_up_interrupted(number: signal.Signals, place: str) -> None:
    before = mounts()
    process = started("up", "calico-bgp", "--name", NAME)
    if place == "up":
        until(lambda: len(list(descendants_named(NAME))) > 8, "bird runs")
    else:
        until((LABS / NAME / place).exists, f"{place} is there")
    process.send_signal(number)
    _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == ExitCode.INTERRUPTED, said
    assert b"Traceback" not in said
    assert not (LABS / NAME).exists()
    assert nothing_runs(NAME)
    assert mounts() == before


@pytest.mark.parametrize("place", ["control", "state.json"])
def test_up_killed(place: str) -> None:
    process = started("up", "calico-bgp", "--name", NAME)
    until((LABS / NAME / place).exists, f"{place} is there")
    process.kill()
    process.communicate(timeout=SECONDS)
    until(lambda: nothing_runs(NAME), "the keeper follows")
    assert lab("down", "--name", NAME).returncode == ExitCode.OK
    assert not (LABS / NAME).exists()


def test_keeper_killed() -> None:
    assert lab("up", "flannel-vxlan", "--name", NAME).returncode == ExitCode.OK
    os.kill(read_lab(NAME).process, signal.SIGKILL)
    until(lambda: nothing_runs(NAME), "all follow")
    assert lab("exec", "--name", NAME, "pod-a", "true").returncode == ExitCode.USAGE
    assert lab("up", "flannel-vxlan", "--name", NAME).returncode == ExitCode.OK
    assert lab("down", "--name", NAME).returncode == ExitCode.OK
    assert nothing_runs(NAME)


def test_down_ends_what_runs_in_it() -> None:
    assert lab("up", "macvlan", "--name", NAME).returncode == ExitCode.OK
    process = started("exec", "--name", NAME, "pod-a", "--", "sleep", "60")
    until(lambda: Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(), "it runs")
    assert lab("down", "--name", NAME).returncode == ExitCode.OK
    process.communicate(timeout=SECONDS)
    assert process.returncode == 128 + signal.SIGKILL


def test_exec_killed_takes_its_command_along() -> None:
    assert lab("up", "macvlan", "--name", NAME).returncode == ExitCode.OK
    process = started("exec", "--name", NAME, "pod-a", "--", "sleep", "60")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    until(children.read_text, "it runs")
    sleeping = int(children.read_text())
    process.kill()
    process.communicate()
    until(lambda: not start_time(sleeping), "its command follows")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_record_interrupted(number: signal.Signals, tmp_path: Path) -> None:
    target = tmp_path / "case"
    process = started("record", "flannel-vxlan", str(target))
    until(lambda: (target / "node-1" / "facts").exists(), "it records")
    process.send_signal(number)
    _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == ExitCode.INTERRUPTED, said
    assert not target.exists()
    assert not (LABS / f"record-{process.pid}").exists()
