"""Which encapsulation carried the pings, per pair of nodes and direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from netdiag.explain.path_view import PathView, TrackView
from netdiag.model.report import Encapsulation, Evidence, Mode, Modes, Pair

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
    reaches_pods = view.path and view.path[0].rank <= 1 and view.path[-1].rank <= 1
    return PLAIN if len(nodes) == 1 and len(view.path) > 2 and reaches_pods else None


def ends(view: PathView) -> tuple[str | None, str | None]:
    """Return the nodes that a path leads from and to; None where that was not captured."""
    first, last = view.path[0], view.path[-1]
    source: str | None = first.node
    destination: str | None = last.node
    if first.node == last.node and view.wire_encapsulations():
        # Only one of the nodes was captured: it is the one that the pod is on.
        if _enters(view):
            source = None
        else:
            destination = None
    return source, destination


def list_pairs(views: Sequence[TrackView]) -> tuple[Pair, ...]:
    """Return one row per pair of nodes and direction in which an encapsulation was seen."""
    found: dict[tuple[str | None, str | None], set[str]] = {}
    for view, _ in _ways(views):
        kind = observed_encapsulation(view)
        if kind is not None:
            found.setdefault(ends(view), set()).add(kind)
    return tuple(
        Pair(source, destination, None, None, kinds.pop() if len(kinds) == 1 else MIXED, None)
        for (source, destination), kinds in found.items()
    )


def observed_mode(views: Sequence[TrackView]) -> Modes:
    """Return the three truths for the first pair of pods; so far only what was observed."""
    observed = None
    for first in views:
        pair = set(first.track.pair)
        same = [view for view in views if set(view.track.pair) == pair]
        observed = _mode(same)
        if observed is not None:
            break
    return Modes(None, None, None, observed, None)


def _mode(views: Sequence[TrackView]) -> Mode | None:
    kinds: set[str] = set()
    detail: dict[str, Any] = {}
    evidence: list[Evidence] = []
    for view, name in _ways(views):
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


def _ways(views: Sequence[TrackView]) -> Iterator[tuple[PathView, str]]:
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
    for hop in view.hops(sample, 0.0, {}):
        if hop.role in ("physical", "other") or len(view.path) == len(view.steps) == 1:
            yield Evidence("frame", hop.node, hop.file, hop.frame)
            return


def _enters(view: PathView) -> bool:
    """Return True if a path that one node saw comes in through its NIC."""
    first = view.steps[0]
    if not hasattr(first, "rank"):
        return True
    last = view.path[-1]
    if view.path[0].rank != last.rank:
        return view.path[0].rank > last.rank
    return view.path[0].direction == 1
