"""Checksums that are wrong where a packet is received."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.flow_table import FlowRow
from netdiag.correlate.places import NIC_RANK, NIC_ROLES
from netdiag.explain.findings.context import Context, frame_at
from netdiag.explain.findings.loss import Loss
from netdiag.explain.flows import socket_text
from netdiag.explain.modes import host_of
from netdiag.explain.shell_words import shell_word, where_to_run
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
                sending_device(path, path[0].node),
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
                _first_overlay(context, numbers),
                "TCP" if row.protocol == TCP else "UDP",
                " → ".join(socket_text(row.addresses, row.ports, end) for end in (0, 1)),
                str(place.point),
                tuple(frame_at(place, frame) for frame in frames[:MAX_FRAMES]),
            ),
        )


def wrong_checksum(loss: Loss, context: Context) -> Finding | None:
    """The receiver has no use for a TCP or UDP packet whose checksum is wrong."""
    if loss.port is None:
        return None
    ends = loss.view.track.pair if loss.packet == "request" else loss.view.track.pair[::-1]
    for row, finding in wrong_flows(context):
        found = tuple(host_of(socket_text(row.addresses, row.ports, end)) for end in (0, 1))
        if found == ends and loss.port in (_port(row, 0), _port(row, 1)):
            return finding
    return None


def _port(row: FlowRow, end: int) -> int:
    return int.from_bytes(row.ports[2 * end : 2 * end + 2], "big")


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
        offload_remedy(sender, sending_device(path, sender)),
        tuple(frame_at(last.place, frame) for frame in frames[:MAX_FRAMES]),
    )


def _first_overlay(context: Context, numbers: Sequence[int]) -> str | None:
    """Return the overlay device of the node where a flow was seen first, if it was seen there."""
    places = [context.seen.places[context.seen.flows.rows[number].place] for number in numbers]
    return next(
        (
            place.point.interface
            for place in places
            if place.role == "overlay" and place.point.node == places[0].point.node
        ),
        None,
    )


def sending_device(path: Sequence[Crossing], node: str | None) -> str | None:
    """Return the device of the sending node that has checksums computed: its tunnel's, or NIC."""
    own = [crossing for crossing in path if crossing.node == node]
    found = [crossing for crossing in own if crossing.place.role == "overlay"]
    found = found or [crossing for crossing in own if crossing.place.role in NIC_ROLES]
    return found[-1].point.interface if found else None


def offload_remedy(node: str | None, device: str | None) -> str:
    """Return the command that has the CPU of the sending node compute checksums."""
    place = where_to_run(node)
    if device is None:
        return f"switch off checksum offload of the tunnel device (ethtool -K, tx off) {place}"
    return f"ethtool -K {shell_word(device)} tx off  # {place}; safe, costs some CPU"


def _finding(
    node: str | None,
    device: str | None,
    protocol: str,
    way: str,
    where: str,
    evidence: tuple[Evidence, ...],
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
        offload_remedy(node, device),
        evidence,
    )
