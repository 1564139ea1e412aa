"""Measurements and goals -> one table, as aligned text or as Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.captures import Capture
from benchmarks.goals import Command, Goal, MemoryGoal, WallGoal
from benchmarks.measure import Usage

_HEAD = ("command", "packets", "runs", "CPU s", "packets/s", "peak MiB", "reached", "goal", "ok?")
_LEFT_ALIGNED = (0, 6, 7, 8)
_NOTHING = "-"
_LEAST_DECIMAL = 0.1
"""A goal below it is written as a fraction, such as 1/50."""
_NOTES = (
    "CPU s is user + system time, ms is wall clock, each the best of the runs; peak MiB is the",
    "worst. Ratios compare two commands on the same capture; only analyze of the longest one is",
    "compared with itself on the full one.",
)


@dataclass(frozen=True, slots=True)
class Results:
    """One run of the benchmark."""

    commands: tuple[Command, ...]
    """Those that were measured, in order."""
    goals: tuple[Goal, ...]
    """Those whose commands were all measured."""
    measured: Mapping[str, Usage]
    runs: Mapping[str, int]
    packets: Mapping[Capture, int]
    floor_bytes: int
    """The least peak memory that could be measured."""


def render_text(results: Results) -> str:
    """Return the table for a terminal, columns aligned by spaces."""
    rows = [_HEAD, *_build_rows(results)]
    widths = _measure_columns(rows)
    lines = ["  ".join(_align(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join((*lines, "", *_NOTES))


def render_markdown(results: Results) -> str:
    """Return the table as Markdown, readable as text too."""
    rows = [_HEAD, *(_quote_command(row) for row in _build_rows(results))]
    widths = _measure_columns(rows)
    lines = [f"| {' | '.join(_align(row, widths))} |" for row in rows]
    rules = ["-" * (width - 1) for width in widths]
    marks = [f":{rule}" if i in _LEFT_ALIGNED else f"{rule}:" for i, rule in enumerate(rules)]
    lines.insert(1, f"| {' | '.join(marks)} |")
    return "\n".join((*lines, "", *_NOTES))


def _build_rows(results: Results) -> Iterable[tuple[str, ...]]:
    for command in results.commands:
        goals = [goal for goal in results.goals if goal.command == command.name]
        verdicts = [_judge(goal, results.measured) for goal in goals]
        first, *others = verdicts or [(_NOTHING, _NOTHING, _describe_status(command, results))]
        yield (*_describe_usage(command, results), *first)
        for other in others:
            yield ("", "", "", "", "", "", *other)


def _describe_usage(command: Command, results: Results) -> tuple[str, ...]:
    usage = results.measured[command.name]
    packets = results.packets[command.capture]
    has_worked = usage.status == 0 and usage.cpu_seconds > 0
    rate = f"{packets / usage.cpu_seconds:,.0f}" if has_worked else _NOTHING
    is_hidden = usage.peak_bytes <= results.floor_bytes
    peak = f"{'<= ' if is_hidden else ''}{usage.peak_bytes / (1 << 20):.1f}"
    runs = str(results.runs[command.name])
    return (command.label, f"{packets:,}", runs, f"{usage.cpu_seconds:.3f}", rate, peak)


def _judge(goal: Goal, measured: Mapping[str, Usage]) -> tuple[str, str, str]:
    status = measured[goal.command].status
    ok = f"exit {status}" if status else "yes" if goal.is_met(measured) else "no"
    reached, bound = _describe_goal(goal, goal.value(measured))
    return _NOTHING if status else reached, bound, ok


def _describe_goal(goal: Goal, value: float) -> tuple[str, str]:
    """Return what was reached and what must be."""
    if isinstance(goal, MemoryGoal):
        return _NOTHING, f"< {goal.below_mib} MiB"
    if isinstance(goal, WallGoal):
        return f"{value:.0f} ms", f"<= {goal.within_ms} ms"
    if value and goal.most < _LEAST_DECIMAL:
        return f"1/{1 / value:.1f} {goal.peer}", f"<= 1/{1 / goal.most:g} CPU"
    return f"{value:.2f}x {goal.peer}", f"<= {goal.most}x CPU"


def _describe_status(command: Command, results: Results) -> str:
    status = results.measured[command.name].status
    return f"exit {status}" if status else _NOTHING


def _quote_command(row: tuple[str, ...]) -> tuple[str, ...]:
    return (f"`{row[0]}`" if row[0] else "", *row[1:])


def _measure_columns(rows: Sequence[tuple[str, ...]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _align(row: tuple[str, ...], widths: Sequence[int]) -> list[str]:
    return [
        cell.ljust(width) if index in _LEFT_ALIGNED else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
