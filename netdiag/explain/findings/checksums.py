"""Checksums that are wrong where a packet is received."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.correlate.flow_table import FlowRow
from netdiag.correlate.places import NIC_RANK
from netdiag.explain.findings.context import Context, frame_at, shell_word
from netdiag.explain.findings.loss import Loss
from netdiag.explain.flows import socket_text
from netdiag.model.layers import TCP
from netdiag.model.report import Evidence, Finding

LARGEST_ON_A_WIRE = 9018
"""A larger frame was put together by offload, and its checksum may be the first piece's."""

MAX_FRAMES = 4


def bad_checksum(context: Context) -> Iterator[Finding]:
    """A transport checksum is neither right nor merely unfinished, at a receiving point."""
    yield from _pings(context)
    for _, finding in wrong_flows(context):
        yield finding


def _pings(context: Context) -> Iterator[Finding]:
    wrong = context.seen.lanes.wrong_checksums
    if not wrong:
        return
    for view in context.views:
        numbers = view.track.shape.lane_numbers()
        for path in (view.track.request, view.track.reply):
            last = path[-1] if len(path) > 1 else None
            if last is None or numbers[last.position] not in wrong:
                continue
            frames = wrong[numbers[last.position]][:MAX_FRAMES]
            yield _finding(
                path[0].node,
                "ICMP",
                context.names.way(last.lane.source, last.lane.destination),
                str(last.point),
                tuple(frame_at(last.place, frame) for frame, _ in frames),
            )


def wrong_flows(context: Context) -> Iterator[tuple[FlowRow, Finding]]:
    """Yield the flows of TCP and UDP that arrive with wrong checksums, and what that means."""
    flows = context.seen.flows
    wrong = {flows.rows[number][1:4] for number in flows.wrong_checksums}
    same: dict[tuple[object, ...], list[int]] = {}
    for number, row in enumerate(flows.rows):
        if row[1:4] in wrong:
            same.setdefault(row[1:4], []).append(number)
    for numbers in same.values():
        numbers.sort(key=lambda number: flows.counts(number)[3])
        row = flows.rows[numbers[-1]]
        first = context.seen.places[flows.rows[numbers[0]].place]
        place = context.seen.places[row.place]
        frames = flows.wrong_checksums.get(numbers[-1], [])
        packets, size, *_ = flows.counts(numbers[-1])
        if not frames or first.point == place.point or size > packets * LARGEST_ON_A_WIRE:
            continue
        yield (
            row,
            _finding(
                first.point.node,
                "TCP" if row.protocol == TCP else "UDP",
                " → ".join(socket_text(row.addresses, row.ports, end) for end in (0, 1)),
                str(place.point),
                tuple(frame_at(place, frame) for frame in frames[:MAX_FRAMES]),
            ),
        )


def wrong_tunnel_checksum(loss: Loss, context: Context) -> Finding | None:
    """The receiving node has no use for a tunnel's packet whose own UDP checksum is wrong."""
    view, last = loss.view, loss.last
    frames = context.seen.lanes.wrong_tunnel_checksums.get(
        view.track.shape.lane_numbers()[last.position], []
    )
    path = view.track.reply if loss.status == "reply-lost" else view.track.request
    sender = path[0].node
    if not frames or last.rank < NIC_RANK or last.node == sender:
        return None
    return Finding(
        "bad-checksum",
        "error",
        sender,
        None,
        f"Tunnel packets with a wrong UDP checksum of their own arrive at {loss.where!s}",
        f"{loss.way}: the {loss.packet} arrives at {loss.where!s} whole, with a right checksum "
        "inside, but the UDP checksum of the tunnel around it is wrong, and the receiver drops it "
        "without a word. The usual cause: checksum offload that does not work for tunnels, or a "
        "kernel that finishes the checksum twice (masquerading with --random-fully); a ping, "
        "which no offload touches, is often spared.",
        offload_remedy(sender),
        tuple(frame_at(last.place, frame) for frame in frames[:MAX_FRAMES]),
    )


def offload_remedy(node: str | None) -> str:
    """Return the command that has the CPU of the sending node compute checksums."""
    return (
        f"ethtool -K DEVICE tx off  # on {shell_word(node)}, DEVICE = the overlay device; "
        "safe, costs some CPU"
    )


def _finding(
    node: str | None, protocol: str, way: str, where: str, evidence: tuple[Evidence, ...]
) -> Finding:
    return Finding(
        "bad-checksum",
        "error",
        node,
        None,
        f"Wrong {protocol} checksums arrive at {where}",
        f"{way}: packets arrive at {where} with a {protocol} checksum that is neither right nor "
        "unfinished as offload leaves it. The receiver drops them without a word. The usual cause: "
        "checksum offload that does not work for tunnels; a ping is often spared.",
        offload_remedy(node),
        evidence,
    )
