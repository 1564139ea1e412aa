"""What carried the pings of a track between nodes, as captures show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_ROLES, PORT_RANK, RECEIVED
from netdiag.explain.path_view import PathView, Start, TrackView
from netdiag.model.report import Encapsulation, Evidence, Mode

MIXED = "mixed"
PLAIN = "none"
MAX_EVIDENCE = 4


def observed_encapsulation(view: PathView) -> str | None:
    """Return what carried a packet between nodes; None if no NIC on its way was captured.

    Within one node there is nothing to carry it: plain.
    """
    kinds = {stack[0].kind if stack else PLAIN for stack in view.wire_encapsulations()}
    if len(kinds) > 1:
        return MIXED
    if kinds:
        return kinds.pop()
    nodes = {step.node for step in view.path}
    return PLAIN if len(nodes) == 1 and _joins_pods(view.path) else None


def _joins_pods(path: Sequence[Crossing]) -> bool:
    """Return True if a path begins at one pod and ends at another."""
    if len(path) < 2 or path[0].rank > PORT_RANK or path[-1].rank > PORT_RANK:
        return False
    if path[-1].rank == 0:
        return len(path) > 2 or path[0].rank == 0
    return path[-2].rank >= PORT_RANK


def ends(view: PathView) -> tuple[str | None, str | None]:
    """Return the nodes that a path leads from and to; None where that was not captured."""
    request = view.track.request
    if view.path is view.track.reply and len(view.path) == 1 == len(request):
        source, destination = _ends(request, _enters(request))
        return destination, source
    first, last = view.path[0], view.path[-1]
    if first.node != last.node or not view.wire_encapsulations():
        return first.node, last.node
    is_opaque = not isinstance(view.steps[0], Crossing)
    return _ends(view.path, is_opaque or _enters(view.path))


def _ends(path: Sequence[Crossing], enters: bool) -> tuple[str | None, str | None]:
    """Return the ends of a path that only one of two nodes captured."""
    return (None, path[0].node) if enters else (path[0].node, None)


def observed_mode(views: Sequence[TrackView]) -> Mode | None:
    """Return what carried the pings of some tracks, both ways; None if no capture shows it."""
    kinds: set[str] = set()
    detail: dict[str, Any] = {}
    evidence: list[Evidence] = []
    for view, name in ways_of(views):
        kind = observed_encapsulation(view)
        if kind is None:
            continue
        kinds.add(kind)
        if name not in detail:
            detail[name] = _detail(view, kind)
            evidence += _evidence(view)
    if not kinds:
        return None
    kind = kinds.pop() if len(kinds) == 1 else MIXED
    return Mode(None, kind, detail, tuple(evidence[:MAX_EVIDENCE]))


def ways_of(views: Sequence[TrackView]) -> Iterator[tuple[PathView, str]]:
    """Yield the ways of tracks that were seen, with their names: request, reply."""
    for view in views:
        if view.track.request:
            yield view.request, "request"
        if view.track.reply:
            yield view.reply, "reply"


def _detail(view: PathView, kind: str) -> dict[str, Any]:
    source, destination = ends(view)
    detail: dict[str, Any] = {
        "encapsulation": kind,
        "source_node": source,
        "destination_node": destination,
    }
    stacks = [stack for stack in view.wire_encapsulations() if stack]
    if stacks:
        outer: Encapsulation = stacks[0][0]
        detail |= {
            "source": outer.source,
            "destination": outer.destination,
            "vni": outer.vni,
            "port": outer.port,
        }
    detail["inferred"] = len(view.steps) > len(view.path)
    return detail


def _evidence(view: PathView) -> Iterator[Evidence]:
    sample = view.track.samples(1)[0]
    for hop in view.hops(sample, Start(0, None), {}):
        if hop.role in NIC_ROLES or len(view.path) == len(view.steps) == 1:
            yield Evidence("frame", hop.node, hop.file, hop.frame)
            return


def _enters(path: Sequence[Crossing]) -> bool:
    """Return True if a path comes in through a NIC, as far as its crossings tell."""
    first, last = path[0], path[-1]
    if first.rank != last.rank:
        return first.rank > last.rank
    return first.direction == RECEIVED
