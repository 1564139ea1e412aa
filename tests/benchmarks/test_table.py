"""How the table says what a goal asks for and what was reached."""

from __future__ import annotations

import pytest

from benchmarks.captures import Capture
from benchmarks.goals import Command, CpuGoal, Goal, MemoryGoal, WallGoal
from benchmarks.measure import Usage
from benchmarks.table import Results, render_text

MEASURED = {"mine": Usage(2.0, 0.25, 90 << 20, 0), "peer": Usage(120.0, 130.0, 0, 0)}
CASES: list[tuple[Goal, str]] = [
    (CpuGoal("mine", "peer", 1.2), "0.02x peer  <= 1.2x CPU  yes"),
    (CpuGoal("mine", "peer", 1 / 50), "1/60.0 peer  <= 1/50 CPU  yes"),
    (CpuGoal("mine", "peer", 1 / 80), "1/60.0 peer  <= 1/80 CPU  no"),
    (WallGoal("mine", 300), "250 ms   <= 300 ms  yes"),
    (WallGoal("mine", 200), "250 ms   <= 200 ms  no"),
    (MemoryGoal("mine", 150), "-        < 150 MiB  yes"),
]


@pytest.mark.parametrize(("goal", "row_end"), CASES)
def test_goals(goal: Goal, row_end: str) -> None:
    command = Command("mine", "mine", ("mine",), is_peer=False)
    results = Results((command,), (goal,), MEASURED, {"mine": 1}, {Capture.FULL: 100}, 0)
    assert render_text(results).splitlines()[2].endswith(f"90.0  {row_end}")
