"""Where a trace writes to: refused before it begins, or told after it, and nothing by halves."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag.cli.exit_code import ExitCode
from netdiag.sources.live.gathered import Gathered
from tests.cli.processes import NETDIAG, ROOT, environment, netdiag

LAB = f"outputs-{os.getpid()}"


@pytest.fixture(scope="module")
def its_lab() -> Iterator[str]:
    assert netdiag("lab", "up", "flannel-hostgw", "--name", LAB).returncode == ExitCode.OK
    yield LAB
    netdiag("lab", "down", "--name", LAB)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("trace", "a", "b", "--interval", "nan"), "'nan' is no number of seconds."),
        (("trace", "a", "b", "--timeout", "NaN"), "'NaN' is no number of seconds."),
        (("trace", "a", "b", "--timeout", "inf"), "inf is not in the range 0.05<=x<=3600."),
        (("collect", "--seconds", "nan", "--save", "x"), "'nan' is no number of seconds."),
        (("trace", "a", "b", "--svg", "/none/a.svg"), "--svg /none/a.svg: /none is no folder"),
        (("trace", "a", "b", "--svg", "/dev/null/a"), "--svg /dev/null/a: /dev/null is no folder"),
        (("trace", "a", "b", "-4", "-6"), "-4 or -6: a ping goes by one of them"),
        (("trace", "a", "b", "--save", ""), "--save needs a name"),
        (
            ("trace", "a", "b", "--save", "/dev/null"),
            "--save /dev/null: there is something already",
        ),
    ],
)
def test_wrong_values_are_told_in_one_sentence(words: tuple[str, ...], told: str) -> None:
    done = netdiag(*words)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert done.stderr.endswith(f"{told}\n")
    assert done.stderr.count("\n") == 1


def test_a_current_folder_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'rmdir "{gone}"; exec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *NETDIAG, "trace", "a", "b", "--save", "x"], cwd=gone,
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == ExitCode.USAGE
    assert done.stderr == "netdiag trace: --save x: the current folder is gone\n"


@pytest.mark.parametrize("is_there", [False, True])
def test_a_bundle_that_cannot_be_written_leaves_nothing(tmp_path: Path, is_there: bool) -> None:
    case = tmp_path / "case"
    if is_there:
        case.mkdir()
    gathered = Gathered()
    for name in ("a", "z" * 300):
        gathered.add_document(b"text", "node-1", "facts", name)
    with pytest.raises(OSError, match="too long"):
        gathered.save(str(case))
    gathered.close()
    assert case.exists() == is_there
    assert [*tmp_path.rglob("*")] == [case] * is_there


@pytest.mark.needs_lab
def test_a_full_disk_costs_only_what_is_written_to_it(its_lab: str) -> None:
    words = [*NETDIAG, "trace", "pod-a", "pod-c", "--lab", its_lab, "--interval", "0.01"]
    with open("/dev/full", "w") as full:
        quiet = subprocess.run(
            words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=full, text=True,
            check=False,
        )  # fmt: skip
        mute = subprocess.run(
            words, cwd=ROOT, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True,
            check=False,
        )  # fmt: skip
    assert quiet.returncode == ExitCode.OK
    assert "3 of 3 pings answered" in quiet.stdout
    assert mute.returncode == ExitCode.USAGE
    assert mute.stderr.endswith("netdiag: cannot write the results: No space left on device\n")


@pytest.mark.needs_lab
def test_no_standard_input_is_needed(its_lab: str) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *NETDIAG, "trace", "pod-a", "pod-c", "--lab", its_lab],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == ExitCode.OK
    assert "3 of 3 pings answered" in done.stdout
