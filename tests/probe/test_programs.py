"""Programs are run side by side, within bounds, and none outlives the probe."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from netdiag_probe.lifeline import Lifeline
from netdiag_probe.netns import OWN, Namespace
from netdiag_probe.node import programs
from netdiag_probe.node.programs import Printed, Program, run_programs


def run(
    *scripts: str, deadline: float | None = None, namespace: Namespace = OWN
) -> dict[str, Printed]:
    asked = [
        Program(f"{at}.txt", ("sh", "-c", script), namespace) for at, script in enumerate(scripts)
    ]
    with Lifeline(deadline) as lifeline:
        return {printed.program.document: printed for printed in run_programs(asked, lifeline)}


def test_what_they_print_is_kept_by_document() -> None:
    found = run("sleep 0.2; echo 0", *(f"echo {number}" for number in range(1, 20)))
    assert list(found) == [f"{number}.txt" for number in range(20)]
    assert [found[f"{number}.txt"].text for number in range(20)] == [f"{n}\n" for n in range(20)]
    assert all(printed.problem is None for printed in found.values())


def test_one_that_fails_says_why() -> None:
    found = run("echo half; echo not permitted >&2; exit 3", "exit 4")
    assert found["0.txt"].text == "half\n"
    assert found["0.txt"].problem == "0.txt: sh failed: not permitted"
    assert found["1.txt"].problem == "1.txt: sh failed with exit status 4"


def test_one_that_says_too_much_is_cut_at_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "MOST_BYTES", 1 << 20)
    printed = run("yes 123456789")["0.txt"]
    assert printed.problem == "0.txt: sh printed more than 1 MiB"
    assert set(printed.text.splitlines()) == {"123456789"}
    assert (1 << 20) - 10 < len(printed.text) <= 1 << 20
    assert printed.text.endswith("\n")


def test_one_that_takes_too_long_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "SECONDS", 2.0)
    begun = time.monotonic()
    printed = run(f"echo $$ > {tmp_path}/id; echo begun; sleep 60 & sleep 60")["0.txt"]
    assert time.monotonic() - begun < 30
    assert printed.text == "begun\n"
    assert printed.problem == "0.txt: sh took longer than 2 s"
    assert_gone(int((tmp_path / "id").read_text()))


def test_all_end_at_the_deadline() -> None:
    begun = time.monotonic()
    found = run(*["echo begun; sleep 60"] * 10, deadline=1.0)
    assert time.monotonic() - begun < 30
    assert len(found) == 10
    assert found["0.txt"].problem == "0.txt: sh was ended early"
    assert found["9.txt"].problem == "9.txt: there was no time left"


def test_they_are_told_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "hunter2")
    assert "hunter2" not in run("env")["0.txt"].text


def test_a_namespace_that_is_not_there_is_a_problem() -> None:
    problem = run("echo", namespace=Namespace("pod", "/nowhere"))["0.txt"].problem
    assert problem is not None
    assert "/nowhere" in problem


def assert_gone(group: int) -> None:
    """No process of a group is left but what waits for its parent to hear of its end."""
    alive = subprocess.run(
        ("ps", "-o", "stat=", "--pgroup", str(group)), capture_output=True, text=True, check=False
    ).stdout.split()
    assert not [state for state in alive if not state.startswith("Z")], os.getpid()
