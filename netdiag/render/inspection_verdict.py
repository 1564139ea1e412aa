"""The verdict on nodes without packets: how many, which backend, and whether truths agree."""

from __future__ import annotations

from netdiag.model.inspection import Inspection
from netdiag.model.report import Pair
from netdiag.render.page import GOOD, PROBLEM, WARNING
from netdiag.render.verdict import finding_sentences

MOST_BACKENDS = 3


def inspection_sentences(inspection: Inspection) -> list[str]:
    """Return the sentences, most important first; each is a paragraph of its own."""
    count = len(inspection.nodes)
    if not count:
        first = "No node found: no document tells of one."
    else:
        subject = f"{count:,} node{'' if count == 1 else 's'}{_backends(inspection)}"
        agreement = _agreement(inspection.pairs)
        first = f"{subject}: {agreement}." if agreement else f"{subject}."
    return [first, *finding_sentences(inspection.findings, first)]


def inspection_colour(inspection: Inspection) -> str:
    """Return the verdict's colour: of an error, of a doubt, or of nothing wrong."""
    severities = {finding.severity for finding in inspection.findings}
    if "error" in severities:
        return PROBLEM
    agrees = {pair.agree for pair in inspection.pairs}
    doubtful = False in agrees or agrees == {None} or not inspection.nodes
    return WARNING if doubtful or "warning" in severities else GOOD


def _backends(inspection: Inspection) -> str:
    known = list(dict.fromkeys(node.backend for node in inspection.nodes if node.backend))
    if not known and inspection.mode.backend:
        known = [inspection.mode.backend]
    if len(known) > MOST_BACKENDS:
        return f", {len(known):,} different backends"
    return f", {' and '.join(known)}" if known else ""


def _agreement(pairs: tuple[Pair, ...]) -> str:
    """Return whether configured and programmed agree, over all ways from node to node."""
    total = len(pairs)
    agree, differ = (sum(pair.agree is told for pair in pairs) for told in (True, False))
    if not total:
        return ""
    if differ:
        ways = "the way" if total == 1 else f"{differ:,} of {total:,} ways"
        return f"configured and programmed disagree on {ways} from node to node"
    if agree == total:
        return "configured and programmed agree"
    if agree:
        return (
            f"configured and programmed agree where both are known, on {agree:,} of {total:,} ways"
        )
    return _unknown(pairs)


def _unknown(pairs: tuple[Pair, ...]) -> str:
    configured, programmed = (
        any(kinds) for kinds in ([p.configured for p in pairs], [p.programmed for p in pairs])
    )
    if configured and not programmed:
        return "what is configured is known, what is programmed is not"
    if programmed and not configured:
        return "what is programmed is known, what is configured is not"
    return "it is not known whether configured and programmed agree"
