"""A finding in words: a row, the whole of it, and each piece of its evidence."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Evidence, Finding, Severity
from netdiag.tui.foreign import foreign
from netdiag.tui.messages import Jump, JumpToFact, JumpToFrame, JumpToInterface
from netdiag.tui.theme import Ink

SIGNS: dict[Severity, str] = {"error": "✗", "warning": "!", "info": "i"}


def severity_style(severity: Severity, ink: Ink) -> Style:
    """Return the style of a severity."""
    return {"error": ink.problem, "warning": ink.warning, "info": ink.quiet}[severity]


def severity_words(severity: Severity, ink: Ink) -> Text:
    """Return ``✗ error``: a mark, a word and a colour."""
    return Text(f"{SIGNS[severity]} {severity}", severity_style(severity, ink), end="")


def place_words(finding: Finding) -> str:
    """Return where it is: ``node-1/flannel.1``; empty = at several places."""
    if finding.node is None and finding.interface is None:
        return ""
    if finding.interface is None:
        return finding.node or ""
    return str(CapturePoint(finding.node, finding.pod, finding.interface))


def finding_details(finding: Finding, ink: Ink) -> Text:
    """Return the whole of a finding but its evidence."""
    text = Text(end="").append_text(severity_words(finding.severity, ink))
    text.append("  ").append_text(foreign(finding.code, ink.heading))
    place = place_words(finding)
    if place:
        text.append(" at ", ink.quiet).append_text(foreign(place, ink.place))
    text.append("\n").append_text(foreign(finding.title, ink.heading))
    if finding.explanation:
        text.append("\n\n").append_text(foreign(finding.explanation, ink.text))
    if finding.remedy:
        text.append("\n\nRemedy", ink.quiet).append("  y", ink.key).append(
            " copies it\n", ink.quiet
        )
        text.append_text(foreign(finding.remedy, ink.heading))
    return text


def evidence_place(item: Evidence) -> str:
    """Return where a piece of evidence stands."""
    if item.kind == "frame":
        return f"{item.file or '?'}:{item.frame}"
    if item.kind == "drop" and item.interface:
        return str(CapturePoint(item.node, item.pod, item.interface))
    source = "/".join(name for name in (item.node, item.document or item.file) if name)
    return f"{source} {item.key}" if item.key else source


def evidence_words(item: Evidence) -> str:
    """Return what it says."""
    if item.kind == "drop":
        return " ".join(word for word in (item.reason, item.function, item.rule) if word)
    return item.text or ""


def evidence_jump(item: Evidence) -> Jump | None:
    """Return where Enter leads from a piece of evidence; None = nowhere."""
    if item.kind == "frame" and item.file is not None and item.frame is not None:
        return JumpToFrame(item.file, item.frame)
    if item.document is not None:
        return JumpToFact(item.node, item.document, item.key)
    if item.interface is not None:
        return JumpToInterface(CapturePoint(item.node, item.pod, item.interface))
    return None
