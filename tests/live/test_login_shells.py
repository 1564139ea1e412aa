"""A probe is started by one line that any login shell takes: sh, bash, csh, fish."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys

import pytest

from netdiag.sources.inventory.places import PlacedNode
from netdiag.sources.live.processes import BOOT
from netdiag.sources.zipapp import probe_archive

SHELLS = ("sh", "bash", "zsh", "ksh", "csh", "tcsh", "fish")
NODE = PlacedNode("node-1", run=("ssh",), takes_line=True)


def line_for(*arguments: str) -> str:
    """Return what ssh is told to run there."""
    return NODE.command(*arguments)[-1]


def test_what_shells_read_in_different_ways_is_not_in_it() -> None:
    line = line_for("-I", "-S", "-c", BOOT, "facts", "--places")
    assert not set(line) & set("\\\n!`$")
    assert line.count("'") == 2
    assert shlex.split(line) == ["python3", "-I", "-S", "-c", BOOT, "facts", "--places"]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_probe_runs_in_a_shell(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    archive = probe_archive()
    done = subprocess.run(
        [shell, "-c", line_for("-I", "-S", "-c", BOOT, "facts", "--places")],
        input=b"%8d" % len(archive) + archive, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["hostname"]


def test_a_probe_that_is_given_up_before_it_has_begun_says_nothing() -> None:
    """As a Ctrl-C does it: what sends the probe is gone, and nothing has come."""
    words = (sys.executable, "-I", "-S", "-c", BOOT, "facts")
    ended = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
