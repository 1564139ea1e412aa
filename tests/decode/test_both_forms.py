"""The compiled and the interpreted form: which one is in use, and that both find the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Literal

import pytest

from tests.decode.form_report import ROOT, Report, compilable_modules, report

REQUIRE_COMPILED = "NETDIAG_REQUIRE_COMPILED"


@pytest.fixture(scope="module")
def interpreted() -> Report:
    """The report of the interpreted form, made by another Python."""
    command = [sys.executable, "-m", "tests.interpreted", "-m", "tests.decode.form_report"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    found: Report = json.loads(result.stdout)
    return found


def test_the_decoder_can_be_compiled() -> None:
    names = compilable_modules()
    assert {"netdiag.decode.decoder", "netdiag.decode.pcapng", "netdiag.decode.counts"} <= {*names}


INLINED = ("netdiag.correlate.mixing",)
"""Compiled into their callers, not into modules of their own."""


@pytest.mark.skipif(
    os.environ.get(REQUIRE_COMPILED) != "1", reason=f"{REQUIRE_COMPILED} is not set to 1"
)
def test_every_module_that_can_be_compiled_is() -> None:
    files = {name: file for name, file in report()["files"].items() if name not in INLINED}
    assert [file for file in files.values() if not file.endswith(".so")] == []


def test_every_module_can_be_interpreted(interpreted: Report) -> None:
    assert [*interpreted["files"]] == compilable_modules()
    assert [file for file in interpreted["files"].values() if not file.endswith(".py")] == []


@pytest.mark.parametrize("part", ["seen", "counts", "times"])
def test_the_interpreted_form_finds_what_this_one_finds(
    interpreted: Report, part: Literal["seen", "counts", "times"]
) -> None:
    assert interpreted[part]
    assert interpreted[part] == report()[part]
