"""How the pings of a track ended, and where they were seen last."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import OVERLAY_RANK, PORT_RANK, SENT
from netdiag.correlate.track import Track
from netdiag.explain.coverage import Coverage
from netdiag.model.report import Status

IN_FLIGHT_RTTS = 3
"""A ping without a reply may still be under way when captures end sooner than this many RTTs."""

Echo = tuple[str, str, int, int]
"""Source, destination, ICMP id and sequence number."""


class Judgement(NamedTuple):
    """The status of a track's pings."""

    status: Status
    lost_after: Crossing | None
    """Where a lost packet was seen last; for an unanswered one, where it arrived."""
    settled_before_ns: int | None = None
    """Pings that began later may still have been under way; None = none may."""

    def status_at(self, time_ns: int) -> Status:
        """Return the status of a ping that began at this time."""
        late = self.settled_before_ns is not None and time_ns > self.settled_before_ns
        return "unknown" if late else self.status


def judge_track(
    track: Track, coverage: Coverage, rtt_ns: int | None, refused: Collection[Echo] = ()
) -> Judgement:
    """Judge a track; ``rtt_ns`` is the longest round trip known, if any.

    ``refused`` are the echo packets that ICMP errors quote.
    """
    if not track.request:
        return Judgement("unknown", None)
    if track.reply and has_returned(track):
        return Judgement("answered", None)
    settled_ns = _settled_before(track, coverage, rtt_ns)
    last = (track.reply or track.request)[-1]
    if track.reply:
        is_proved = coverage.is_missed_on_return(track)
        return Judgement("reply-lost" if is_proved else "unknown", last, settled_ns)
    if has_arrived(track, coverage):
        is_proved = coverage.is_missed_on_return(track)
        return Judgement("unanswered" if is_proved else "unknown", last, settled_ns)
    if coverage.is_missed(track, track.request) or _is_refused(track, refused):
        return Judgement("request-lost", last, settled_ns)
    return Judgement("unknown", last, settled_ns)


def _is_refused(track: Track, refused: Collection[Echo]) -> bool:
    """Return True if an ICMP error says that the request of the track's first ping was dropped."""
    if not refused:
        return False
    sample = track.sample(0)
    return any(
        (
            crossing.lane.source,
            crossing.lane.destination,
            sample.ids[crossing.position] >> 16,
            sample.sequence,
        )
        in refused
        for crossing in track.request
    )


def has_returned(track: Track) -> bool:
    """Return True if the reply came back to where the request was seen first, or further."""
    start = track.request[0]
    for crossing in track.reply:
        if crossing.point == start.point:
            return True
    last = track.reply[-1]
    if last.node != start.node:
        return False
    return last.rank <= start.rank or (start.rank >= OVERLAY_RANK and last.rank >= OVERLAY_RANK)


def has_arrived(track: Track, coverage: Coverage) -> bool:
    """Return True if the request was delivered to a pod: seen in it, or at its host veth."""
    start, last = track.request[0], track.request[-1]
    if last.place.role == "pod":
        return last.point != start.point
    if last.rank != PORT_RANK:
        return False
    if coverage.captures_pod(last.lane.destination, last.node):
        return False
    if len(track.request) == 1:
        return last.direction == SENT
    before = track.request[-2]
    return before.node != last.node or before.rank >= PORT_RANK


def _settled_before(track: Track, coverage: Coverage, rtt_ns: int | None) -> int | None:
    """Return from when on a ping without reply may only be late."""
    end_ns = coverage.node_end_ns(track.first.node)
    if rtt_ns is None or end_ns is None:
        return None
    settled_ns = end_ns - IN_FLIGHT_RTTS * rtt_ns
    return settled_ns if track.shape.last_ns > settled_ns else None
