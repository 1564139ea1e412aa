"""Times over all pings: the round trip, and from hop to hop along every path."""

from __future__ import annotations

from netdiag.model.report import HopTime, Path, Rtt
from netdiag.render.aligned_rows import Column
from netdiag.render.durations import in_unit, milliseconds, table_unit
from netdiag.render.page import PLACE, QUIET, Page, said
from netdiag.render.place_name import Names, place_name, way_name

MOST_PATHS = 3


def write_times(page: Page, rtt: Rtt | None, paths: tuple[Path, ...], names: Names) -> None:
    """Write the round-trip times, and a table for each path that several pings took."""
    told = [path for path in paths if path.sampled > 1 and (path.request_times or path.reply_times)]
    told.sort(key=lambda path: -path.pings)
    if not told and (rtt is None or rtt.min == rtt.max):
        return
    page.heading("Times over all pings", (", from each hop to the next", QUIET) if told else "")
    if rtt is not None:
        values = milliseconds(rtt.min, rtt.median, rtt.p99, rtt.max)
        page.paragraph(f"RTT min/median/p99/max: {values}")
    for number, path in enumerate(told[:MOST_PATHS]):
        if number or rtt is not None:
            page.gap()
        _write_path(page, path, names)
    if len(told) > MOST_PATHS:
        page.paragraph((f"… and {len(told) - MOST_PATHS:,} more paths", QUIET))


def _write_path(page: Page, path: Path, names: Names) -> None:
    sampled = "" if path.sampled == path.pings else f", times of {path.sampled:,} of them"
    ends = way_name(path.source, path.destination, names)
    page.paragraph(
        f"{ends}: {path.pings:,} pings like ping {path.example}",
        f" ({path.status}{sampled})",
    )
    page.table(_columns(path.request_times, path.reply_times))


def _columns(request: tuple[HopTime, ...], reply: tuple[HopTime, ...]) -> list[Column]:
    times = request + reply
    unit = table_unit(time.max_us for time in times)
    ways = ["→"] * len(request) + ["←"] * len(reply)
    columns = [
        Column("", [said(way) for way in ways]),
        Column("to", [said((place_name(time.hop), PLACE)) for time in times]),
    ]
    numbers = (
        ("min", [time.min_us for time in times]),
        ("median", [time.median_us for time in times]),
        ("max", [time.max_us for time in times]),
    )
    columns += [
        Column(f"{name} {unit}", [said(text) for text in in_unit(values, unit)], right=True)
        for name, values in numbers
    ]
    return columns
