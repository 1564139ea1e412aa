"""The verdict: what an engineer must know first, in one or two plain sentences."""

from __future__ import annotations

from collections import Counter

from netdiag.model.report import Finding, Ping, Report, Status
from netdiag.render.attempt_lines import attempt_sentences
from netdiag.render.carrier import carrier_words
from netdiag.render.durations import milliseconds
from netdiag.render.place_name import ends_name, place_name, socket_name, way_name

MOST_PAIRS = 5
MOST_PLACES = 2
Ends = tuple[str, str]


def verdict_sentences(report: Report) -> list[str]:
    """Return the sentences, most important first; each is a paragraph of its own."""
    sentences = _about_pings(report) if report.totals.pings else [_about_flows(report)]
    sentences += attempt_sentences(report)
    sentences += finding_sentences(report.findings, " ".join(sentences))
    if report.interrupted:
        sentences.append("Interrupted: the captures were not read to their end.")
    return sentences


def _about_pings(report: Report) -> list[str]:
    counts = _counts_by_pair(report)
    pairs = len(counts) + report.conversations_left_out
    if pairs == 1:
        return [_about_pair(report, *next(iter(counts.items())), alone=True)]
    totals = report.totals
    whole = f"{totals.answered:,} of {totals.pings:,} pings answered, between {pairs:,} pairs"
    if totals.rtt_us:
        whole += f", {_rtt(report)}"
    worst = sorted(counts, key=lambda ends: counts[ends]["answered"] - counts[ends].total())
    lines = [_about_pair(report, ends, counts[ends]) for ends in worst[:MOST_PAIRS]]
    left = pairs - len(lines)
    return [f"{whole}.", *lines, *([f"And {left:,} more pairs."] if left else [])]


def _counts_by_pair(report: Report) -> dict[Ends, Counter[Status]]:
    """Return how many pings of each pair of addresses ended in each way."""
    return {
        (found.source, found.destination): Counter(
            {
                "answered": found.answered,
                "request-lost": found.request_lost,
                "reply-lost": found.reply_lost,
                "unanswered": found.unanswered,
                "unknown": found.unknown,
            }
        )
        for found in report.conversations
    }


def _about_pair(report: Report, ends: Ends, counts: Counter[Status], *, alone: bool = False) -> str:
    pings = [ping for ping in report.pings if (ping.source, ping.destination) == ends]
    names = report.names
    name = ends_name(pings[0], names) if pings else way_name(*ends, names)
    answered, total = counts["answered"], counts.total()
    noun = "ping" if total == 1 else "pings"
    parts = [f"{answered:,} of {total:,} {noun} answered{_over(pings)}"]
    if alone and report.totals.rtt_us:
        parts.append(_rtt(report))
    losses = _losses(report, ends, counts)
    if not losses:
        return f"{name}: {', '.join(parts)}."
    told = ", ".join(parts)
    return f"{name}: {told}{'; ' if answered else ': '}{'; '.join(losses)}."


def _rtt(report: Report) -> str:
    rtt = report.totals.rtt_us
    if rtt is None:
        return ""
    if rtt.min == rtt.max:
        return f"RTT {milliseconds(rtt.median)}"
    return f"RTT {milliseconds(rtt.min, rtt.median, rtt.max)}"


def _over(pings: list[Ping]) -> str:
    words = carrier_words([ping for ping in pings if ping.status == "answered"])
    return f", {words}" if words else ""


def _losses(report: Report, ends: Ends, counts: Counter[Status]) -> list[str]:
    """Return where pings ended that were not answered, the most frequent first."""
    listed = {ping.number: ping for ping in report.pings}
    places: dict[Status, set[str]] = {}
    for path in report.paths:
        if (path.source, path.destination) == ends:
            example = listed.get(path.example)
            place = example.lost_after if example else None
            places.setdefault(path.status, set()).add(place_name(place) if place else "")
    failed = [(status, count) for status, count in counts.most_common() if count]
    failed = [(status, count) for status, count in failed if status != "answered"]
    only = len(failed) == 1 and not counts["answered"]
    return [
        _loss(status, _place(places.get(status, set())), None if only else count)
        for status, count in failed
    ]


def _place(places: set[str]) -> str:
    """Return where packets were seen last, if it is one place or two."""
    known = sorted(place for place in places if place)
    return " or ".join(known) if 0 < len(known) <= MOST_PLACES else ""


def _loss(status: Status, place: str, count: int | None) -> str:
    """Return what happened to so many pings; None = to all of them."""
    after = f" after {place}" if place else ""
    if status in ("request-lost", "reply-lost"):
        noun = status.removesuffix("-lost")
        if count is None:
            return f"the {noun} is lost{after}"
        plural = noun if count == 1 else {"request": "requests", "reply": "replies"}[noun]
        return f"{count:,} {plural} lost{after}"
    if status == "unanswered":
        if count is None:
            return "the request reaches its destination, and no reply leaves it"
        were = "was" if count == 1 else "were"
        return f"{count:,} reached the destination and {were} not answered"
    subject = "what became of them" if count is None else f"what became of {count:,}"
    return f"the captures do not show {subject}"


def _about_flows(report: Report) -> str:
    flows = len(report.flows) + report.flows_left_out
    files = len(report.captures)
    where = f"{files:,} capture{'' if files == 1 else 's'}"
    if not files:
        return "No ping found: there was no capture to read."
    if not flows:
        packets = sum(capture.packets for capture in report.captures)
        return f"No ping, TCP or UDP found in {where} ({packets:,} packets)."
    largest = max(report.flows, key=lambda flow: flow.packets, default=None)
    noun = "TCP or UDP flow" if flows == 1 else "TCP and UDP flows"
    told = f"No ping found in {where}, but {flows:,} {noun}"
    if largest is None:
        return f"{told}."
    ends = (socket_name(socket, report.names) for socket in (largest.source, largest.destination))
    return f"{told}; the largest is {' → '.join(ends)} ({largest.protocol})."


def finding_sentences(findings: tuple[Finding, ...], said: str) -> list[str]:
    """Return the first finding's title, unless it was ``said`` already, and how many follow."""
    if not findings or findings[0].severity == "info":
        return []
    title = findings[0].title.rstrip(".")
    severity = findings[0].severity
    words = []
    if title.lower() not in said.lower():
        words.append(f"{title}." if severity == "error" else f"Warning: {title}.")
    more = sum(finding.severity == severity for finding in findings) - 1
    if more:
        words.append(f"(And {more:,} more {severity}{'' if more == 1 else 's'}.)")
    return [" ".join(words)] if words else []
