"""Fragments of tunnel packets: everything arrives, and each packet costs two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.explain.findings.context import Context, frames_of
from netdiag.explain.path_view import TrackView
from netdiag.model.report import Finding


def overlay_fragmented(context: Context) -> Iterator[Finding]:
    """Outer packets are fragmented, and all of them are delivered."""
    swept = [view for sweep in context.sweeps for view in sweep.views]
    found = [
        (view, path, at) for view in (*context.views, *swept) for path, at in _fragmented(view)
    ]
    nodes = {_fragmenting_node(path, at) for _, path, at in found}
    for view, path, at in found:
        crossing = path[at]
        outer = crossing.lane.encapsulation[0]
        yield Finding(
            "overlay-fragmented",
            "warning",
            next(iter(nodes)) if len(nodes) == 1 else None,
            None,
            f"Packets of {crossing.lane.size} bytes are cut in two inside {outer.kind}",
            f"Inner packets of {crossing.lane.size} bytes make {outer.kind} packets from "
            f"{outer.source} to {outer.destination} larger than the underlay's MTU. "
            "They are fragmented and put together again: slow, and a firewall that drops "
            "fragments makes it a loss of large packets only.",
            "ip link show  # the overlay device's MTU must leave room for the tunnel "
            "(VXLAN 50, IPIP 20, WireGuard 60); lower it or raise the underlay's",
            frames_of(view, [crossing]),
        )


def _fragmented(view: TrackView) -> Iterator[tuple[Sequence[Crossing], int]]:
    """Yield the ways of answered pings that went in fragments, and where that began."""
    if view.judgement.status != "answered":
        return
    for path in (view.track.request, view.track.reply):
        at = next((i for i, crossing in enumerate(path) if crossing.lane.outer_fragment), None)
        if at is not None:
            yield path, at


def _fragmenting_node(path: Sequence[Crossing], index: int) -> str | None:
    """Return the node that the packet left whole inside; None = somebody between the captures."""
    crossing = path[index]
    before = path[index - 1] if index else None
    if before is None or before.node == crossing.node:
        return crossing.node
    return before.node if not before.lane.encapsulation else None
