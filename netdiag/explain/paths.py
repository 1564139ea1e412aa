"""The ways that pings took, and the time from hop to hop over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.middle import median
from netdiag.correlate.track import Track
from netdiag.explain.path_view import Clocks, TrackView, shift_ns
from netdiag.explain.pings import report_point
from netdiag.model.report import HopTime, Path

MAX_PATHS = 100
"""Paths that are listed: those of most pings, and of every status some."""

VALUES = 255
"""Values of each hop that a median is taken from."""


def list_paths(views: Sequence[TrackView], clocks: Clocks) -> tuple[Path, ...]:
    """Return the paths, in order of their first pings."""
    chosen = sorted(
        views, key=lambda view: (view.judgement.status == "answered", -view.track.pings)
    )[:MAX_PATHS]
    return tuple(_path(view, clocks) for view in sorted(chosen, key=lambda v: v.track.number))


def _path(view: TrackView, clocks: Clocks) -> Path:
    track = view.track
    source, destination = track.pair
    request = track.request
    turned = request[-1:] + track.reply
    return Path(
        example=track.number,
        source=source,
        destination=destination,
        status=view.judgement.status,
        pings=track.pings,
        sampled=track.shape.kept,
        request_times=_times(track, request, clocks),
        reply_times=_times(track, turned, clocks)
        if request
        else _times(track, track.reply, clocks),
    )


def _times(track: Track, path: Sequence[Crossing], clocks: Clocks) -> tuple[HopTime, ...]:
    times = []
    for earlier, later in pairwise(path):
        least, greatest, values = track.shape.spread(earlier.position, later.position, VALUES)
        ahead_ns = shift_ns(earlier.node, later.node, clocks)
        times.append(
            HopTime(
                report_point(later.point),
                _us(least + ahead_ns),
                _us(median(values) + ahead_ns),
                _us(greatest + ahead_ns),
            )
        )
    return tuple(times)


def _us(time_ns: float) -> float:
    return round(time_ns / 1000, 3)
