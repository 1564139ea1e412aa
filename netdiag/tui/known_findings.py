"""The findings that are known at one moment: the report's, and what nodes have told since then."""

from __future__ import annotations

from netdiag.model.report import Finding
from netdiag.tui.session import Snapshot


def known_findings(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Return all of them, those of the report first."""
    if snapshot.report is not None:
        return (*snapshot.report.findings, *later_findings(snapshot))
    return snapshot.inspection.findings if snapshot.inspection is not None else ()


def later_findings(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Return errors and warnings that facts show which are newer than the report."""
    report, inspection = snapshot.report, snapshot.inspection
    if report is None or inspection is None or not snapshot.are_facts_newer:
        return ()
    told = {_what(finding) for finding in report.findings}
    return tuple(
        finding
        for finding in inspection.findings
        if finding.severity != "info" and _what(finding) not in told
    )


def _what(finding: Finding) -> tuple[str, str | None]:
    return finding.code, finding.node
