"""Findings: what is wrong, where, why, what to do about it, and the frames that prove it."""

from __future__ import annotations

from netdiag.model.report import Evidence, Finding, Severity
from netdiag.render.page import PLACE, PROBLEM, QUIET, WARNING, Page

MOST_FRAMES = 8
MOST_FACTS = 4
STYLES: dict[Severity, str] = {"error": PROBLEM, "warning": WARNING, "info": QUIET}


def write_findings(page: Page, findings: tuple[Finding, ...]) -> None:
    """Write all findings; the first is the one to act on."""
    if not findings:
        return
    page.heading("Findings")
    for number, finding in enumerate(findings):
        if number:
            page.gap()
        _write_finding(page, finding)


def _write_finding(page: Page, finding: Finding) -> None:
    interface = finding.interface
    if interface and finding.pod:
        interface = f"{finding.pod}:{interface}"
    place = "/".join(name for name in (finding.node, interface) if name)
    page.paragraph(
        (finding.severity.upper(), f"bold {STYLES[finding.severity]}"),
        f"  {finding.code}",
        " at " if place else "",
        (place, PLACE),
    )
    page.paragraph((finding.title, "bold"), indent=4)
    if finding.explanation:
        page.paragraph(finding.explanation, indent=4)
    if finding.remedy:
        page.paragraph(("Remedy:", QUIET), indent=4)
        page.copyable(finding.remedy, indent=6)
    _write_evidence(page, finding.evidence)


def _write_evidence(page: Page, evidence: tuple[Evidence, ...]) -> None:
    frames = [item for item in evidence if item.kind == "frame"]
    if frames:
        names = [f"{item.file or '?'}:{item.frame}" for item in frames[:MOST_FRAMES]]
        page.paragraph(("Frames: ", QUIET), ", ".join(names) + _more(frames, names), indent=4)
    others = [item for item in evidence if item.kind != "frame"]
    shown = others[:MOST_FACTS]
    for item in shown:
        page.paragraph((f"{item.kind.capitalize()}: ", QUIET), _fact_words(item), indent=4)
    if len(others) > len(shown):
        page.paragraph((f"…{_more(others, shown)}", QUIET), indent=4)


def _more(items: list[Evidence], shown: list[str] | list[Evidence]) -> str:
    left = len(items) - len(shown)
    return f" and {left:,} more" if left else ""


def _fact_words(item: Evidence) -> str:
    """Return ``node-2/ip_route.json: its text``, as much of it as is known."""
    source = "/".join(name for name in (item.node, item.document or item.file) if name)
    return ": ".join(words for words in (source, item.key, item.text) if words)
