"""Losses of large packets alone: too big without a word, or fragments that don't all arrive."""

from __future__ import annotations

from netdiag.explain.findings.context import Context, frames_of
from netdiag.explain.findings.loss import Loss
from netdiag.explain.path_view import TrackView
from netdiag.model.report import Finding

SMALLEST_LIMIT = 1200
"""Smaller packets fit through any tunnel of any usual network."""

HEADER_BYTES = 28
"""Of IPv4 and ICMP, which ping's -s leaves out."""


def mtu_blackhole(loss: Loss, context: Context) -> Finding | None:
    """Large packets that must not be fragmented vanish, small ones pass, and nobody says why."""
    lane = loss.view.track.first.lane
    smaller = _largest_answered(loss, context)
    if not lane.dont_fragment or smaller is None or loss.answered or loss.errors:
        return None
    began_ns = min(loss.view.track.sample(0).times)
    if lane.size < SMALLEST_LIMIT or smaller.track.shape.last_ns < began_ns:
        return None  # no MTU is so small, or then nothing passed any more
    passed = smaller.track.first.lane.size
    return Finding(
        "mtu-blackhole",
        "error",
        loss.where.node,
        loss.where.interface,
        f"Packets of {lane.size} bytes vanish after {loss.where!s}; those of {passed} pass",
        f"{loss.way}: pings of {passed} bytes are answered, those of {lane.size} bytes, which "
        f"must not be fragmented, are lost after {loss.where!s}, and no ICMP 'fragmentation "
        "needed' came back. Somewhere beyond the MTU is smaller, and the message about it is "
        "blocked or never sent: connections open and then hang with the first large packet.",
        f"ping -c 1 -M do -s {passed - HEADER_BYTES} {loss.view.track.pair[1]}  # from the sender; "
        "then larger, to find the limit: allow ICMP type 3 code 4 on the way, or lower the pods' "
        "MTU to what passes",
        (
            *frames_of(loss.view, [loss.last]),
            *frames_of(smaller, [smaller.track.request[-1]]),
        ),
    )


def fragments_lost(loss: Loss, context: Context) -> Finding | None:
    """A packet that was cut into fragments does not arrive, and small ones do."""
    path = loss.view.track.reply or loss.view.track.request
    cut = [c for c in path if c.lane.fragment or c.lane.outer_fragment]
    if not cut or loss.answered:
        return None
    first = cut[0]
    smaller = _largest_answered(loss, context)
    small = ""
    if smaller is not None:
        small = f" Pings of {smaller.track.first.lane.size} bytes between them are answered."
    return Finding(
        "fragments-lost",
        "error",
        first.node,
        first.point.interface,
        f"Fragments of packets of {loss.view.track.first.lane.size} bytes do not all arrive",
        f"{loss.way}: the {loss.packet} leaves {first.point} in fragments, and is lost after "
        f"{loss.where!s}.{small} A firewall that drops fragments (they carry no ports), a NIC or a "
        "cloud that does, or too small a buffer for putting them together.",
        "lower the pods' MTU so that tunnel packets need no fragments (VXLAN 50, IPIP 20, "
        "WireGuard 60 bytes less than the NIC's), or let fragments pass",
        frames_of(loss.view, [first, loss.last]),
    )


def _largest_answered(loss: Loss, context: Context) -> TrackView | None:
    """Return the answered pings between the same two that are largest, but smaller than the "
    "lost."""
    size = loss.view.track.first.lane.size
    answered = [
        view
        for view in context.views
        if view.judgement.status == "answered"
        and frozenset(view.track.pair) == frozenset(loss.view.track.pair)
        and view.track.first.lane.size < size
    ]
    return max(answered, key=lambda view: view.track.first.lane.size, default=None)
