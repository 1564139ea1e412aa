"""Temporary files have no name at any moment, so that nothing is left when a process is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import ROOT, TIMEOUT_SECONDS

OPENED_BELOW = """
import sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
from netdiag.sources.temporary_files import temporary_file
temporary_file().write(b"x")
print(*(each for each in opened if each.startswith(sys.argv[1])), sep="\\n")
"""


def opened_below(folder: Path, **variables: str) -> list[str]:
    """Return what is opened in a folder for a temporary file."""
    done = subprocess.run(
        [sys.executable, "-c", OPENED_BELOW, str(folder)], cwd=ROOT, capture_output=True, text=True,
        timeout=TIMEOUT_SECONDS, check=True, env={**os.environ, **variables},
    )  # fmt: skip
    return done.stdout.split()


def test_only_the_folder_is_opened(tmp_path: Path) -> None:
    try:
        os.close(os.open(tmp_path, os.O_TMPFILE | os.O_RDWR))
    except OSError:
        pytest.skip("this file system has no files without names")
    assert set(opened_below(tmp_path, TMPDIR=str(tmp_path))) == {str(tmp_path)}


def test_a_folder_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    opened = opened_below(tmp_path, TMPDIR=str(tmp_path / "gone"), TEMP=str(there))
    assert opened[0].startswith(str(there))
