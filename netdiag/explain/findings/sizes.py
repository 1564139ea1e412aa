"""Fragments of tunnel packets: everything arrives, and each packet costs two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.explain.findings.context import Context, frames_of
from netdiag.model.report import Finding


def overlay_fragmented(context: Context) -> Iterator[Finding]:
    """Outer packets are fragmented, and all of them are delivered."""
    for view in context.views:
        if view.judgement.status != "answered":
            continue
        for path in (view.track.request, view.track.reply):
            for index, crossing in enumerate(path):
                if not crossing.lane.outer_fragment:
                    continue
                node = _fragmenting_node(path, index)
                outer = crossing.lane.encapsulation[0]
                yield Finding(
                    "overlay-fragmented",
                    "warning",
                    node,
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
                break


def _fragmenting_node(path: Sequence[Crossing], index: int) -> str | None:
    """Return the node that the packet left whole inside; None = somebody between the captures."""
    crossing = path[index]
    before = path[index - 1] if index else None
    if before is None or before.node == crossing.node:
        return crossing.node
    return before.node if not before.lane.encapsulation else None
