"""Measurements and goals -> one table, as aligned text or as Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.goals import Capture, Command, CpuGoal, Goal
from benchmarks.measure import Usage

_HEAD = ("command", "packets", "runs", "CPU s", "packets/s", "peak MiB", "ratio", "goal", "ok?")
_LEFT_ALIGNED = (0, 6, 7, 8)
_NOTHING = "-"


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
    return "\n".join((*lines, "", *_build_notes(results)))


def render_markdown(results: Results) -> str:
    """Return the table as Markdown, readable as text too."""
    rows = [_HEAD, *(_quote_command(row) for row in _build_rows(results))]
    widths = _measure_columns(rows)
    lines = [f"| {' | '.join(_align(row, widths))} |" for row in rows]
    rules = ["-" * (width - 1) for width in widths]
    marks = [f":{rule}" if i in _LEFT_ALIGNED else f"{rule}:" for i, rule in enumerate(rules)]
    lines.insert(1, f"| {' | '.join(marks)} |")
    return "\n".join((*lines, "", *_build_notes(results)))


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
    if isinstance(goal, CpuGoal):
        ratio = _NOTHING if status else f"{goal.value(measured):.2f}x {goal.peer}"
        return ratio, f"<= {goal.most}x CPU", ok
    return _NOTHING, f"< {goal.below_mib} MiB", ok


def _describe_status(command: Command, results: Results) -> str:
    status = results.measured[command.name].status
    return f"exit {status}" if status else _NOTHING


def _build_notes(results: Results) -> Iterable[str]:
    full, small = results.packets[Capture.FULL], results.packets[Capture.SMALL]
    yield "CPU s is user + system time, the best of the runs; peak MiB is the worst."
    if any(command.capture is Capture.SMALL for command in results.commands):
        yield f"Rows with {small:,} packets read a smaller file of the same mix than those with"
        yield f"{full:,}; a ratio always compares two commands on the same file."


def _quote_command(row: tuple[str, ...]) -> tuple[str, ...]:
    return (f"`{row[0]}`" if row[0] else "", *row[1:])


def _measure_columns(rows: Sequence[tuple[str, ...]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _align(row: tuple[str, ...], widths: Sequence[int]) -> list[str]:
    return [
        cell.ljust(width) if index in _LEFT_ALIGNED else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
