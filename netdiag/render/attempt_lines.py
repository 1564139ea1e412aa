"""Attempts to connect by TCP and UDP: a sentence each, and the way of those that failed."""

from __future__ import annotations

from netdiag.model.report import Attempts, Flow, Ping, Report
from netdiag.render.carrier import carrier_words
from netdiag.render.durations import milliseconds
from netdiag.render.page import GOOD, PROBLEM, QUIET, WARNING, Page
from netdiag.render.ping_table import write_hops
from netdiag.render.place_name import Names, place_name, way_name

DONE = {"tcp": "connected", "udp": "answered"}


def attempt_sentences(report: Report) -> list[str]:
    """Return what became of the attempts at each port."""
    return [f"{_name(each)}: {_outcome(each)}." for each in report.attempts]


def write_attempts(page: Page, report: Report) -> None:
    """Write what became of the attempts at each port, and of one that failed its way."""
    if not report.attempts:
        return
    page.heading("TCP and UDP")
    for attempts in report.attempts:
        page.paragraph(
            (_name(attempts), "bold"),
            f"  {way_name(attempts.source, attempts.destination, report.names)}: ",
            (_outcome(attempts), _style(attempts)),
        )
        details = _details(attempts)
        if details:
            page.paragraph((details, QUIET))
        failed = _failed(attempts)
        if failed is not None:
            _write_way(page, failed, report.names)


def flows_of_others(report: Report) -> tuple[Flow, ...]:
    """Return the flows that are not those of the attempts, which are told by themselves."""
    own = {
        (each.protocol, str(ping.id), str(each.port))
        for each in report.attempts
        for ping in each.pings
    }
    return tuple(flow for flow in report.flows if not _ports_of(flow) & own)


def _ports_of(flow: Flow) -> set[tuple[str, str, str]]:
    """Return protocol and ports of a flow, both ways round."""
    one, other = (end.rpartition(":")[2] for end in (flow.source, flow.destination))
    return {(flow.protocol, one, other), (flow.protocol, other, one)}


def _name(attempts: Attempts) -> str:
    return f"{attempts.protocol.upper()} port {attempts.port}"


def _outcome(attempts: Attempts) -> str:
    total, done = attempts.attempts, DONE[attempts.protocol]
    if not total:
        return "none was made"
    words = []
    if attempts.answered or not (attempts.refused or attempts.unanswered):
        over = carrier_words([ping for ping in attempts.pings if ping.status == "answered"])
        words.append(f"{attempts.answered:,} of {total:,} {done}" + (f", {over}" if over else ""))
        if attempts.answered and attempts.rtt_us:
            words.append(f"RTT {milliseconds(attempts.rtt_us.median)}")
    if attempts.refused:
        words.append(f"{attempts.refused:,} of {total:,} refused: nothing listens there")
    if attempts.unanswered:
        words.append(f"{attempts.unanswered:,} of {total:,} arrived and were not answered")
    for count, noun in ((attempts.request_lost, "request"), (attempts.reply_lost, "reply")):
        if count:
            words.append(f"{count:,} lost, the {noun}{_place(attempts, noun)}")
    if attempts.unknown:
        words.append(f"what became of {attempts.unknown:,} is not known")
    return "; ".join(words)


def _place(attempts: Attempts, noun: str) -> str:
    """Return where packets were seen last, if that is one place."""
    points = {ping.lost_after for ping in attempts.pings if ping.status == f"{noun}-lost"}
    point = points.pop() if len(points) == 1 else None
    return f" seen last at {place_name(point)}" if point else ""


def _style(attempts: Attempts) -> str:
    if attempts.request_lost or attempts.reply_lost:
        return PROBLEM
    if attempts.unanswered and attempts.protocol == "tcp":
        return PROBLEM
    return WARNING if attempts.refused or attempts.unknown else GOOD


def _details(attempts: Attempts) -> str:
    words = [f"MSS {attempts.mss:,}"] if attempts.mss else []
    if attempts.retransmissions:
        words.append(f"{attempts.retransmissions:,} retransmitted")
    return ", ".join(words)


def _failed(attempts: Attempts) -> Ping | None:
    for ping in attempts.pings:
        if ping.status in ("request-lost", "reply-lost") or (
            ping.status == "unanswered" and attempts.protocol == "tcp" and not attempts.refused
        ):
            return ping
    return None


def _write_way(page: Page, ping: Ping, names: Names) -> None:
    page.paragraph((f"one of them, from port {ping.id}:", QUIET))
    write_hops(page, ping, names)
