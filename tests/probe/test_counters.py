"""``counters``: what interfaces of a namespace count, line by line, until the lifeline is cut."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from netdiag_probe.counters import counters_in

ROOT = Path(__file__).resolve().parent.parent.parent
HEAD = "Inter-|   Receive\n face |bytes    packets errs drop\n"


@pytest.mark.parametrize(
    ("line", "counters"),
    [
        (
            "  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
            {"eth0": [1, 2, 3, 4, 9, 10, 11, 12]},
        ),
        ("eth0:1 2 3 4 5 6 7 8 9 10 11 12", {"eth0": [1, 2, 3, 4, 9, 10, 11, 12]}),
        ("a:b: 1 2 3 4 5 6 7 8 9 10 11 12", {"a:b": [1, 2, 3, 4, 9, 10, 11, 12]}),
        ("eth0: 1 2 3 4 5 6 7 8 9 10 11", {}),
        ("eth0: 1 2 3 4 5 6 7 8 9 10 11 x", {}),
        ("", {}),
    ],
)
def test_lines_of_the_kernel(line: str, counters: dict[str, list[int]]) -> None:
    assert counters_in(HEAD + line + "\n") == counters


def test_lines_come_until_the_lifeline_is_cut() -> None:
    words = [sys.executable, "-m", "netdiag_probe", "counters", "--every", "0.1"]
    with subprocess.Popen(
        words, cwd=ROOT / "probes", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        told = [json.loads(process.stdout.readline()) for _ in range(3)]
        process.stdin.close()
        assert process.wait(60) == 0
    assert all(each["event"] == "counters" and len(each["links"]["lo"]) == 8 for each in told)
    assert told[0]["links"]["lo"][1] <= told[2]["links"]["lo"][1]
