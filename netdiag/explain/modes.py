"""The three truths per pair of nodes and direction: those that were seen, and those by facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from netdiag.correlate.crossing import Crossing
from netdiag.explain.observed import MIXED, ends, observed_encapsulation, observed_mode, ways_of
from netdiag.explain.path_view import TrackView
from netdiag.explain.truths.truths import MAX_COMPARED, Ends, Row, Truths, modes_of
from netdiag.model.report import Flow, Mode, Modes, Pair

MAX_PAIRS = 1000
"""How many pairs of nodes a report lists unless all are asked for."""


class Way(NamedTuple):
    """One direction between two ends, as packets were seen to go it."""

    ends: Ends
    observed: str | None


class Found(NamedTuple):
    """What is known of how packets are carried."""

    modes: Modes
    rows: tuple[Row, ...]
    """One per pair of nodes and direction for which facts tell something, all of them."""
    pairs: tuple[Pair, ...]
    """Those of the report: what was seen first, then what disagrees, then the rest."""
    pairs_left_out: int


def find_modes(
    views: Sequence[TrackView], flows: Sequence[Flow], truths: Truths, most: int | None
) -> Found:
    """Return the three truths for the first pair of pods, and for each pair of nodes."""
    ways = list(_ways_of_views(views, truths)) or list(_ways_of_flows(flows, truths))
    seen = _rows(ways, truths)
    first = _first_pair(views)
    traced_ways = list(_ways_of_views(first, truths)) if first else ways[:2]
    traced = [row for row, _ in _rows(traced_ways, truths) if row is not None]
    observed = observed_mode(first) if first else _mode_of_ways(traced_ways)
    known = [pair for _, pair in seen]
    compared = None if most is None else MAX_COMPARED
    others = list(truths.rows_between(known, compared)) if truths.is_known else []
    others.sort(key=lambda row: row.pair.agree is not False)
    if not traced:
        traced = _pair_of_nodes(others)
    pairs = [*known, *(row.pair for row in others if _tells(row.pair))]
    limit = MAX_PAIRS if most is not None else len(pairs)
    rows = (*(row for row, _ in seen if row is not None), *others)
    every = len(truths.with_pods) * (len(truths.with_pods) - 1) if truths.is_known else 0
    left_out = max(0, len(pairs) - limit, every - limit if len(pairs) > limit else 0)
    return Found(modes_of(traced, observed), rows, tuple(pairs[:limit]), left_out)


def _first_pair(views: Sequence[TrackView]) -> Sequence[TrackView]:
    """Return the tracks of the first two addresses whose way between nodes was seen, or else."""
    groups: dict[frozenset[str], list[TrackView]] = {}
    for view in views:
        groups.setdefault(frozenset(view.track.pair), []).append(view)
    told = (same for same in groups.values() if observed_mode(same) is not None)
    return next(told, next(iter(groups.values()), []))


def _pair_of_nodes(rows: Sequence[Row]) -> list[Row]:
    """Return the rows there and back between two nodes: without packets, what disagrees first."""
    for row in rows:
        if row.configured is not None or row.programmed is not None:
            ends = {row.pair.source_node, row.pair.destination_node}
            return [r for r in rows if {r.pair.source_node, r.pair.destination_node} == ends]
    return []


def _tells(pair: Pair) -> bool:
    return any(truth is not None for truth in (pair.configured, pair.programmed, pair.observed))


def _ways_of_views(views: Sequence[TrackView], truths: Truths) -> Iterator[Way]:
    for view in views:
        back = None
        for path, _ in ways_of([view]):
            kind = observed_encapsulation(path)
            there = _resolved(Ends(*ends(path), *_addresses(path.path)), truths)
            back = Ends(there.destination_node, there.source_node, there.destination, there.source)
            yield Way(there, kind)
        if back is not None and truths.is_known and not (view.track.request and view.track.reply):
            yield Way(back, None)


def _addresses(path: Sequence[Crossing]) -> tuple[str, str]:
    """Return a packet's addresses as the node that sends it routes it: destinations translated."""
    first = path[0]
    sent = [crossing for crossing in path if crossing.node == first.node]
    return first.lane.source, sent[-1].lane.destination


def _resolved(seen: Ends, truths: Truths) -> Ends:
    """Name the nodes by who has the addresses, where captures do not show both ends."""
    if not truths.is_known:
        return seen
    source = truths.nodes.holder_of(seen.source)
    destination = truths.nodes.holder_of(seen.destination)
    return Ends(
        seen.source_node or (source.name if source else None),
        destination.name if destination else seen.destination_node,
        seen.source,
        seen.destination,
    )


def _ways_of_flows(flows: Sequence[Flow], truths: Truths) -> Iterator[Way]:
    """Yield the ways of the largest flow between two nodes that have its addresses."""
    for flow in flows:
        source, destination = (host_of(text) for text in (flow.source, flow.destination))
        holders = truths.nodes.holder_of(source), truths.nodes.holder_of(destination)
        if holders[0] is None or holders[1] is None:
            continue
        there = Ends(holders[0].name, holders[1].name, source, destination)
        back = Ends(holders[1].name, holders[0].name, destination, source)
        yield Way(there, flow.encapsulation)
        reverse = (f for f in flows if (f.source, f.destination) == (flow.destination, flow.source))
        yield Way(back, next((f.encapsulation for f in reverse), None))
        return


def host_of(socket: str) -> str:
    """Return the address of ``address:port`` or ``[address]:port``."""
    return socket.rpartition(":")[0].strip("[]")


def _mode_of_ways(ways: Sequence[Way]) -> Mode | None:
    kinds = {way.observed for way in ways if way.observed is not None}
    if not kinds:
        return None
    return Mode(None, kinds.pop() if len(kinds) == 1 else MIXED, {})


def _rows(ways: Sequence[Way], truths: Truths) -> list[tuple[Row | None, Pair]]:
    """Return one row per pair of nodes and direction of which something is known."""
    kinds: dict[tuple[str | None, str | None], set[str]] = {}
    first: dict[tuple[str | None, str | None], Ends] = {}
    for way in ways:
        key = (way.ends.source_node, way.ends.destination_node)
        first.setdefault(key, way.ends)
        kinds.setdefault(key, set()).update([way.observed] if way.observed is not None else [])
    rows: list[tuple[Row | None, Pair]] = []
    for key, found in kinds.items():
        observed = next(iter(found)) if len(found) == 1 else MIXED if found else None
        row = truths.row(first[key], observed)
        pair = row.pair if row is not None else Pair(*key, None, None, observed, None)
        if _tells(pair) and not _is_told_better(*key, [k for k in kinds if kinds[k]]):
            rows.append((row, pair))
    return rows


def _is_told_better(
    source: str | None, destination: str | None, found: Iterable[tuple[str | None, str | None]]
) -> bool:
    """Return True if a row with an unknown end only repeats one whose ends are known."""
    if source is not None and destination is not None:
        return False
    return any(
        None not in ends and (source in (None, ends[0]) and destination in (None, ends[1]))
        for ends in found
    )
