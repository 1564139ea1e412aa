"""What a sweep over sizes proves: packets too large for the path, fragments that are lost."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.findings.by_facts import explained_by_facts
from netdiag.explain.findings.context import Context, frames_of, shell_word
from netdiag.explain.findings.loss import Loss
from netdiag.explain.findings.loss_rules import mtu_exceeded
from netdiag.explain.findings.size_losses import fragments_lost
from netdiag.explain.findings.told_by_kernel import told_by_kernel
from netdiag.explain.path_mtu import chain_of, is_fragmented, room_at
from netdiag.explain.path_view import TrackView
from netdiag.explain.sweeps import Swept
from netdiag.facts.kernel.describing import fact_evidence
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.activity import ToldMtu
from netdiag.model.facts.source import Source
from netdiag.model.path_mtu import MtuHop
from netdiag.model.report import Evidence, Finding

BY_SIZE = (
    *("mtu-exceeded", "mtu-blackhole", "fragments-lost"),
    *("forward-blocked", "policy-blocked", "input-blocked", "overlay-port-blocked"),
)
"""What stops large packets and lets small ones pass."""


def swept_losses(context: Context) -> Iterator[Finding]:
    """Each direction that lets less pass than its sender's interface."""
    for swept in context.sweeps:
        if swept.is_limited:
            finding = _limit(swept, context)
            if finding is not None:
                yield finding
        whole = swept.lost_whole
        if whole is not None and swept.is_path_sound and is_fragmented(whole):
            loss = _loss(swept, whole, context)
            finding = fragments_lost(loss, context) if loss is not None else None
            if finding is not None:
                yield finding


def _limit(swept: Swept, context: Context) -> Finding | None:
    """Return why no more passes, and the kernel's word for it."""
    loss = _loss(swept, swept.lost, context) if swept.lost is not None else None
    found = _inferred(swept, loss, context)
    if loss is None:
        return found
    told = told_by_kernel(found, loss, context._replace(kernel=context.swept_kernel))
    return told if told is not None and told.code in BY_SIZE else found


def _inferred(swept: Swept, loss: Loss | None, context: Context) -> Finding | None:
    """Return why: what was said outranks facts, facts outrank packets."""
    exceeded = mtu_exceeded(loss, context) if loss is not None else None
    if exceeded is not None:
        return exceeded
    if swept.ending.told is not None:
        return _told(swept, swept.ending.told)
    if not swept.is_path_sound:
        return None  # what is lost by chance would look the same
    if loss is None:
        return _blackhole(swept, None, context)
    by_facts = explained_by_facts(loss, context)
    if by_facts is not None and by_facts.code in BY_SIZE:
        return by_facts
    wider = context._replace(views=[*context.views, *swept.views])
    return fragments_lost(loss, wider) or _blackhole(swept, loss, context)


def _loss(swept: Swept, view: TrackView, context: Context) -> Loss | None:
    last, where = view.judgement.lost_after, view.lost_after()
    if last is None or where is None:
        return None
    track = view.track
    echoes = {(swept.sweep.id, sample.sequence) for sample in track.samples(track.shape.kept)}
    errors = tuple(
        error
        for error in context.seen.rare.errors
        if error.echo in echoes and not error.quotes_reply
    )
    return Loss(view, last, where, view.track.pings, 0, errors, context.names)


def _told(swept: Swept, told: ToldMtu) -> Finding:
    """Return what only the sender's log says: no capture has the ICMP error."""
    size = swept.ending.size
    asked = f"an MTU of {told.mtu}" if told.mtu else "a smaller size"
    return Finding(
        "mtu-exceeded",
        "error",
        None,
        None,
        f"Packets of {size} bytes are too big: {told.sender} asks for {asked}",
        f"{swept.name}: no more than {swept.passes} bytes pass without fragments, and "
        f"{swept.sweep.interface} sends up to {swept.sweep.mtu}. {told.sender} told the sender so.",
        f"ip link show  # the pods' interfaces must have an MTU of {swept.passes} at most; "
        "set it in the CNI configuration and restart the pods",
        (_log_evidence(swept, told.position, f"{told.sender} asks for {asked}"),),
    )


def _blackhole(swept: Swept, loss: Loss | None, context: Context) -> Finding:
    """Return that nobody says so, at the interface that is too small by facts, or last seen."""
    sweep, narrow = swept.sweep, _narrow(swept, loss, context)
    seen = MtuHop(*loss.where, None, None) if loss else MtuHop(swept.node, None, None, None, None)
    at = narrow or seen
    where = str(loss.where) if loss is not None else "the sender's interface"
    return Finding(
        "mtu-blackhole",
        "error",
        at.node,
        at.interface,
        f"Packets of more than {swept.passes} bytes vanish after {where}, and nobody says so",
        f"{context.names.way(sweep.source, sweep.destination)}: packets of {swept.passes} bytes "
        f"arrive, those of {swept.ending.size}, which must not be fragmented, are lost after "
        f"{where}, and no ICMP 'fragmentation needed' came back. {_limit_words(narrow)}, and "
        f"{sweep.interface} sends up to {sweep.mtu} bytes: connections open and then hang with "
        "the first large packet.",
        _remedy(narrow, sweep.mtu),
        _frames(swept, loss),
        at.pod,
    )


def _limit_words(narrow: MtuHop | None) -> str:
    if narrow is None:
        return "Somewhere beyond the MTU is smaller"
    added = f", of which the tunnel takes {narrow.overhead}" if narrow.overhead else ""
    point = CapturePoint(narrow.node, narrow.pod, narrow.interface)
    return f"{point!s} has an MTU of {narrow.mtu}{added}"


def _remedy(narrow: MtuHop | None, wanted: int) -> str:
    if narrow is None:
        return "allow ICMP type 3 code 4 on the way, or lower the pods' MTU to what passes"
    device, needed = shell_word(narrow.interface), wanted + (narrow.overhead or 0)
    return (
        f"ip link set dev {device} mtu {needed}  # on {shell_word(narrow.node)}, if what is behind "
        "it carries that; else lower the pods' MTU"
    )


def _frames(swept: Swept, loss: Loss | None) -> tuple[Evidence, ...]:
    """Return where a lost packet and a smaller one were seen last, and what the sender noted."""
    arrived, line = swept.largest_arrived, swept.sweep.position
    return (
        *(frames_of(loss.view, [loss.last]) if loss is not None else ()),
        *(frames_of(arrived, arrived.track.request[-1:]) if arrived is not None else ()),
        _log_evidence(swept, line, f"{swept.passes} bytes pass at most"),
    )


def _narrow(swept: Swept, loss: Loss | None, context: Context) -> MtuHop | None:
    """Return the interface at or behind the loss that is too small by facts, the nearest one."""
    arrived = swept.largest_arrived
    if arrived is None or loss is None:
        return None
    chain = chain_of([arrived], context.truths)
    at = [(hop.node, hop.pod, hop.interface) for hop in chain]
    where = (loss.where.node, loss.where.pod, loss.where.interface)
    rest = chain[at.index(where) :] if where in at else chain
    size = swept.ending.size
    return next((hop for hop in rest if (room_at(hop) or size) < size), None)


def _log_evidence(swept: Swept, line: int, text: str) -> Evidence:
    return fact_evidence(swept.node, Source(swept.sweep.document, f"line {line}"), text)
