"""Writes a bundle with facts and explains it as ``netdiag analyze`` does, in this process."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from netdiag.explain.report import explain
from netdiag.explain.roles import Roles
from netdiag.model.report import Hop, Point, Report
from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.sources.analysis import Analysis
from netdiag.sources.capture_file import open_captures
from netdiag.sources.facts import read_facts
from netdiag.sources.paths import find_all
from tests.bundles.facts.documents import Facts, write_facts
from tests.bundles.network import Bundle
from tests.bundles.simulate import write_bundle


def explained(bundle: Bundle, facts: Facts, folder: Path) -> Report:
    """Return the report on a bundle with all its pings; every document in it is understood."""
    write_bundle(bundle, folder)
    write_facts(facts, folder)
    found = find_all((str(folder),))
    told = read_facts(found.documents.values())
    assert (found.problems, told.problems) == ([], ())
    captures, unopened = open_captures(found.captures, udp_tunnel_table())
    assert unopened == []
    seen = Analysis(captures, None, True, Roles(told)).read()
    for capture in captures:
        capture.close()
    return explain(seen, told, most=None)


def path(points: Iterable[Hop | Point]) -> list[str]:
    """Return places as ``node/pod:interface``."""
    return [f"{at.node}/{f'{at.pod}:' if at.pod else ''}{at.interface}" for at in points]


def verdicts(report: Report) -> set[str]:
    """Return how the pings ended, and where those that were lost were seen last."""
    return {
        " ".join((ping.status, *(path([ping.lost_after]) if ping.lost_after else ())))
        for ping in report.pings
    }


def serious(report: Report) -> list[str]:
    """Return ``code node`` of errors and warnings."""
    return [f"{f.code} {f.node or '-'}" for f in report.findings if f.severity != "info"]
