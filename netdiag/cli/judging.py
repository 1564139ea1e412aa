"""From captures and documents that were found to the report on stdout, and its exit code."""

from __future__ import annotations

import importlib
import threading
from dataclasses import dataclass

import click

from netdiag.cli.case import Case
from netdiag.cli.exit_code import ExitCode
from netdiag.cli.output import WIDTH, ResultWriter, palette, say
from netdiag.cli.progress import show_progress
from netdiag.model.report import Report
from netdiag.sources.found import Found, Problem, gathered
from netdiag.sources.zipapp import archive_for, probe_archive

MAX_NUMBER = (1 << 62) - 1
"""More pings than that are in no capture."""

SENT = ("capture", "drops", "facts", "ping")
"""Commands of the probe."""
_LOADED_LATE = ("netdiag.sources.facts", "netdiag.explain.report", "netdiag.render.report_text")


@dataclass(frozen=True)
class Shown:
    """What of the report is shown, and how."""

    ping: int | None = None
    keep_all: bool = False
    as_json: bool = False
    svg: str | None = None
    vxlan_ports: tuple[int, ...] = ()


def load_meanwhile() -> None:
    """Make and load, in a thread, what a trace will need, for whoever waits for others first:
    the programs that are sent to nodes, in the order of their sending, and what ``judge`` needs.
    """

    def load() -> None:
        for command in SENT:
            archive_for(probe_archive(), command)
        for name in _LOADED_LATE:
            importlib.import_module(name)

    threading.Thread(target=load, daemon=True).start()


def judge(found: Found, shown: Shown) -> ExitCode:
    """Read what was found, print its report, and return the exit code."""
    case = Case(found, shown.vxlan_ports)
    _tell(case.bad_documents)
    if not case.has_captures and not case.has_nodes:
        _tell(case.problems)
        return ExitCode.USAGE
    with show_progress(case.size_bytes()) as tick:
        wanted = shown.ping and min(shown.ping, MAX_NUMBER)
        report = case.read(tick, wanted, shown.keep_all)
    _tell(case.problems)
    _write(report, shown.ping, shown.keep_all, shown.as_json)
    if shown.svg is not None:
        _draw(report, shown.ping, shown.svg)
    return _exit_code(report, case.problems)


def _tell(problems: list[Problem]) -> None:
    for problem in gathered(problems):
        say(f"{problem.label}: {problem.reason}")


def _write(report: Report, ping: int | None, keep_all: bool, as_json: bool) -> None:
    if ping is not None and all(found.number != ping for found in report.pings):
        count = report.totals.pings
        raise click.UsageError(
            f"--ping {ping}: there is no such ping, {count} {'was' if count == 1 else 'were'} found"
        )
    writer = ResultWriter()
    if as_json:
        from netdiag.render.report_json import report_json

        writer.write(report_json(report, indent=False).decode())
    else:
        from netdiag.cli.output import terminal_width
        from netdiag.render.report_text import report_text

        colour = bool(palette().end)
        width = terminal_width() or WIDTH
        text = report_text(report, width=width, colour=colour, ping=ping, all_pings=keep_all)
        writer.write(text)
    writer.flush()


def drawing(report: Report, number: int | None) -> str | None:
    """Return the ladder of a ping, or of the first lost one, or of the first; None: of none."""
    from netdiag.render.ladder_svg import ladder_svg

    wanted = [ping for ping in report.pings if number in (None, ping.number)]
    failed = [ping for ping in wanted if ping.status not in ("answered", "unknown")]
    return ladder_svg(report, (failed or wanted)[0]) if wanted else None


def _draw(report: Report, number: int | None, path: str) -> None:
    drawn = drawing(report, number)
    if drawn is None:
        raise click.UsageError("--svg: there is no ping to draw")
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(drawn)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from None


def _exit_code(report: Report, problems: list[Problem]) -> ExitCode:
    if report.interrupted:
        return ExitCode.INTERRUPTED
    if problems or any(finding.severity != "info" for finding in report.findings):
        return ExitCode.FOUND
    totals = report.totals
    is_judged = totals.pings > totals.unknown if totals.pings else bool(report.flows)
    return ExitCode.OK if is_judged else ExitCode.NOT_JUDGED
