"""Packets that did not arrive: one finding for each dead direction between two addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from netdiag.correlate.rare_packets import IcmpError
from netdiag.explain.attempts import is_refused
from netdiag.explain.findings.by_facts import explained_by_facts
from netdiag.explain.findings.context import Context
from netdiag.explain.findings.kernel_reasons import UNDECIDED
from netdiag.explain.findings.loss import Loss
from netdiag.explain.findings.loss_rules import LOSS_RULES
from netdiag.explain.findings.missing_facts import facts_missing_for
from netdiag.explain.findings.told_by_kernel import told_by_kernel
from netdiag.explain.path_view import TrackView
from netdiag.model.report import Finding, Status

What = tuple[tuple[str, str], str, int | None]
"""Two addresses, icmp, tcp or udp, and the port that is asked."""

LOST: tuple[Status, ...] = ("request-lost", "reply-lost", "unanswered")


def losses(context: Context) -> Iterator[Finding]:
    """Yield for each dead direction what the strongest proof says.

    Of pings whose fate captures do not show, facts alone may tell.
    """
    for loss in _dead_directions(context):
        finding = told_by_kernel(_strongest(loss, context), loss, context)
        if finding is not None:
            yield finding
            if finding.code in UNDECIDED:
                yield from facts_missing_for(loss, context)


def _strongest(loss: Loss, context: Context) -> Finding | None:
    """Return what the first rule says that knows an answer."""
    rules = LOSS_RULES if loss.status in LOST else (explained_by_facts,)
    return next((found for rule in rules if (found := rule(loss, context)) is not None), None)


def _dead_directions(context: Context) -> Iterator[Loss]:
    groups: dict[tuple[What, Status], list[TrackView]] = {}
    for view in (*context.views, *context.attempts):
        is_lost = view.judgement.status != "answered" and view.late_pings < view.track.pings
        if is_lost and not _is_no_fault(view, context):
            groups.setdefault((_what(view), view.judgement.status), []).append(view)
    answered = _answered(context)
    errors = _errors_by_pair(context)
    for (what, _), views in groups.items():
        view = max(views, key=lambda view: view.track.pings)
        last, where = view.judgement.lost_after, view.lost_after()
        if last is None or where is None:
            continue
        lost = sum(view.track.pings - view.late_pings for view in views)
        size = view.track.first.lane.size
        about = _errors_about(view, errors)
        yield Loss(view, last, where, lost, answered[what, size], about, context.names)


def _what(view: TrackView) -> What:
    lane = view.track.first.lane
    return view.track.pair, lane.protocol, lane.port


def _is_no_fault(view: TrackView, context: Context) -> bool:
    """Return True for a datagram that arrived: nobody has to answer it."""
    is_udp = view.track.protocol == "udp"
    is_there = view.judgement.status == "unanswered"
    return is_there and (is_udp or is_refused(view, context.seen))


def _answered(context: Context) -> Counter[tuple[What, int]]:
    """Return how many pings of each pair and size were answered."""
    answered: Counter[tuple[What, int]] = Counter()
    for view in (*context.views, *context.attempts):
        if view.judgement.status == "answered":
            answered[_what(view), view.track.first.lane.size] += view.track.pings
    return answered


def _errors_by_pair(context: Context) -> dict[tuple[str, str], list[IcmpError]]:
    """Return the ICMP errors by the addresses of the packets that they quote."""
    found: dict[tuple[str, str], list[IcmpError]] = {}
    for error in context.seen.rare.errors:
        for pair in dict.fromkeys(error.quoted):
            found.setdefault(pair, []).append(error)
    return found


def _errors_about(
    view: TrackView, errors: Mapping[tuple[str, str], Sequence[IcmpError]]
) -> tuple[IcmpError, ...]:
    pairs = dict.fromkeys(
        (crossing.lane.source, crossing.lane.destination)
        for crossing in (*view.track.request, *view.track.reply)
    )
    protocol, port = view.track.protocol, view.track.first.lane.port
    return tuple(
        error
        for pair in pairs
        for error in errors.get(pair, ())
        if error.quoted_protocol in ("", protocol)
        and (error.quoted_ports is None or port in error.quoted_ports)
    )
