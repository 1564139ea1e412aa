"""The README is true: its examples are run, its filter language is the program's own."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from netdiag.decode.inner_filter import FILTER_HELP

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
EXAMPLES = re.findall(r"^    \$ (netdiag .*)\n((?:    .*\n)+)", README, re.MULTILINE)


@pytest.mark.parametrize(("command", "output"), EXAMPLES, ids=[pair[0] for pair in EXAMPLES])
def test_examples_print_what_the_readme_shows(command: str, output: str) -> None:
    arguments = shlex.split(command)[1:]
    done = subprocess.run(
        [sys.executable, "-m", "netdiag", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == re.sub(r"^    ", "", output, flags=re.MULTILINE)


def test_the_readme_has_examples() -> None:
    assert len(EXAMPLES) >= 2


def test_the_filter_language_in_the_readme_is_the_one_in_the_help() -> None:
    found = re.search(r"<!-- filter -->\n(.*?)<!-- /filter -->", README, re.DOTALL)
    assert found is not None
    shown = "".join(f"    {line}\n" for line in FILTER_HELP.splitlines())
    assert found.group(1) == shown


def test_the_json_example_is_what_the_program_prints() -> None:
    shown = re.search(r'^    (\{"frame".*?\}$)', README, re.MULTILINE | re.DOTALL)
    assert shown is not None
    example = json.loads(shown.group(1))
    done = subprocess.run(
        [sys.executable, "-m", "netdiag", "packets", "--json", "-c", str(10), example["file"]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    packets = [json.loads(line) for line in done.stdout.splitlines()]
    assert example in packets
    assert list(example) == list(packets[0])
