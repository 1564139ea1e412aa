"""From when to when a capture was taken: as its packets tell, or, better, our own probe."""

from __future__ import annotations

from typing import Final

from netdiag.sources.capture_file import OpenCapture

OUR_FILTER: Final = "netdiag ping"
"""What the probe writes as ``if_filter`` where it chose pings, in tunnels too."""


def begin_of(capture: OpenCapture, first_ns: int) -> int:
    """Return when a point's first packet was captured, or, as our probe tells, capturing began.

    Of other programs' files that is not believed: whoever cuts a piece out keeps it.
    """
    if not sees_tunnels(capture):
        return first_ns
    told = (each.started_ns for each in capture.reader.interfaces)
    return min((first_ns, *(time_ns for time_ns in told if time_ns)))


def end_of(capture: OpenCapture) -> int:
    """Return when a file's last packet was captured, or, as our probe tells, capturing ended.

    Of other programs' files that is not believed, as above.
    """
    last_ns = capture.reader.time_ns()
    if not sees_tunnels(capture):
        return last_ns
    return max(last_ns, *(each.ended_ns for each in capture.reader.interfaces))


def sees_tunnels(capture: OpenCapture) -> bool:
    """Tell whether a file says that our own filter chose its packets."""
    return any(each.filter.startswith(OUR_FILTER) for each in capture.reader.interfaces)
