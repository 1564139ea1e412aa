"""Whoever made a pod runs, has ended, or is somewhere else."""

from __future__ import annotations

import subprocess
import sys

from netdiag.sources.kubernetes.makers import is_gone, this_maker
from tests.cli.processes import ROOT

TELL = "from netdiag.sources.kubernetes.makers import this_maker; print(this_maker())"


def test_this_one_runs() -> None:
    assert not is_gone(this_maker())


def test_another_has_ended() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TELL], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert is_gone(done.stdout.strip())


def test_ids_come_again() -> None:
    machine, number, started = this_maker().split("/")
    assert is_gone(f"{machine}/{number}/{int(started) - 1}")


def test_of_other_machines_nothing_is_known() -> None:
    _, number, started = this_maker().split("/")
    assert not is_gone(f"{'0' * 16}/{number}/{int(started) - 1}")
    assert not is_gone("")
    assert not is_gone("x/y/z")
