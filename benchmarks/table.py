"""Measurements and goals -> one table of captures and one of facts, as text or as Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.goals import Command, Comparison, Goal, MemoryGoal, PaceGoal, WallGoal
from benchmarks.measure import Usage

_HEAD = ("command", "packets", "runs", "CPU s", "packets/s", "peak MiB", "reached", "goal", "ok?")
_FACTS_HEAD = ("command", "MB", "runs", "CPU s", "MB/s", *_HEAD[5:])
_MB = 1_000_000
_LEFT_ALIGNED = (0, 6, 7, 8)
_NOTHING = "-"
_LEAST_DECIMAL = 0.1
"""A goal below it is written as a fraction, such as 1/50."""
_NOTES = (
    "CPU s is user + system time, ms is wall clock, each the best of the runs; peak MiB is the",
    "worst. Ratios compare two commands on the same capture; only analyze of the longest one is",
    "compared with itself on the full one, and inspect of a cluster, by CPU time for each MB of",
    "documents, with itself on half the cluster.",
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
    floor_bytes: int
    """The least peak memory that could be measured."""


def render_text(results: Results) -> str:
    """Return the tables for a terminal, columns aligned by spaces."""
    return "\n\n".join((*map(_render_text, _build_tables(results)), "\n".join(_NOTES)))


def render_markdown(results: Results) -> str:
    """Return the tables as Markdown, readable as text too."""
    return "\n\n".join((*map(_render_markdown, _build_tables(results)), "\n".join(_NOTES)))


def _render_text(rows: Sequence[tuple[str, ...]]) -> str:
    widths = _measure_columns(rows)
    lines = ["  ".join(_align(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _render_markdown(rows: Sequence[tuple[str, ...]]) -> str:
    head, *others = rows
    rows = [head, *map(_quote_command, others)]
    widths = _measure_columns(rows)
    lines = [f"| {' | '.join(_align(row, widths))} |" for row in rows]
    rules = ["-" * (width - 1) for width in widths]
    marks = [f":{rule}" if i in _LEFT_ALIGNED else f"{rule}:" for i, rule in enumerate(rules)]
    lines.insert(1, f"| {' | '.join(marks)} |")
    return "\n".join(lines)


def _build_tables(results: Results) -> Iterator[Sequence[tuple[str, ...]]]:
    """Yield the table of commands that read captures and that of those that read facts."""
    for has_documents, commands in groupby(results.commands, lambda one: one.capture.has_documents):
        head = _FACTS_HEAD if has_documents else _HEAD
        yield [head, *_build_rows(commands, results)]


def _build_rows(commands: Iterable[Command], results: Results) -> Iterator[tuple[str, ...]]:
    for command in commands:
        goals = [goal for goal in results.goals if goal.command == command.name]
        verdicts = [_judge(goal, results.measured) for goal in goals]
        first, *others = verdicts or [(_NOTHING, _NOTHING, _describe_status(command, results))]
        yield (*_describe_usage(command, results), *first)
        for other in others:
            yield ("", "", "", "", "", "", *other)


def _describe_usage(command: Command, results: Results) -> tuple[str, ...]:
    usage = results.measured[command.name]
    size = usage.size / _MB if command.capture.has_documents else usage.size
    has_worked = usage.status == 0 and usage.cpu_seconds > 0
    rate = f"{size / usage.cpu_seconds:,.0f}" if has_worked else _NOTHING
    is_hidden = usage.peak_bytes <= results.floor_bytes
    peak = f"{'<= ' if is_hidden else ''}{usage.peak_bytes / (1 << 20):.1f}"
    runs = str(results.runs[command.name])
    return (command.label, f"{size:,.0f}", runs, f"{usage.cpu_seconds:.3f}", rate, peak)


def _judge(goal: Goal, measured: Mapping[str, Usage]) -> tuple[str, str, str]:
    status = measured[goal.command].status
    ok = f"exit {status}" if status else "yes" if goal.is_met(measured) else "no"
    if isinstance(goal, Comparison) and not status:
        ok = _NOTHING
    reached, bound = _describe_goal(goal, goal.value(measured))
    return _NOTHING if status else reached, bound, ok


def _describe_goal(goal: Goal, value: float) -> tuple[str, str]:
    """Return what was reached and what must be."""
    if isinstance(goal, MemoryGoal):
        return _NOTHING, f"< {goal.below_mib} MiB"
    if isinstance(goal, WallGoal):
        return f"{value:.0f} ms", f"<= {goal.within_ms} ms"
    if isinstance(goal, Comparison):
        return f"{value:.2f}x {goal.peer}", _NOTHING
    if isinstance(goal, PaceGoal):
        return f"{value:.2f}x {goal.peer}", f"<= {goal.most}x CPU/MB"
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
