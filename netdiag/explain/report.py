"""Puts the report together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netdiag.correlate.places import role_of
from netdiag.correlate.rare_packets import IcmpError
from netdiag.explain.conversations import list_conversations
from netdiag.explain.coverage import Coverage
from netdiag.explain.findings import find_all
from netdiag.explain.findings.context import Context
from netdiag.explain.flows import list_flows
from netdiag.explain.judgement import judge_track
from netdiag.explain.modes import list_pairs, observed_mode
from netdiag.explain.observations import CaptureFacts, Observations
from netdiag.explain.path_view import TrackView
from netdiag.explain.paths import list_paths
from netdiag.explain.pings import add_up, list_pings
from netdiag.model.capture_point import CapturePoint
from netdiag.model.protocols import icmp_name, icmpv6_name
from netdiag.model.report import SCHEMA, Capture, Clock, Report

MAX_SENTENCES = 4


def explain(seen: Observations, *, most: int | None, wanted: int | None = None) -> Report:
    """Return the report with at most ``most`` pings (None: all), number ``wanted`` for sure."""
    coverage = Coverage(seen)
    rtt_ns = _longest_rtt(seen)
    sentences = _sentences(seen)
    views = [
        TrackView(track, judge_track(track, coverage, rtt_ns, sentences), seen)
        for track in seen.tracks
    ]
    flows, left_out = list_flows(seen, most)
    conversations, conversations_left_out = list_conversations(views)
    return Report(
        schema=SCHEMA,
        captures=tuple(row for capture in seen.captures for row in _captures(capture, seen)),
        mode=observed_mode(views),
        pairs=list_pairs(views),
        pings=list_pings(views, seen, sentences, most, wanted),
        totals=add_up(views, seen),
        conversations=conversations,
        conversations_left_out=conversations_left_out,
        paths=list_paths(views, seen.clocks),
        flows=flows,
        flows_left_out=left_out,
        clocks=_clocks(seen),
        drops=(),
        mtu=None,
        findings=find_all(Context(views, seen, coverage)),
        flow_packets_left_out=seen.flows.left_out,
        interrupted=seen.interrupted,
    )


def _longest_rtt(seen: Observations) -> int | None:
    rtts = [track.shape.rtt_max_ns for track in seen.tracks if track.shape.rtt_from >= 0]
    return max(rtts, default=None)


def _captures(capture: CaptureFacts, seen: Observations) -> Sequence[Capture]:
    points = capture.points or (CapturePoint(None, None, None),)
    return [
        Capture(
            node=point.node,
            pod=point.pod,
            interface=point.interface,
            role=role_of(point),
            link_type=capture.link_type,
            file=capture.label,
            packets=capture.packets_at[index] if capture.packets_at else 0,
            dropped=capture.dropped,
            problem=capture.problem,
        )
        for index, point in enumerate(points)
    ]


def _clocks(seen: Observations) -> tuple[Clock, ...]:
    reference = next(
        (node for node, clock in seen.clocks.items() if clock.uncertainty_ns == 0), None
    )
    return tuple(
        Clock(
            node,
            reference,
            round(clock.offset_ns / 1000, 3),
            round(clock.uncertainty_ns / 1000, 3),
        )
        for node, clock in seen.clocks.items()
        if node is not None and reference is not None and node != reference
    )


def _sentences(seen: Observations) -> Mapping[tuple[str, str, int, int], tuple[str, ...]]:
    """Return what ICMP errors say, by the echo packet that they quote."""
    found: dict[tuple[str, str, int, int], dict[str, None]] = {}
    for error in seen.rare.errors:
        if error.echo is None or not error.quoted:
            continue
        said = found.setdefault((*error.quoted[-1], *error.echo), {})
        if len(said) < MAX_SENTENCES:
            said[_sentence(error)] = None
    return {key: tuple(said) for key, said in found.items()}


def _sentence(error: IcmpError) -> str:
    name = (icmpv6_name if error.is_ipv6 else icmp_name)(error.type, error.code)
    mtu = f", mtu {error.mtu}" if error.mtu is not None else ""
    return f"{error.source}: {name}{mtu}"
