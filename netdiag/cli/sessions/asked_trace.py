"""Between what can be traced, and what was asked for as a ``TraceWanted``."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from glob import escape

from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.facts import Facts
from netdiag.sources.inventory.ends import find_ends
from netdiag.sources.inventory.places import Inventory, PlacedPod
from netdiag.sources.live.captures import PlacesOfNode
from netdiag.sources.live.connecting import new_ports
from netdiag.sources.live.traced import TraceWanted, new_ping
from netdiag.tui.session import TraceEnd, TraceOptions

REPLY_SECONDS = 1.0


def trace_wanted(
    inventory: Inventory,
    source: str,
    destination: str,
    options: TraceOptions,
    facts: Facts,
) -> TraceWanted:
    """Return what is to be traced. Raises InventoryError, ValueError: it cannot be.

    Where nodes and pods have told nothing of their interfaces nobody could choose any: there it is
    captured at all of them.
    """
    ends = find_ends(inventory, source, destination)
    ping = new_ping(
        count=options.count or TraceOptions.count or 1,
        interval=options.interval,
        size=options.payload_bytes,
        dont_fragment=options.dont_fragment,
        timeout=REPLY_SECONDS,
    )
    ports = new_ports(options.tcp_ports, options.udp_ports, ping, finds=False)
    where = ["-k"] if any(node.is_container for node in inventory.nodes) else []
    command = shlex.join(["netdiag", "trace", *where, source, destination])
    chosen: Mapping[str, PlacesOfNode] = {}
    if options.points is not None:
        chosen = _chosen(inventory, options.points, facts, [end.pod for end in ends if end.pod])
    also = frozenset(point.node for point in options.by_hand if point.node)
    return TraceWanted(
        *ends, ping, ports, mtu=options.mtu, command=command, chosen=chosen, also=also
    )


def _chosen(
    inventory: Inventory,
    points: Collection[CapturePoint],
    facts: Facts,
    traced: Sequence[PlacedPod],
) -> Mapping[str, PlacesOfNode]:
    """Return places and their interfaces, by node."""
    pods = {(pod.node, name): pod for pod in inventory.pods for name in (pod.folder, pod.name)}
    found: dict[str, dict[PlacedPod | None, tuple[str, ...]]] = {
        node.name: {}
        for node in inventory.nodes
        if node.name in facts.nodes and facts.nodes[node.name].host.links and not node.is_between
    }
    for pod in traced:
        told = facts.nodes[pod.node].pods if pod.node in found else None
        if told is not None and told.keys().isdisjoint((pod.name, pod.folder)):
            found[pod.node][pod] = ()
    for point in sorted(points, key=str):
        places = found.get(point.node or "")
        within = pods.get((point.node or "", point.pod)) if point.pod else None
        if places is None or point.interface is None or (point.pod and within is None):
            continue
        places[within] = (*places.get(within, ()), escape(point.interface))
    return found


def ends_of(inventory: Inventory) -> tuple[TraceEnd, ...]:
    """Return what can be traced between."""
    pods = [
        TraceEnd(pod.name, "pod", pod.node, tuple(map(str, pod.addresses)))
        for pod in inventory.pods
    ]
    nodes = [
        TraceEnd(node.name, "node", node.name, tuple(map(str, node.addresses)))
        for node in inventory.nodes
        if not node.is_between
    ]
    return (*pods, *nodes)
