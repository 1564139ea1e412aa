"""From captures and documents that were found to the report on stdout, and its exit code."""

from __future__ import annotations

from dataclasses import dataclass

import click

from netdiag.cli.exit_code import ExitCode
from netdiag.cli.output import WIDTH, ResultWriter, palette, say
from netdiag.model.facts.facts import NO_FACTS, Facts
from netdiag.model.report import MAX_PINGS, Report
from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.sources.capture_file import OpenCapture, open_captures
from netdiag.sources.found import Found, Problem, gathered

MAX_NUMBER = (1 << 62) - 1
"""More pings than that are in no capture."""


@dataclass(frozen=True)
class Shown:
    """What of the report is shown, and how."""

    ping: int | None = None
    keep_all: bool = False
    as_json: bool = False
    svg: str | None = None
    vxlan_ports: tuple[int, ...] = ()


def judge(found: Found, shown: Shown) -> ExitCode:
    """Read what was found, print its report, and return the exit code."""
    facts = _read_facts(found)
    problems = [*found.problems, *_without_captures(found)]
    _tell(_bad_documents(facts))
    captures, unopened = open_captures(found.captures, _tunnel_table(shown.vxlan_ports, facts))
    problems += unopened
    if not captures and not (facts.nodes or facts.cluster.nodes):
        _tell(problems)
        return ExitCode.USAGE
    report = _read(captures, facts, shown.ping, shown.keep_all)
    for capture in captures:
        broken = capture.problem()
        if broken is not None:
            problems.append(broken)
        capture.close()
    _tell(problems)
    _write(report, shown.ping, shown.keep_all, shown.as_json)
    if shown.svg is not None:
        _draw(report, shown.ping, shown.svg)
    return _exit_code(report, problems)


def _read_facts(found: Found) -> Facts:
    if not found.documents:
        return NO_FACTS
    from netdiag.sources.facts import read_facts

    return read_facts(found.documents.values())


def _without_captures(found: Found) -> list[Problem]:
    """Return the PATHs without captures as problems, and what reads them where they have facts."""
    hint = "; netdiag inspect shows what its documents say" if found.documents else ""
    return [Problem(path, f"no capture files in it{hint}") for path in found.without_captures]


def _bad_documents(facts: Facts) -> list[Problem]:
    return [
        Problem("/".join(filter(None, (problem.node, problem.document))), problem.reason)
        for problem in facts.problems
    ]


def _tunnel_table(vxlan_ports: tuple[int, ...], facts: Facts) -> bytes:
    if facts is NO_FACTS:
        return udp_tunnel_table(vxlan_ports)
    from netdiag.facts.configuration.tunnel_ports import tunnel_ports

    return udp_tunnel_table(vxlan_ports, tunnel_ports(facts))


def _read(captures: list[OpenCapture], facts: Facts, ping: int | None, keep_all: bool) -> Report:
    from netdiag.cli.progress import show_progress
    from netdiag.explain.attempts import attempted_ports
    from netdiag.explain.report import explain
    from netdiag.explain.roles import Roles
    from netdiag.sources.analysis import Analysis

    with show_progress(sum(capture.size_bytes() for capture in captures)) as tick:
        analysis = Analysis(captures, tick, keep_all, Roles(facts), attempted_ports(facts))
        seen = analysis.read(ping and min(ping, MAX_NUMBER))
    return explain(seen, facts, most=None if keep_all else MAX_PINGS, wanted=ping)


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


def _draw(report: Report, number: int | None, path: str) -> None:
    from netdiag.render.ladder_svg import ladder_svg

    wanted = [ping for ping in report.pings if number in (None, ping.number)]
    if not wanted:
        raise click.UsageError("--svg: there is no ping to draw")
    failed = [ping for ping in wanted if ping.status not in ("answered", "unknown")]
    drawing = ladder_svg(report, (failed or wanted)[0])
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(drawing)
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
