"""Pings that go on and on: a line for each change, and a summary of all of it."""

from __future__ import annotations

from datetime import datetime

from netdiag.model.capture_point import CapturePoint
from netdiag.model.watch import Change, HopName, HopSpread, WatchedPath, WatchSummary
from netdiag.render.aligned_rows import Column
from netdiag.render.durations import in_unit, milliseconds, table_unit
from netdiag.render.page import GOOD, PLACE, PROBLEM, QUIET, TUNNEL, WARNING, Page, said
from netdiag.render.place_name import place_name
from netdiag.render.tunnel_words import short_stack

HOW = {
    "request-lost": "request lost",
    "reply-lost": "reply lost",
    "unanswered": "arrived, not answered",
}


def change_text(change: Change, *, width: int, colour: bool) -> str:
    """Return a change as a line that begins with the time of day; long ones go on below."""
    page = Page(width, colour)
    time = datetime.fromtimestamp(change.time_ns / 1e9).astimezone()
    page.labelled(f"{time:%H:%M:%S}.{time.microsecond // 100000}", *_words(change), column=12,
                  indent=0)  # fmt: skip
    return page.text()


def summary_text(summary: WatchSummary, *, width: int, colour: bool) -> str:
    """Return what was seen in all."""
    page = Page(width, colour)
    page.heading("Watched")
    page.paragraph(_totals(summary))
    if summary.rtt_us is not None:
        rtt = summary.rtt_us
        values = milliseconds(rtt.min_us, rtt.median_us, rtt.p99_us, rtt.max_us)
        page.paragraph(f"RTT min/median/p99/max: {values}")
    for loss in summary.losses:
        after = f" after {place_name(loss.after)}" if loss.after else ""
        page.paragraph((f"{loss.pings:,} times: {HOW[loss.status]}{after}", PROBLEM))
    for path in summary.paths:
        _write_path(page, path)
    if summary.paths_left_out:
        page.paragraph((f"… and {summary.paths_left_out:,} pings that went other ways", QUIET))
    return page.text()


def _words(change: Change) -> list[tuple[str, str]]:
    if change.kind in ("begin", "path"):
        what = "way" if change.kind == "begin" else "another way"
        rtt = f", RTT {milliseconds(change.rtt_us)}" if change.rtt_us is not None else ""
        style = GOOD if change.kind == "begin" else WARNING
        return [(f"{what} {change.path}{rtt}: ", style), (_way(change.hops), "")]
    if change.kind == "latency":
        return _latency(change)
    if change.state == "answered":
        took = f" in {change.seconds:.1f} s" if change.seconds is not None else ""
        return [(f"answered again, after {_pings(change.lost)} lost{took}", GOOD)]
    how = HOW[change.status] if change.status else "lost"
    after = f" after {place_name(change.lost_after)}" if change.lost_after else ""
    finding = f": {change.title} ({change.finding})" if change.title else ""
    return [(f"{change.lost:,} of {_pings(change.pings)} {how}{after}", PROBLEM), (finding, "")]


def _latency(change: Change) -> list[tuple[str, str]]:
    now, before = change.rtt_us or 0.0, change.rtt_before_us or 0.0
    if change.slowest is None:
        return [(f"RTT {milliseconds(now)} again", GOOD)]
    where = f", {milliseconds(change.slowest_us or 0.0)} more on the way to {_name(change.slowest)}"
    return [(f"RTT {milliseconds(now)}, was {milliseconds(before)}{where}", WARNING)]


def _totals(summary: WatchSummary) -> str:
    judged = summary.answered + summary.lost
    share = f" ({100 * summary.lost / judged:.2g} % lost)" if summary.lost else ""
    unknown = f"; {summary.unknown:,} not known" if summary.unknown else ""
    return (
        f"{summary.answered:,} of {_pings(summary.pings)} answered{share}{unknown}, "
        f"in {summary.seconds:.0f} s"
    )


def _pings(count: int) -> str:
    return f"{count:,} ping{'' if count == 1 else 's'}"


def _way(hops: tuple[HopName, ...]) -> str:
    """Return the request's way in one line, the node where it changes."""
    words, node = [], None
    for hop in hops:
        if hop.way == "request":
            stack = f" ⟦{short_stack(hop.encapsulation)}⟧" if hop.encapsulation else ""
            words.append((_name(hop) if hop.node != node else _inside(hop)) + stack)
            node = hop.node
    return " → ".join(words)


def _name(hop: HopName) -> str:
    return str(CapturePoint(hop.node, hop.pod, hop.interface))


def _inside(hop: HopName) -> str:
    return str(CapturePoint(None, hop.pod, hop.interface))


def _write_path(page: Page, path: WatchedPath) -> None:
    page.gap()
    page.paragraph((f"Way {path.number}, {_pings(path.pings)}, from {_name(path.start)}", "bold"))
    if path.hops:
        page.table(_columns(path.hops))


def _columns(hops: tuple[HopSpread, ...]) -> list[Column]:
    unit = table_unit(hop.p99_us for hop in hops)
    numbers = (
        ("min", [hop.min_us for hop in hops]),
        ("median", [hop.median_us for hop in hops]),
        ("p99", [hop.p99_us for hop in hops]),
    )
    return [
        Column("", [said("→" if each.hop.way == "request" else "←") for each in hops]),
        Column("to", [said((_name(each.hop), PLACE)) for each in hops]),
        *(
            Column(f"{name} {unit}", [said(text) for text in in_unit(values, unit)], right=True)
            for name, values in numbers
        ),
        Column(
            "encapsulation",
            [
                said(
                    (
                        short_stack(each.hop.encapsulation),
                        TUNNEL if each.hop.encapsulation else QUIET,
                    )
                )
                for each in hops
            ],
        ),
    ]
