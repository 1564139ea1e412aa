"""Reads bundles and other captures up to what is observed, judged, or explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from netdiag.explain.bystanders import Bystanders
from netdiag.explain.coverage import Coverage
from netdiag.explain.expected.world import World
from netdiag.explain.findings import RULES
from netdiag.explain.findings.context import Context
from netdiag.explain.flows import list_flows
from netdiag.explain.judgement import judge_track
from netdiag.explain.modes import find_modes
from netdiag.explain.names import Names
from netdiag.explain.observations import Observations
from netdiag.explain.path_view import TrackView
from netdiag.explain.truths.truths import Truths
from netdiag.model.facts.facts import NO_FACTS, Facts
from netdiag.model.report import Finding
from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.sources.analysis import Analysis
from netdiag.sources.capture_file import open_captures
from netdiag.sources.paths import find_captures
from tests.bundles.network import Bundle
from tests.bundles.simulate import write_bundle
from tests.captures import pcap

LONGEST_RTT_NS = 1_000_000


def observe(folder: Path) -> Observations:
    """Return what is observed in the captures of a folder."""
    files, problems = find_captures((str(folder),))
    captures, unopened = open_captures(files, udp_tunnel_table())
    assert (problems, unopened) == ([], [])
    seen = Analysis(captures, None, True).read()
    for capture in captures:
        capture.close()
    return seen


def observe_bundle(bundle: Bundle, folder: Path) -> Observations:
    write_bundle(bundle, folder)
    return observe(folder)


def observe_packets(
    captures: Mapping[str, Sequence[tuple[int, bytes]]], folder: Path
) -> Observations:
    """Write packets by ``node/interface`` and observe them."""
    for name, packets in captures.items():
        path = folder / f"{name}.pcap"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pcap(packets))
    return observe(folder)


def judged(seen: Observations, facts: Facts = NO_FACTS) -> Context:
    """Return all tracks with how they ended, and what facts tell."""
    coverage = Coverage(seen)
    refused = {
        (*error.quoted[-1], *error.echo)
        for error in seen.rare.errors
        if error.echo is not None and error.quoted
    }
    views = [
        TrackView(track, judge_track(track, coverage, LONGEST_RTT_NS, refused), seen)
        for track in seen.tracks
    ]
    truths = Truths(facts)
    modes = find_modes(views, list_flows(seen, None)[0], truths, None)
    names = Names(facts)
    world, bystanders = World(truths, names), Bystanders(truths)
    return Context(views, seen, coverage, truths, modes, names, world, bystanders)


def statuses(context: Context) -> list[str]:
    return [view.judgement.status for view in context.views]


def found_by_rule(context: Context) -> dict[str, list[Finding]]:
    """Return what each rule finds, for those that find something."""
    found = {rule.__name__: list(rule(context)) for rule in RULES}
    return {name: findings for name, findings in found.items() if findings}
