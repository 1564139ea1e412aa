"""Captures that are held in memory, read with facts that are known."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.explain.report import explain
from netdiag.explain.roles import Roles
from netdiag.facts.configuration.tunnel_ports import tunnel_table
from netdiag.model.facts.facts import Facts
from netdiag.model.report import Evidence, Hop, Report
from netdiag.sources.analysis import Analysis
from netdiag.sources.capture_file import open_captures
from netdiag.sources.found import CaptureFile


def read_window(file: CaptureFile, facts: Facts, before: int = 0) -> Report:
    """Return what one capture file and facts prove; all pings are listed.

    ``before``: so many packets came before the file's first, and frames are counted from there.
    """
    captures, _ = open_captures([file], tunnel_table(facts))
    seen = Analysis(captures, None, True, Roles(facts)).read()
    for capture in captures:
        capture.close()
    report = explain(seen, facts, most=None)
    return _moved(report, before) if before else report


def _moved(report: Report, frames: int) -> Report:
    return replace(
        report,
        pings=tuple(
            replace(ping, request=_hops(ping.request, frames), reply=_hops(ping.reply, frames))
            for ping in report.pings
        ),
        findings=tuple(
            replace(finding, evidence=tuple(_evidence(each, frames) for each in finding.evidence))
            for finding in report.findings
        ),
    )


def _hops(hops: tuple[Hop, ...], frames: int) -> tuple[Hop, ...]:
    return tuple(replace(hop, frame=hop.frame + frames) for hop in hops)


def _evidence(evidence: Evidence, frames: int) -> Evidence:
    return replace(evidence, frame=evidence.frame + frames) if evidence.frame else evidence
