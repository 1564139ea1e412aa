"""The path's MTU as the report tells it: what sweeps found, and the MTUs of the interfaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.explain.opaque import OpaqueHop
from netdiag.explain.path_view import TrackView
from netdiag.explain.pings import report_point
from netdiag.explain.sweeps import ARRIVED, Swept
from netdiag.explain.truths.mtus import OVERHEADS, OVERHEADS_IPV6
from netdiag.explain.truths.truths import Truths
from netdiag.model.capture_point import CapturePoint
from netdiag.model.path_mtu import MtuHop, PathMtu, SweptDirection
from netdiag.model.report import Encapsulation


def path_mtu(sweeps: Sequence[Swept], views: Sequence[TrackView], truths: Truths) -> PathMtu | None:
    """Return what sweeps found; None if there were none."""
    if not sweeps:
        return None
    there = next((swept for swept in sweeps if not swept.is_back), None)
    back = next((swept for swept in sweeps if swept.is_back), None)
    chain = chain_of([*(there.views if there else ()), *views], truths)
    known = [hop for hop in chain if room_at(hop) is not None]
    return PathMtu(
        source_to_destination=_direction(there) if there else None,
        destination_to_source=_direction(back) if back else None,
        chain=chain,
        smallest=min(known, key=lambda hop: room_at(hop) or 0, default=None),
    )


def chain_of(views: Sequence[TrackView], truths: Truths) -> tuple[MtuHop, ...]:
    """Return the interfaces that the first request crossed that arrived, with their MTUs."""
    view = next((view for view in views if view.judgement.status in ARRIVED), None)
    steps = view.request.steps if view is not None else ()
    hops: dict[CapturePoint, MtuHop] = {}
    for step in steps:
        point = step.place.point
        overhead = _overhead(_tunnels(step))
        hops[point] = MtuHop(
            point.node, point.pod, point.interface, mtu_at(point, truths), overhead
        )
    return tuple(hops.values())


def mtu_at(point: CapturePoint, truths: Truths) -> int | None:
    """Return the MTU that facts tell of an interface."""
    node = truths.nodes.get(point.node)
    if node is None or node.facts is None:
        return None
    links = node.host.links
    if point.pod is not None:
        inside = node.facts.pods.get(point.pod)
        links = inside.links if inside is not None else None
    return next((link.mtu for link in links or () if link.name == point.interface), None)


def room_at(hop: MtuHop) -> int | None:
    """Return the largest packet that fits through an interface; None = not known."""
    if hop.mtu is None or hop.overhead is None:
        return None
    return hop.mtu - hop.overhead


def addresses_of(found: PathMtu | None) -> Iterator[str]:
    """Yield the addresses that are named."""
    if found is None:
        return
    for direction in (found.source_to_destination, found.destination_to_source):
        if direction is not None:
            yield from (direction.source, direction.destination)
            yield from (direction.told_by,) if direction.told_by else ()


def _direction(swept: Swept) -> SweptDirection:
    sweep, lost = swept.sweep, swept.lost
    told = swept.ending.told if swept.is_limited else None
    where = lost.lost_after() if lost is not None and swept.is_limited else None
    sizes: dict[int, bool] = {}
    for tried in sweep.tried:
        if tried.forbids:
            sizes[tried.size] = sizes.get(tried.size, False) or tried.is_answered
    return SweptDirection(
        source=sweep.source,
        destination=sweep.destination,
        interface=sweep.interface,
        path_mtu=swept.passes,
        sent_mtu=sweep.mtu,
        told=told is not None if swept.is_limited else None,
        told_by=told.sender if told else None,
        told_mtu=told.mtu if told else None,
        lost_at=report_point(where) if where is not None else None,
        fragmented=any(map(is_fragmented, swept.views)),
        fragments_lost=any(
            is_fragmented(view) and view.judgement.status == "request-lost" for view in swept.views
        ),
        sizes=tuple(sorted(sizes.items())),
    )


def is_fragmented(view: TrackView) -> bool:
    """Tell whether requests of a track, or the tunnel packets around them, are fragments."""
    lanes = [crossing.lane for crossing in view.track.request]
    return any(lane.fragment or lane.outer_fragment for lane in lanes)


def _tunnels(step: Crossing | OpaqueHop) -> tuple[Encapsulation, ...]:
    stack = step.lane.encapsulation
    return (stack,) if isinstance(stack, Encapsulation) else stack


def _overhead(tunnels: Sequence[Encapsulation]) -> int | None:
    """Return the bytes that tunnels add; None = one of them is not known."""
    added = 0
    for tunnel in tunnels:
        table = OVERHEADS_IPV6 if ":" in (tunnel.source or "") else OVERHEADS
        if tunnel.kind not in table:
            return None
        added += table[tunnel.kind]
    return added
