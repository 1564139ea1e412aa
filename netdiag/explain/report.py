"""Puts the report together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netdiag.correlate.rare_packets import IcmpError
from netdiag.explain.attempts import AttemptJudge, list_attempts
from netdiag.explain.bypass import Bypass
from netdiag.explain.bystanders import Bystanders
from netdiag.explain.conversations import list_conversations
from netdiag.explain.coverage import Coverage
from netdiag.explain.expected.world import World
from netdiag.explain.findings import find_all
from netdiag.explain.findings.context import Context
from netdiag.explain.flows import list_flows
from netdiag.explain.judgement import judge_track
from netdiag.explain.kernel_drops import find_kernel_drops
from netdiag.explain.modes import find_modes, host_of
from netdiag.explain.names import Names
from netdiag.explain.observations import CaptureFacts, Observations
from netdiag.explain.path_mtu import addresses_of, path_mtu
from netdiag.explain.path_view import TrackView
from netdiag.explain.paths import list_paths
from netdiag.explain.pings import add_up, list_pings
from netdiag.explain.pod_names import with_pod_names
from netdiag.explain.sweeps import find_sweeps
from netdiag.explain.truths.truths import Truths
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.facts import NO_FACTS, Facts
from netdiag.model.protocols import icmp_name, icmpv6_name
from netdiag.model.report import SCHEMA, BadDocument, Capture, Clock, Flow, Ping, Report, Role

MAX_SENTENCES = 4


def explain(
    seen: Observations, facts: Facts = NO_FACTS, *, most: int | None, wanted: int | None = None
) -> Report:
    """Return the report with at most ``most`` pings (None: all), number ``wanted`` for sure."""
    truths, names = Truths(facts), Names(facts)
    bystanders = Bystanders(truths)
    seen = seen._replace(
        tracks=bystanders.left_out(seen.tracks), attempts=bystanders.left_out(seen.attempts)
    )
    coverage = Coverage(seen, Bypass(truths))
    rtt_ns = _longest_rtt(seen)
    sentences = _sentences(seen)
    views = [
        TrackView(track, judge_track(track, coverage, rtt_ns, sentences), seen)
        for track in (*seen.tracks, *seen.swept)
    ]
    views, swept = views[: len(seen.tracks)], views[len(seen.tracks) :]
    sweeps = find_sweeps(facts, views, swept)
    judge = AttemptJudge(coverage, rtt_ns, facts, seen.tracks)
    attempts = [TrackView(*judge.judge(track), seen) for track in seen.attempts]
    flows, left_out = list_flows(seen, most)
    conversations, conversations_left_out = list_conversations(views)
    modes = find_modes(views, flows, truths, most)
    pings = list_pings(views, seen, sentences, most, wanted, names)
    kernel, swept_kernel = find_kernel_drops(facts).apart({each.sweep.id for each in sweeps})
    mtu = path_mtu(sweeps, views, truths)
    world = World(truths, names)
    context = Context(
        views, seen, coverage, truths, modes, names, world, bystanders, kernel, attempts, sweeps,
        swept_kernel,
    )  # fmt: skip
    report = Report(
        schema=SCHEMA,
        captures=tuple(row for capture in seen.captures for row in _captures(capture, seen)),
        mode=modes.modes,
        pairs=modes.pairs,
        pings=pings,
        totals=add_up(views, seen.pings_left_out),
        conversations=conversations,
        conversations_left_out=conversations_left_out,
        paths=list_paths(views, seen.clocks),
        flows=flows,
        flows_left_out=left_out,
        clocks=_clocks(seen),
        drops=kernel.rows(),
        mtu=mtu,
        findings=find_all(context),
        flow_packets_left_out=seen.flows.left_out,
        interrupted=seen.interrupted,
        pairs_left_out=modes.pairs_left_out,
        names=names.named((*_addresses(pings, flows), *addresses_of(mtu))),
        attempts=list_attempts(attempts, seen, facts, {}, names),
        bad_documents=tuple(
            BadDocument(problem.node, problem.document, problem.reason)
            for problem in facts.problems
        ),
    )
    return with_pod_names(report, facts)


def _addresses(pings: Sequence[Ping], flows: Sequence[Flow]) -> Iterator[str]:
    """Yield all addresses that a report's pings and flows name."""
    for ping in pings:
        for hop in (*ping.request, *ping.reply):
            yield from (hop.source, hop.destination)
            for tunnel in hop.encapsulation:
                yield from (end for end in (tunnel.source, tunnel.destination) if end)
    for flow in flows:
        yield from (host_of(flow.source), host_of(flow.destination))


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
            role=_role(point, seen),
            link_type=capture.link_type,
            file=capture.label,
            packets=capture.packets_at[index] if capture.packets_at else 0,
            dropped=capture.dropped,
            problem=capture.problem,
            role_guessed=point not in seen.points or seen.points[point].role_guessed,
        )
        for index, point in enumerate(points)
    ]


def _role(point: CapturePoint, seen: Observations) -> Role:
    return seen.points[point].role if point in seen.points else "other"


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
