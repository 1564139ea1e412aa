"""Our own attempts to connect by TCP or UDP: what they add up to, and some of them whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from netdiag.correlate.rare_packets import IcmpError
from netdiag.correlate.track import Track
from netdiag.explain.coverage import Coverage
from netdiag.explain.judgement import Judgement, has_arrived, judge_track
from netdiag.explain.names import Names
from netdiag.explain.observations import Observations
from netdiag.explain.path_view import TrackView
from netdiag.explain.pings import Echo, add_up, list_pings
from netdiag.model.facts import activity
from netdiag.model.facts.facts import Facts
from netdiag.model.report import Attempts, Ping

MOST_LISTED = 20
PORT_UNREACHABLE = ((3, 3), (1, 4))
"""Type and code in ICMP and ICMPv6."""

ANSWERS = {"connected": "answered", "reply": "answered", "refused": "refused"}
"""What the probe calls an answer, and what it is called here."""

OUTCOMES = ("answered", "refused", "unanswered", "reply-lost", "request-lost", "unknown")
"""The best first: of what was sent again, the one counts that came furthest."""

Target = tuple[str, str, str, int]
"""Protocol, source, destination, port."""


def attempted_ports(facts: Facts) -> list[tuple[str, int]]:
    """Return protocol and source port of every attempt that probes tell of."""
    return [(run.protocol, attempt.source_port) for run in _runs(facts) for attempt in run.attempts]


def unasked_targets(facts: Facts) -> frozenset[Target]:
    """Return the targets whose ports netdiag chose: that nothing listens there is no fault."""
    return frozenset(
        (run.protocol, run.source, run.destination, run.port)
        for run in _runs(facts)
        if not run.is_asked
    )


def target_of(view: TrackView) -> Target:
    """Return what an attempt was meant for."""
    lane = view.track.first.lane
    return lane.protocol, *view.track.pair, lane.port or 0


class AttemptJudge:
    """Judges attempts as pings, and believes the probe that some were answered.

    NAT may rewrite the port that tells our packets from others, and then captures miss them.
    """

    def __init__(
        self, coverage: Coverage, rtt_ns: int | None, facts: Facts, pings: Sequence[Track]
    ) -> None:
        """``pings`` between the same two show where NAT is."""
        self._coverage = coverage
        self._rtt_ns = rtt_ns
        self._translated = {track.pair for track in pings if _is_translated(track)}
        self._outcomes = outcomes_by_port(facts)

    def judge(self, track: Track) -> tuple[Track, Judgement]:
        """Return the attempt as it is to be told, and how it ended."""
        if track.pair in self._translated:
            judged, judgement = track, self._judge_before_nat(track)
        else:
            judged, judgement = _judge(track, self._coverage, self._rtt_ns)
        port = track.sample(0).ids[track.first.position] >> 16
        is_answered = self._outcomes.get((track.protocol, port)) in ANSWERS
        is_missed = is_answered and judgement.status not in ("answered", "unanswered")
        if is_missed and judged is track:
            return track, Judgement("unknown", None)
        return judged, judgement

    def _judge_before_nat(self, track: Track) -> Judgement:
        """Judge an attempt that NAT is on the way of: seen only before it, it may have gone on.

        Where NAT keeps the port, captures show it behind, too.
        """
        judgement = judge_track(track, self._coverage, self._rtt_ns)
        if judgement.status == "request-lost" and not _is_translated(track):
            return Judgement("unknown", judgement.lost_after)
        return judgement


def _is_translated(track: Track) -> bool:
    """Return True if NAT rewrites an address of a track's request."""
    lanes = [crossing.lane for crossing in track.request]
    return len({(lane.source, lane.destination) for lane in lanes}) > 1


def outcomes_by_port(facts: Facts) -> dict[tuple[str, int], str]:
    """Return what the probe tells of attempts, by protocol and source port."""
    return {
        (run.protocol, attempt.source_port): attempt.outcome
        for run in _runs(facts)
        for attempt in run.attempts
    }


def _judge(track: Track, coverage: Coverage, rtt_ns: int | None) -> tuple[Track, Judgement]:
    """Judge an attempt as a ping; a reset that somebody on the way sent is no answer to it."""
    is_reset = any(crossing.lane.is_refusal for crossing in track.reply)
    if is_reset and track.request and not has_arrived(track, coverage):
        last = track.request[-1]
        if coverage.is_missed(track, track.request):
            return Track(track.shape, track.request, ()), Judgement("request-lost", last)
    return track, judge_track(track, coverage, rtt_ns)


def is_refused(view: TrackView, seen: Observations) -> bool:
    """Return True if the destination itself says that nothing listens on the port."""
    if view.judgement.status == "answered":
        return any(crossing.lane.is_refusal for crossing in view.track.reply)
    return view.judgement.status == "unanswered" and any(_refusals(view, seen))


def _refusals(view: TrackView, seen: Observations) -> Iterator[IcmpError]:
    """Yield the ICMP errors by which the destination refuses an attempt."""
    protocol, source, destination, port = target_of(view)
    for error in seen.rare.errors:
        if (
            (error.type, error.code) in PORT_UNREACHABLE
            and error.quoted_protocol == protocol
            and error.quoted_ports is not None
            and error.quoted_ports[1] == port
            and error.quoted[-1:] == ((source, destination),)
            and error.source == destination
        ):
            yield error


def list_attempts(
    views: Sequence[TrackView],
    seen: Observations,
    facts: Facts,
    errors: Mapping[Echo, tuple[str, ...]],
    names: Names,
) -> tuple[Attempts, ...]:
    """Return the attempts by what they were meant for, as probes tell of them."""
    groups: dict[Target, list[TrackView]] = {
        (run.protocol, run.source, run.destination, run.port): [] for run in _runs(facts)
    }
    for view in views:
        groups.setdefault(target_of(view), []).append(view)
    return tuple(
        _attempts(target, same, seen, _told(target, facts), errors, names)
        for target, same in groups.items()
    )


def _attempts(
    target: Target,
    views: Sequence[TrackView],
    seen: Observations,
    told: Sequence[activity.Attempt],
    errors: Mapping[Echo, tuple[str, ...]],
    names: Names,
) -> Attempts:
    protocol, source, destination, port = target
    pings = list_pings(views, seen, errors, None, None, names)
    refusing = {number for view in views if is_refused(view, seen) for number in _numbers(view)}
    by_port = {each.source_port: each.outcome for each in told}
    best: dict[int, str] = {}
    for ping in pings:
        outcome: str = "refused" if ping.number in refusing else ping.status
        if outcome == "unknown":
            outcome = ANSWERS.get(by_port.get(ping.id, ""), outcome)
        best[ping.id] = min(best.get(ping.id, outcome), outcome, key=OUTCOMES.index)
    counts = Counter(best.values())
    retransmits = [each.retransmits for each in told if each.retransmits is not None]
    return Attempts(
        protocol=_protocol(protocol),
        source=source,
        destination=destination,
        port=port,
        attempts=max(len(best), len(told)),
        answered=counts["answered"],
        refused=counts["refused"],
        request_lost=counts["request-lost"],
        reply_lost=counts["reply-lost"],
        unanswered=counts["unanswered"],
        unknown=counts["unknown"] + max(0, len(told) - len(best)),
        rtt_us=add_up(views, 0).rtt_us,
        mss=min((each.mss for each in told if each.mss), default=None),
        retransmissions=sum(retransmits) if retransmits else None,
        pings=_some(pings),
    )


def _numbers(view: TrackView) -> list[int]:
    return [view.track.shape.number(index) for index in range(view.track.shape.kept)]


def _some(pings: Sequence[Ping]) -> tuple[Ping, ...]:
    """Return some of the attempts, of each status the first ones."""
    chosen = sorted(pings, key=lambda ping: ping.status == "answered")[:MOST_LISTED]
    return tuple(sorted(chosen, key=lambda ping: ping.number))


def _protocol(name: str) -> Literal["tcp", "udp"]:
    return "tcp" if name == "tcp" else "udp"


def _told(target: Target, facts: Facts) -> list[activity.Attempt]:
    """Return what the probe told of the attempts to a target."""
    return [
        attempt
        for run in _runs(facts)
        if (run.protocol, run.source, run.destination, run.port) == target
        for attempt in run.attempts
    ]


def _runs(facts: Facts) -> Iterator[activity.Attempts]:
    for node in facts.nodes.values():
        yield from node.activity.attempts
