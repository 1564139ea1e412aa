"""The report as text, for a terminal and for a ticket: the verdict first, then its reasons."""

from __future__ import annotations

from netdiag.model.report import Ping, Report
from netdiag.render.attempt_lines import flows_of_others, write_attempts
from netdiag.render.capture_lines import write_captures, write_clocks
from netdiag.render.document_lines import write_bad_documents
from netdiag.render.finding_text import write_findings
from netdiag.render.flow_table import write_flows
from netdiag.render.mode_table import write_modes
from netdiag.render.page import GOOD, HEADING, PROBLEM, WARNING, Page
from netdiag.render.path_mtu import write_mtu
from netdiag.render.path_times import write_times
from netdiag.render.ping_choice import choose_pings, find_ping, way_of
from netdiag.render.ping_summary import write_summary
from netdiag.render.ping_table import write_ping
from netdiag.render.probe_lines import write_drops
from netdiag.render.verdict import verdict_sentences

__all__ = ["PingNotListedError", "find_ping", "report_text"]


class PingNotListedError(LookupError):
    """The report lists no ping of that number; the message is a sentence for the user."""


def report_text(
    report: Report, *, width: int, colour: bool, ping: int | None = None, all_pings: bool = False
) -> str:
    """Return the report as lines of at most ``width`` cells; only remedies may be longer.

    Shown are the pings worth a look, or only ``ping`` (``PingNotListedError`` if it is not
    listed), or with ``all_pings`` all that are listed.
    """
    page = Page(width, colour)
    _write_verdict(page, report)
    if ping is not None:
        write_ping(page, _listed_ping(report, ping), report.names)
        return page.text()
    write_findings(page, report.findings)
    write_modes(page, report.mode, report.pairs, report.pairs_left_out)
    _write_pings(page, report, all_pings)
    write_times(page, report.totals.rtt_us, report.paths, report.names)
    write_attempts(page, report)
    write_flows(page, flows_of_others(report), report.flows_left_out, report.names)
    write_drops(page, report.drops)
    write_mtu(page, report.mtu, report.names)
    write_clocks(page, report.clocks)
    write_captures(page, report.captures)
    write_bad_documents(page, report.bad_documents)
    return page.text()


def _write_verdict(page: Page, report: Report) -> None:
    for sentence in verdict_sentences(report):
        page.paragraph((sentence, f"{HEADING} {_verdict_colour(report)}"), indent=0)


def _verdict_colour(report: Report) -> str:
    severities = {finding.severity for finding in report.findings}
    totals = report.totals
    if "error" in severities or totals.request_lost or totals.reply_lost or totals.unanswered:
        return PROBLEM
    if "warning" in severities or report.interrupted or not totals.answered:
        return WARNING
    return GOOD


def _listed_ping(report: Report, number: int) -> Ping:
    found = find_ping(report, number)
    if found is not None:
        return found
    count, total = len(report.pings), report.totals.pings
    listed = f"only {count:,} of {total:,} pings are" if count < total else f"it lists {count:,}"
    raise PingNotListedError(f"ping {number} is not listed in the report: {listed}")


def _write_pings(page: Page, report: Report, all_pings: bool) -> None:
    chosen = [(ping, "") for ping in report.pings] if all_pings else choose_pings(report)
    write_summary(page, report, len(chosen))
    ways: dict[tuple[object, ...], int] = {}
    for ping, why in chosen:
        first = ways.setdefault(way_of(ping), ping.number)
        write_ping(page, ping, report.names, why, None if first == ping.number else first)
