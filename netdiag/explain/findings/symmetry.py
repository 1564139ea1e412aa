"""Requests and replies that take different ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_ROLES
from netdiag.explain.findings.context import Context, frames_of
from netdiag.explain.observed import observed_encapsulation
from netdiag.explain.path_view import TrackView
from netdiag.model.report import Finding


def asymmetric_path(context: Context) -> Iterator[Finding]:
    """Request and reply differ in encapsulation, overlay device or nodes."""
    for view in context.views:
        if view.judgement.status != "answered" or view.track.first.node is None:
            continue
        difference = _difference(view)
        if difference is None:
            continue
        source, destination = view.track.pair
        way = context.names.way(source, destination)
        yield Finding(
            "asymmetric-path",
            "warning",
            None,
            None,
            f"Request and reply take different ways: {difference}",
            f"{way}: {difference}. It works, but rp_filter, stateful firewalls "
            "and MTUs see only one half, and the two nodes are not configured alike.",
            f"ip route get {destination}  # on the node of {source}, and ip route get {source} on "
            f"that of {destination}: compare device and next hop",
            frames_of(view, [*_on_the_wire(view.track.request), *_on_the_wire(view.track.reply)]),
        )


def _difference(view: TrackView) -> str | None:
    there, back = (observed_encapsulation(way) for way in (view.request, view.reply))
    if there is not None and back is not None and there != back:
        return f"the request goes by {_words(there)}, the reply by {_words(back)}"
    request, reply = view.track.request, view.track.reply
    if request[0].point != reply[-1].point or request[-1].point != reply[0].point:
        return None  # an end is missing, and so may be more
    nodes = [_nodes(path) for path in (request, tuple(reversed(reply)))]
    if set(nodes[0]) != set(nodes[1]):
        return (
            f"the request by {' → '.join(nodes[0])}, the reply by {' → '.join(reversed(nodes[1]))}"
        )
    devices = [_overlay_devices(path) for path in (request, reply)]
    if devices[0] != devices[1]:
        return f"the request through {_list(devices[0])}, the reply through {_list(devices[1])}"
    return None


def _words(encapsulation: str) -> str:
    return "plain routing" if encapsulation == "none" else encapsulation


def _nodes(path: Sequence[Crossing]) -> list[str]:
    return list(dict.fromkeys(str(crossing.node) for crossing in path))


def _overlay_devices(path: Sequence[Crossing]) -> set[str]:
    return {str(crossing.point) for crossing in path if crossing.place.role == "overlay"}


def _list(devices: set[str]) -> str:
    return ", ".join(sorted(devices)) or "no overlay device"


def _on_the_wire(path: Sequence[Crossing]) -> Sequence[Crossing]:
    return [crossing for crossing in path if crossing.place.role in NIC_ROLES][:1]
