"""The pings of the report, and what they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from netdiag.correlate.track import Sample
from netdiag.explain.names import Names
from netdiag.explain.observations import Observations
from netdiag.explain.path_view import Start, TrackView
from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Hop, Ping, Point, Rtt, Status, Totals

Echo = tuple[str, str, int, int]
"""Source, destination, ICMP id and sequence number."""

RTT_VALUES, LEAST_RTT_VALUES = 8192, 8
"""Round trips that median and p99 are taken from: of all tracks, of each at least."""


def list_pings(
    views: Sequence[TrackView],
    seen: Observations,
    errors: Mapping[tuple[str, str, int, int], tuple[str, ...]],
    most: int | None,
    wanted: int | None,
    names: Names,
) -> tuple[Ping, ...]:
    """Return up to ``most`` pings in order of time, of every track and status some.

    ``errors`` are sentences by source, destination, ICMP id and sequence number.
    """
    chosen = _choose(views, most, wanted)
    pings = [_ping(view, view.track.sample(index), seen, errors, names) for view, index in chosen]
    return tuple(sorted(pings, key=lambda ping: ping.number))


def _choose(
    views: Sequence[TrackView], most: int | None, wanted: int | None
) -> list[tuple[TrackView, int]]:
    """Take the pings of all tracks in turn until there are enough, those that failed first."""
    every = sum(view.track.shape.kept for view in views)
    if most is None or every <= most:
        return [(view, index) for view in views for index in range(view.track.shape.kept)]
    ordered = sorted(
        views, key=lambda view: (view.judgement.status == "answered", view.track.number)
    )
    chosen: list[tuple[TrackView, int]] = []
    for view in views if wanted is not None else ():
        for index in range(view.track.shape.kept):
            if view.track.shape.number(index) == wanted:
                chosen.append((view, index))
    index = 0
    while len(chosen) < most:
        for view in ordered:
            if index < view.track.shape.kept and len(chosen) < most:
                chosen.append((view, index))
        index += 1
    return chosen


def _ping(
    view: TrackView,
    sample: Sample,
    seen: Observations,
    errors: Mapping[tuple[str, str, int, int], tuple[str, ...]],
    names: Names,
) -> Ping:
    clocks = seen.clocks
    first = view.track.first
    start = Start(sample.times[first.position], first.node)
    request = view.request.hops(sample, start, clocks)
    reply = view.reply.hops(sample, start, clocks)
    source, destination = view.track.pair
    identifier = sample.ids[first.position] >> 16
    status = view.judgement.status_at(sample.times[first.position])
    lost = view.lost_after() if status not in ("answered", "unknown") else None
    about = _errors_about((*request, *reply), sample.sequence, errors) if errors else ()
    return Ping(
        number=sample.number,
        source=source,
        source_pod=names.pod_of(source) or _pod(request[:1] or reply[-1:]),
        destination=destination,
        destination_pod=names.pod_of(destination) or _pod(request[1:][-1:]),
        id=identifier,
        seq=sample.sequence,
        status=status,
        rtt_us=_rtt_us(view, sample) if status == "answered" else None,
        request=request,
        reply=reply,
        lost_after=None if lost is None else report_point(lost),
        errors=about,
        protocol=first.lane.protocol,
        refused=any(crossing.lane.is_refusal for crossing in view.track.reply),
    )


def report_point(point: CapturePoint) -> Point:
    """Return a capture point as the report has it."""
    return Point(point.node, point.pod, point.interface)


def _errors_about(
    hops: Sequence[Hop],
    sequence: int,
    errors: Mapping[tuple[str, str, int, int], tuple[str, ...]],
) -> tuple[str, ...]:
    said = (
        sentence
        for hop in _rewritten(hops)
        for sentence in errors.get((hop.source, hop.destination, hop.id, sequence), ())
    )
    return tuple(dict.fromkeys(said))


def _rewritten(hops: Sequence[Hop]) -> Iterable[Hop]:
    """Yield one hop for each set of addresses that a packet had."""
    known = set()
    for hop in hops:
        addresses = (hop.source, hop.destination, hop.id)
        if addresses not in known:
            known.add(addresses)
            yield hop


def _pod(hops: Sequence[Hop]) -> str | None:
    return hops[0].pod if hops else None


def _rtt_us(view: TrackView, sample: Sample) -> float | None:
    shape = view.track.shape
    if shape.rtt_from < 0:
        return None
    return (sample.times[shape.rtt_to] - sample.times[shape.rtt_from]) / 1000


def add_up(views: Sequence[TrackView], left_out: int) -> Totals:
    """Return the totals over all pings, those included that no view stands for."""
    counts: Counter[Status] = Counter()
    rtts: list[tuple[float, float]] = []
    least, greatest = float("inf"), 0.0
    share = max(LEAST_RTT_VALUES, RTT_VALUES // max(1, len(views)))
    for view in views:
        shape, status = view.track.shape, view.judgement.status
        late = view.late_pings
        counts["unknown"] += late
        counts[status] += shape.pings - late
        if status == "answered" and shape.rtt_from >= 0:
            least = min(least, shape.rtt_min_ns)
            greatest = max(greatest, shape.rtt_max_ns)
            _, _, values = shape.spread(shape.rtt_from, shape.rtt_to, share)
            weight = shape.pings / len(values)
            rtts += [(value, weight) for value in values]
    counts["unknown"] += left_out
    return Totals(
        pings=counts.total(),
        answered=counts["answered"],
        request_lost=counts["request-lost"],
        reply_lost=counts["reply-lost"],
        unanswered=counts["unanswered"],
        unknown=counts["unknown"],
        rtt_us=_rtt(rtts, least, greatest),
    )


def _rtt(rtts: list[tuple[float, float]], least: float, greatest: float) -> Rtt | None:
    if not rtts:
        return None
    rtts.sort()
    whole = sum(weight for _, weight in rtts)
    return Rtt(
        min=least / 1000,
        median=_quantile(rtts, whole * 0.5) / 1000,
        p99=_quantile(rtts, whole * 0.99) / 1000,
        max=greatest / 1000,
    )


def _quantile(rtts: Sequence[tuple[float, float]], share: float) -> float:
    """Return the value below which this much of the weight lies (nearest rank)."""
    passed = 0.0
    for value, weight in rtts:
        passed += weight
        if passed >= share - 1e-9:
            return value
    return rtts[-1][0]
