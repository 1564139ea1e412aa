"""What a live session knows, and how it changes; pure."""

from __future__ import annotations

from dataclasses import replace

from netdiag.cli.sessions.frames import PingsWatched
from netdiag.model.facts.facts import Facts
from netdiag.model.inspection import Inspection
from netdiag.model.report import Report
from netdiag.tui.session import Snapshot

MOST_CHANGES = 100
MOST_TOLD = 3
"""Problems that stand in a banner; the others are in the snapshot."""


def with_facts(known: Snapshot, facts: Facts, inspection: Inspection | None) -> Snapshot:
    """Return facts that are newer, unless they are of fewer nodes: a trace asks some of many."""
    listed = len(known.facts.cluster.nodes or ())
    if known.facts.nodes.keys() - facts.nodes.keys() or listed > len(facts.cluster.nodes or ()):
        return known
    newer = known.report is not None
    return replace(known, facts=facts, inspection=inspection, are_facts_newer=newer)


def with_report(known: Snapshot, report: Report) -> Snapshot:
    """Return what packets prove, by the facts that were read with them."""
    return replace(known, report=report, are_facts_newer=False)


def with_watched(known: Snapshot, frame: PingsWatched) -> Snapshot:
    """Return the latest pings, and all of them in numbers."""
    if known.tracing is None:
        return known
    changes = (*known.tracing.changes, *frame.changes)[-MOST_CHANGES:]
    tracing = replace(known.tracing, watched=frame.summary, changes=changes)
    return replace(with_report(known, frame.report), tracing=tracing)


def with_trace_ended(known: Snapshot) -> Snapshot:
    """Return what is known when a trace is over."""
    tracing = known.tracing
    return replace(known, tracing=replace(tracing, is_on=False)) if tracing else known


def in_short(problems: tuple[str, ...]) -> str:
    """Return the first problems in one sentence."""
    more = len(problems) - MOST_TOLD
    words = "; ".join(problems[:MOST_TOLD])
    return f"{words}; and {more:,} more" if more > 0 else words
