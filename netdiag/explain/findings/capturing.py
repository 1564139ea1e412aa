"""What the captures themselves lack: points, packets, time, a common clock."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_ROLES
from netdiag.explain.findings.context import Context, frames_of, place_name, shell_word
from netdiag.explain.observations import CaptureFacts
from netdiag.explain.path_view import TrackView
from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Evidence, Finding

SMALLEST_SKEW_NS = 1_000_000
MAX_COMPARED = 32
"""Tracks of one pair that are compared with each other."""


def capture_incomplete(context: Context) -> Iterator[Finding]:
    """A needed point is missing, late, broken or likely filtered."""
    for capture in context.seen.captures:
        yield from _broken(capture)
        yield from _filtered(capture, context)
    yield from _too_many(context)
    yield from _late(context)
    yield from _uncovered(context)


def _broken(capture: CaptureFacts) -> Iterator[Finding]:
    if capture.problem:
        yield _finding(
            capture.points[0] if capture.points else CapturePoint(None, None, None),
            f"The capture {capture.label} is damaged",
            f"{capture.problem}. What came after is missing, which does not make it lost.",
            "take the capture again, and end tcpdump with Ctrl-C before the file is copied",
            (),
        )


def _filtered(capture: CaptureFacts, context: Context) -> Iterator[Finding]:
    """Find NIC captures that are empty although a ping crossed the NIC."""
    if capture.packets or capture.is_shared:
        return
    for point in capture.points:
        facts = context.seen.points.get(point)
        if facts is None or facts.role not in NIC_ROLES or point.interface is None:
            continue
        if facts.sees_tunnels:
            continue
        passing = [view for view in context.views if _must_cross(view, point)]
        if passing or not (context.views or context.seen.flows.rows):
            way = context.names.way(*passing[0].track.pair) if passing else ""
            under = f", and {way} must have crossed it" if way else ""
            yield _finding(
                point,
                f"The capture {capture.label} is empty",
                f"{capture.label} holds no packet{under}. It was likely taken with the filter "
                "'icmp', which sees nothing inside a tunnel: to that filter a ping in VXLAN is "
                "UDP port 8472, in IPIP protocol 4.",
                f"tcpdump -i {shell_word(point.interface)} -w capture.pcap  # without a filter, or "
                "with 'icmp or udp port 8472 or udp port 4789 or ip proto 4'",
                frames_of(passing[0], [passing[0].track.first]) if passing else (),
            )


def _must_cross(view: TrackView, point: CapturePoint) -> bool:
    """Return True if pings of a track went through a node's NICs."""
    for path in (view.track.request, view.track.reply):
        here = [crossing for crossing in path if crossing.node == point.node]
        if any(crossing.point == point for crossing in here):
            return True
        away = any(crossing.node != point.node for crossing in path)
        if here and away and all(crossing.place.role not in NIC_ROLES for crossing in here):
            return True
    crossed = any(c.place.role == "overlay" and c.node == point.node for c in view.track.request)
    return crossed and view.judgement.status == "answered"


def _too_many(context: Context) -> Iterator[Finding]:
    left_out = context.seen.lanes.left_out
    if left_out or context.seen.pings_left_out:
        yield _finding(
            CapturePoint(None, None, None),
            "There are more different pings than can be told apart",
            f"{left_out} packets and {context.seen.pings_left_out} pings are not followed: only so "
            "many pairs of addresses and interfaces are. Those that are followed may lack hops, "
            "and are not taken for lost.",
            "split the capture by time (editcap -A, -B) or by address (tcpdump -r, -w), and "
            "analyse the parts",
            (),
        )


def _late(context: Context) -> Iterator[Finding]:
    """Find nodes at whose points later pings of a pair are seen, and earlier ones are not yet."""
    told: set[str | None] = set()
    pairs: dict[tuple[str, str], list[TrackView]] = {}
    for view in context.views:
        pairs.setdefault(view.track.pair, []).append(view)
    for same in pairs.values():
        for view, other in permutations(same[:MAX_COMPARED], 2):
            own = {crossing.point for crossing in (*view.track.request, *view.track.reply)}
            for crossing in other.track.request:
                point = crossing.point
                if point in own or point.node in told or not _is_late(point, view, context):
                    continue
                told.add(point.node)
                yield _finding(
                    CapturePoint(point.node, None, None),
                    f"The captures of {point.node or point} began late",
                    f"The first pings were sent before the first packet of {point} was "
                    "captured; that it does not show them proves nothing.",
                    "start all captures before the first ping",
                    frames_of(other, [crossing]),
                )


def _is_late(point: CapturePoint, view: TrackView, context: Context) -> bool:
    """Return True if a point's capture has packets, and none from before a track's pings."""
    facts = context.seen.points[point]
    is_covered = context.coverage.covers(facts, view.track)
    return not is_covered and facts.packets > 0 and not facts.dropped


def _uncovered(context: Context) -> Iterator[Finding]:
    for view in context.views:
        track = view.track
        if view.judgement.status != "unknown" or not track.request:
            continue
        if view.late_pings == track.pings:
            continue  # they were under way when the captures ended
        last: Crossing = (track.reply or track.request)[-1]
        yield _finding(
            last.point,
            f"Nothing beyond {place_name(last)} was captured",
            f"{context.names.way(*track.pair)}: seen last at {place_name(last)}, and no capture "
            "that would show it further on. Whether it was lost, and where, cannot be told.",
            "capture at the same time on every interface between the two pods: "
            "veth, bridge, overlay device and NIC of both nodes",
            frames_of(view, [last]),
        )


def capture_dropped(context: Context) -> Iterator[Finding]:
    """A capture says that it lost packets itself."""
    for capture in context.seen.captures:
        if capture.dropped:
            point = capture.points[0] if capture.points else CapturePoint(None, None, None)
            yield Finding(
                "capture-dropped",
                "info",
                point.node,
                point.interface,
                f"{capture.dropped} packets were dropped while {capture.label} was taken",
                "They were on the interface and are not in the file; a packet that is missing "
                "there is not taken for lost.",
                "capture with a larger buffer and shorter packets: tcpdump -B 16384 -s 256",
                (
                    Evidence(
                        "fact",
                        point.node,
                        document=capture.label,
                        key="dropped",
                        text=str(capture.dropped),
                    ),
                ),
            )


def clock_skew(context: Context) -> Iterator[Finding]:
    """A node's clock is off by more than the estimate may be wrong."""
    for node, clock in context.seen.clocks.items():
        if node is None or abs(clock.offset_ns) <= max(clock.uncertainty_ns, SMALLEST_SKEW_NS):
            continue
        ahead = "ahead" if clock.offset_ns > 0 else "behind"
        yield Finding(
            "clock-skew",
            "info",
            node,
            None,
            f"{node}'s clock is {abs(clock.offset_ns) / 1e6:.3f} ms {ahead}",
            f"Times of {node} are shown as they were captured; what is said to be since the first "
            f"hop is corrected (± {clock.uncertainty_ns / 1e6:.3f} ms, assuming that both ways "
            "take equally long).",
            f"chronyc tracking  # on {shell_word(node)}",
            (),
        )


def _finding(
    point: CapturePoint, title: str, explanation: str, remedy: str, evidence: tuple[Evidence, ...]
) -> Finding:
    return Finding(
        "capture-incomplete",
        "info",
        point.node,
        point.interface,
        title,
        explanation,
        remedy,
        evidence,
        point.pod,
    )
