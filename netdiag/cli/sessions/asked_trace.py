"""Between what can be traced, and what was asked for as a ``TraceWanted``."""

from __future__ import annotations

import shlex

from netdiag.sources.inventory.ends import find_ends
from netdiag.sources.inventory.places import Inventory
from netdiag.sources.live.connecting import new_ports
from netdiag.sources.live.traced import TraceWanted, new_ping
from netdiag.tui.session import TraceEnd, TraceOptions

REPLY_SECONDS = 1.0


def trace_wanted(
    inventory: Inventory, source: str, destination: str, options: TraceOptions
) -> TraceWanted:
    """Return what is to be traced. Raises InventoryError, ValueError: it cannot be."""
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
    return TraceWanted(*ends, ping, ports, mtu=options.mtu, command=command)


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
