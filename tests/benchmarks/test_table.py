"""How the table says what a goal asks for and what was reached."""

from __future__ import annotations

import pytest

from benchmarks.captures import Capture
from benchmarks.goals import (
    Command,
    Comparison,
    CpuGoal,
    Goal,
    MemoryGoal,
    PaceGoal,
    WallGoal,
)
from benchmarks.measure import Usage
from benchmarks.table import Results, render_text

MEASURED = {
    "mine": Usage(2.0, 0.25, 90 << 20, 0, size=4_000_000),
    "peer": Usage(120.0, 130.0, 0, 0),
    "half": Usage(0.8, 0.1, 0, 0, size=2_000_000),
}
CASES: list[tuple[Goal, str]] = [
    (CpuGoal("mine", "peer", 1.2), "0.02x peer  <= 1.2x CPU  yes"),
    (CpuGoal("mine", "peer", 1 / 50), "1/60.0 peer  <= 1/50 CPU  yes"),
    (CpuGoal("mine", "peer", 1 / 80), "1/60.0 peer  <= 1/80 CPU  no"),
    (Comparison("mine", "half"), "2.50x half  -     -"),
    (PaceGoal("mine", "half", 1.3), "1.25x half  <= 1.3x CPU/MB  yes"),
    (PaceGoal("mine", "half", 1.2), "1.25x half  <= 1.2x CPU/MB  no"),
    (WallGoal("mine", 300), "250 ms   <= 300 ms  yes"),
    (WallGoal("mine", 200), "250 ms   <= 200 ms  no"),
    (MemoryGoal("mine", 150), "-        < 150 MiB  yes"),
]


@pytest.mark.parametrize(("goal", "row_end"), CASES)
def test_goals(goal: Goal, row_end: str) -> None:
    command = Command("mine", "mine", ("mine",), is_peer=False)
    results = Results((command,), (goal,), MEASURED, {"mine": 1}, 0)
    assert render_text(results).splitlines()[2].endswith(f"90.0  {row_end}")


def test_facts_have_a_table_of_their_own_in_megabytes() -> None:
    reads_packets = Command("mine", "mine", ("mine",))
    reads_facts = Command("half", "half", ("half",), Capture.HALF_CLUSTER)
    results = Results((reads_packets, reads_facts), (), MEASURED, {"mine": 1, "half": 1}, 0)
    packets, facts, _ = render_text(results).split("\n\n")
    assert packets.splitlines()[2].split()[:5] == ["mine", "4,000,000", "1", "2.000", "2,000,000"]
    assert facts.splitlines()[0].split()[:2] == ["command", "MB"]
    assert facts.splitlines()[2].split()[:6] == ["half", "2", "1", "0.800", "2", "<="]
