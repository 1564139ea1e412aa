"""TCP and UDP flows: what was counted at each place, put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netdiag.correlate.flow_table import FlowRow
from netdiag.correlate.places import NIC_ROLES
from netdiag.explain.observations import Observations
from netdiag.model.addresses import ipv4_text, ipv6_text
from netdiag.model.layers import ENCAPSULATION_NAMES, TCP, unpack_encapsulations
from netdiag.model.report import Flow

MAX_FLOWS = 256
MIXED = "mixed"


class Ends(NamedTuple):
    """What makes a flow: as ``FlowRow`` has it."""

    protocol: int
    addresses: bytes
    ports: bytes


class Counted(NamedTuple):
    """What was counted of a flow at one place."""

    row: int
    seen: FlowRow
    packets: int
    bytes: int
    retransmissions: int
    first_ns: int


def list_flows(seen: Observations, most: int | None) -> tuple[tuple[Flow, ...], int]:
    """Return the largest flows, the largest first, and how many more were told apart.

    A packet is seen at many places and counted once: at the place that saw most.
    """
    limit = MAX_FLOWS if most is not None else None
    flows: dict[Ends, list[Counted]] = {}
    for number, row in enumerate(seen.flows.rows):
        packets, size, again, first_ns = seen.flows.counts(number)
        found = Counted(number, row, packets, size, again, first_ns)
        flows.setdefault(Ends(*row[1:4]), []).append(found)
    sizes = {ends: max(count.bytes for count in counts) for ends, counts in flows.items()}
    order = sorted(flows, key=sizes.__getitem__, reverse=True)
    left_out = max(0, len(order) - limit) if limit is not None else 0
    return tuple(_flow(ends, flows[ends], seen) for ends in order[:limit]), left_out


def _flow(ends: Ends, counts: Sequence[Counted], seen: Observations) -> Flow:
    most = max(counts, key=lambda count: count.packets)
    kinds = {_kind(count.seen, seen) for count in counts} - {None}
    points: dict[str, int] = {}
    for count in counts:
        name = str(seen.places[count.seen.place].point)
        points[name] = min(count.first_ns, points.get(name, count.first_ns))
    return Flow(
        protocol="tcp" if ends.protocol == TCP else "udp",
        source=socket_text(ends.addresses, ends.ports, 0),
        destination=socket_text(ends.addresses, ends.ports, 1),
        packets=most.packets,
        bytes=most.bytes,
        retransmissions=max(count.retransmissions for count in counts),
        encapsulation=kinds.pop() if len(kinds) == 1 else MIXED if kinds else None,
        interfaces=tuple(sorted(points, key=points.__getitem__)),
    )


def _kind(row: FlowRow, seen: Observations) -> str | None:
    """Return what carried the flow at a place, None where that says nothing of the wire."""
    stack = unpack_encapsulations(row.encapsulations)
    if stack:
        return ENCAPSULATION_NAMES[stack[0]]
    role = seen.places[row.place].role
    return "none" if role in NIC_ROLES else None


def socket_text(addresses: bytes, ports: bytes, end: int) -> str:
    """Return address:port of the source (0) or the destination (1) of a flow's row."""
    size = len(addresses) // 2
    address = int.from_bytes(addresses[end * size : (end + 1) * size], "big")
    port = int.from_bytes(ports[2 * end : 2 * end + 2], "big")
    return f"{ipv4_text(address)}:{port}" if size == 4 else f"[{ipv6_text(address)}]:{port}"
