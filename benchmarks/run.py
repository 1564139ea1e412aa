"""Measure netdiag and its peers side by side and judge the goals: ``python -m benchmarks.run``."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.captures import Capture, Sizes, measure_size, prepare, read_into_page_cache
from benchmarks.generate import PACKETS
from benchmarks.goals import COMMANDS, FILE, GOALS, Command, Goal
from benchmarks.measure import Usage, merge, own_peak_bytes, run_process
from benchmarks.readme import write_readme
from benchmarks.table import Results, render_markdown, render_text


class Bench:
    """Runs commands and keeps the best that was measured of each."""

    def __init__(self, paths: Mapping[Capture, Path], sizes: Sizes) -> None:
        self._paths = paths
        self._sizes = {one: measure_size(one, path, sizes) for one, path in paths.items()}
        self.measured: dict[str, Usage] = {}
        self.runs: dict[str, int] = {}

    def run(self, commands: Iterable[Command]) -> None:
        """Run each command as often as it asks for, by turns, so that noise hits all alike."""
        commands = tuple(commands)
        for turn in range(max((command.runs for command in commands), default=0)):
            for capture, path in self._paths.items():
                due = [one for one in commands if one.capture is capture and turn < one.runs]
                if due:
                    read_into_page_cache(path)
                for command in due:
                    self._run_once(command, path)

    def _run_once(self, command: Command, path: Path) -> None:
        _tell(f"running {command.label}")
        arguments = [str(path) if word == FILE else word for word in command.arguments]
        usage = run_process(arguments, path if command.capture.is_piped else None)
        usage = replace(usage, size=self._sizes[command.capture])
        before = self.measured.get(command.name)
        self.measured[command.name] = merge(before, usage) if before else usage
        self.runs[command.name] = self.runs.get(command.name, 0) + 1


def main() -> int:
    """Read the command line, measure, print the table; return 1 when a goal is missed."""
    options = _parse_arguments()
    results = _measure(options)
    print(render_markdown(results) if options.markdown else render_text(results))
    if options.write_readme:
        write_readme(render_markdown(results))
    return 0 if _is_passed(results, is_quick=options.quick) else 1


def _parse_arguments() -> argparse.Namespace:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    names = [command.name for command in COMMANDS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    add = parser.add_argument
    add("--packets", type=int, help=f"size of the large capture, default {PACKETS:,}")
    add("--dir", type=Path, default=cache / "netdiag-bench", help="where the captures are kept")
    add("--quick", action="store_true", help="small captures, one run each, no verdict on goals")
    add("--only", action="append", choices=names, help="this command and its goals' peers")
    add("--markdown", action="store_true", help="print the table as Markdown")
    add("--write-readme", action="store_true", help="update the table in benchmarks/README.md")
    options = parser.parse_args()
    if options.write_readme and (options.quick or options.only or options.packets):
        parser.error("--write-readme takes a full run: leave out --quick, --only and --packets")
    if options.packets is not None and options.packets < 1:
        parser.error("--packets must be at least 1")
    return options


def _measure(options: argparse.Namespace) -> Results:
    chosen = tuple(_find_installed(_choose_commands(options.only)))
    sizes = Sizes.choose(options.packets, is_quick=options.quick)
    used = {command.capture for command in chosen}
    bench = Bench({one: prepare(one, options.dir, sizes) for one in Capture if one in used}, sizes)
    bench.run(replace(command, runs=1) if options.quick else command for command in chosen)
    commands = tuple(_leave_out_failed_peers(chosen, bench.measured))
    names = {command.name for command in commands}
    goals = tuple(goal for goal in GOALS if names.issuperset(goal.names()))
    if not options.quick:
        _try_missed_again(bench, commands, goals)
    return Results(commands, goals, bench.measured, bench.runs, own_peak_bytes())


def _choose_commands(only: list[str] | None) -> Iterable[Command]:
    """Return all commands, or those asked for and what their goals compare them with."""
    if only is None:
        return COMMANDS
    names = {name for goal in GOALS if goal.command in only for name in goal.names()}
    return [command for command in COMMANDS if command.name in names.union(only)]


def _find_installed(commands: Iterable[Command]) -> Iterable[Command]:
    for command in commands:
        program = command.program or command.arguments[0]
        if shutil.which(program):
            yield command
        else:
            _tell(f"{program} is not installed: left out: {command.label}")


def _leave_out_failed_peers(
    commands: Iterable[Command], measured: Mapping[str, Usage]
) -> Iterable[Command]:
    for command in commands:
        status = measured[command.name].status
        if command.is_peer and status:
            _tell(f"{command.arguments[0]} failed (exit {status}): left out: {command.label}")
        else:
            yield command


def _try_missed_again(bench: Bench, commands: Iterable[Command], goals: Iterable[Goal]) -> None:
    """Measure once more what a missed goal compares, in case something disturbed the first time."""
    missed = [
        goal
        for goal in goals
        if not goal.is_met(bench.measured) and bench.measured[goal.command].status == 0
    ]
    names = {name for goal in missed for name in goal.names()}
    if names:
        _tell("a goal was missed: measuring it a second time")
        bench.run(command for command in commands if command.name in names)


def _is_passed(results: Results, *, is_quick: bool) -> bool:
    """Tell whether every program worked and, unless the run was a quick one, met its goals."""
    has_failed = any(results.measured[command.name].status for command in results.commands)
    return not has_failed and (is_quick or all(g.is_met(results.measured) for g in results.goals))


def _tell(message: str) -> None:
    print(message, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
