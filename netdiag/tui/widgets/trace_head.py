"""The lines above a ladder: which ping it is, how it ended, how all of them did."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Static

from netdiag.model.capture_point import CapturePoint
from netdiag.model.path_mtu import PathMtu
from netdiag.model.report import Report
from netdiag.model.watch import Change
from netdiag.render.durations import milliseconds
from netdiag.render.ladder_words import duration, place_words
from netdiag.render.local_time import time_of_day
from netdiag.tui.finding_words import SIGNS, severity_style
from netdiag.tui.foreign import foreign
from netdiag.tui.known_findings import known_findings
from netdiag.tui.ladder.pings import Entry, mark_of
from netdiag.tui.session import Snapshot, Tracing
from netdiag.tui.theme import Ink

MOST_NAMED = 3


class TraceHead(Static):
    """A line for each."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(markup=False, id=id)

    def show(
        self,
        snapshot: Snapshot,
        entries: Sequence[Entry],
        chosen: int,
        ink: Ink,
        held: bool,
        left_out: Sequence[CapturePoint],
    ) -> None:
        """Draw them; ``held``: what comes is not shown; ``left_out``: what is not captured."""
        lines, is_lost = [], False
        if chosen < len(entries):
            is_lost = entries[chosen].is_lost
            lines += _ping_lines(entries, chosen, ink)
        if snapshot.tracing is not None:
            line = _tracing_line(snapshot.tracing, ink, held=held)
            if snapshot.tracing.watched is None and snapshot.report is not None:
                line.append_text(_totals_line(snapshot.report, ink))
            lines.append(line)
            lines += _change_lines(snapshot.tracing, ink)
        elif snapshot.report is not None:
            lines.append(_totals_line(snapshot.report, ink))
        if not is_lost:  # else it stands where the ping died
            lines += _finding_lines(snapshot, ink)
        if left_out and snapshot.tracing is not None:
            lines.append(foreign(left_out_words(left_out), ink.warning))
        if snapshot.report is not None and snapshot.report.mtu is not None:
            lines.append(_mtu_line(snapshot.report.mtu, ink))
        self.update(Text("\n", end="", no_wrap=True, overflow="ellipsis").join(lines))
        self.display = bool(lines)


def left_out_words(points: Sequence[CapturePoint]) -> str:
    """Return that some places are not captured, and what that means."""
    names = ", ".join(map(str, points[:MOST_NAMED]))
    more = len(points) - MOST_NAMED
    names += f" and {more:,} more" if more > 0 else ""
    return f"! unticked, so not captured: {names}; where pings die is told less exactly"


def _ping_lines(entries: Sequence[Entry], chosen: int, ink: Ink) -> list[Text]:
    entry = entries[chosen]
    ping = entry.ping
    mark, style = mark_of(entry, ink)
    kind = "ping" if entry.attempts is None else "attempt"
    line = Text(end="", no_wrap=True)
    line.append(f"{kind} ", ink.quiet).append_text(foreign(entry.name, ink.heading))
    line.append(f" ({chosen + 1:,} of {len(entries):,})  ", ink.quiet)
    line.append(f"{mark} {entry.words}", style)
    if ping.rtt_us is not None:
        line.append(f" in {duration(ping.rtt_us)}", ink.text)
    ends = f"{ping.source_pod or ping.source} → {ping.destination_pod or ping.destination}"
    line.append("  ").append_text(foreign(ends, ink.place))
    hops = ping.request + ping.reply
    if hops:
        line.append(f"  {time_of_day(hops[0].time_ns, 3)}", ink.quiet)
    for error in ping.errors[:1]:
        line.append("  ").append_text(foreign(error, ink.warning))
    return [line]


def _totals_line(report: Report, ink: Ink) -> Text:
    totals = report.totals
    lost = totals.request_lost + totals.reply_lost + totals.unanswered
    line = _counts(totals.pings, totals.answered, lost, totals.unknown, ink)
    if totals.rtt_us is not None:
        rtt = totals.rtt_us
        line.append_text(_rtt((rtt.min, rtt.median, rtt.p99, rtt.max), ink))
    return line


def _mtu_line(mtu: PathMtu, ink: Ink) -> Text:
    """Return how large packets may be, there and back."""
    line = Text("path MTU ", ink.quiet, end="", no_wrap=True)
    for way, swept in (("there", mtu.source_to_destination), ("back", mtu.destination_to_source)):
        if swept is None:
            continue
        is_whole = swept.path_mtu is not None and swept.path_mtu >= swept.sent_mtu
        size = "?" if swept.path_mtu is None else f"{swept.path_mtu:,}"
        gap = "" if line.plain.endswith(" ") else ";"
        line.append(f"{gap} {way} {size}", ink.good if is_whole else ink.problem)
        if swept.path_mtu is not None and not is_whole:
            line.append(f" ✗ of {swept.sent_mtu:,} that are sent", ink.problem)
            silence = ", nobody says so" if swept.told is False else ""
            line.append(silence, ink.problem)
    return line


def _finding_lines(snapshot: Snapshot, ink: Ink) -> list[Text]:
    """Return what is wrong although this ping was not lost."""
    for finding in known_findings(snapshot):
        if finding.severity != "info":
            line = Text(
                f"{SIGNS[finding.severity]} ", severity_style(finding.severity, ink), end=""
            )
            line.append_text(foreign(finding.title, ink.text))
            return [line.append("  f ", ink.key).append("tells more", ink.quiet)]
    return []


def _tracing_line(tracing: Tracing, ink: Ink, *, held: bool) -> Text:
    line = Text(end="", no_wrap=True)
    if held:
        line.append("‖ paused ", ink.warning)
    elif tracing.is_on:
        line.append("▶ pinging " if tracing.is_continuous else "▶ tracing ", ink.good)
    else:
        line.append("■ ended ", ink.quiet)
    line.append_text(foreign(f"{tracing.source} → {tracing.destination}  ", ink.place))
    watched = tracing.watched
    if watched is None:
        return line
    line.append_text(_counts(watched.pings, watched.answered, watched.lost, watched.unknown, ink))
    if watched.rtt_us is not None:
        rtt = watched.rtt_us
        line.append_text(_rtt((rtt.min_us, rtt.median_us, rtt.p99_us, rtt.max_us), ink))
    return line


def _counts(pings: int, answered: int, lost: int, unknown: int, ink: Ink) -> Text:
    line = Text(end="", no_wrap=True)
    line.append(f"{pings:,} pings: {answered:,} answered", ink.text)
    if lost:
        share = lost / max(pings - unknown, 1)
        line.append(f", ✗ {lost:,} lost ({share:.1%})", ink.problem)
    if unknown:
        line.append(f", {unknown:,} unknown", ink.quiet)
    return line


def _rtt(values_us: tuple[float, ...], ink: Ink) -> Text:
    words = f"  RTT min/median/p99/max {milliseconds(*values_us)}"
    return Text(words, ink.quiet, end="")


def _change_lines(tracing: Tracing, ink: Ink) -> list[Text]:
    """Return the latest change, if it is more than that pings have begun."""
    if not tracing.changes or tracing.changes[-1].kind == "begin":
        return []
    change = tracing.changes[-1]
    style = ink.good if change.state == "answered" else ink.problem
    time = time_of_day(change.time_ns)
    return [foreign(f"{time}  {_change_words(change)}", style)]


def _change_words(change: Change) -> str:
    if change.kind == "path":
        return f"the way changed, now through {len(change.hops)} hops"
    if change.kind == "latency":
        now, before = duration(change.rtt_us or 0.0), duration(change.rtt_before_us or 0.0)
        hop = change.slowest
        slowest = "" if hop is None else f", most of it at {hop.node or '?'} {hop.interface or '?'}"
        return f"the round trip takes {now}, it took {before}{slowest}"
    if change.state == "answered":
        return f"answered again, after {change.seconds or 0.0:.1f} s and {change.lost:,} lost"
    after = f" after {place_words(change.lost_after)}" if change.lost_after else ""
    title = f": {change.title}" if change.title else ""
    return f"{change.lost:,} of {change.pings:,} lost{after}{title}"
