"""Which pings are worth a look: a normal one, the lost, the slowest, one of every path."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.model.report import Path, Ping, Report

FEW = 3
"""So many pings are all shown."""
MOST = 5
"""More than this are never chosen."""
ENOUGH_FOR_SLOWEST = 5
"""Of fewer answered pings the slowest says nothing."""


def find_ping(report: Report, number: int) -> Ping | None:
    """Return the ping of that number; None if the report does not list it."""
    return next((ping for ping in report.pings if ping.number == number), None)


def choose_pings(report: Report) -> list[tuple[Ping, str]]:
    """Return the pings to show in order of time, and why each one is."""
    if len(report.pings) <= FEW:
        return [(ping, "") for ping in report.pings]
    chosen: dict[int, tuple[Ping, str]] = {}
    for ping, why in _candidates(report):
        if len(chosen) == MOST:
            break
        chosen.setdefault(ping.number, (ping, why))
    return [chosen[number] for number in sorted(chosen)]


def way_of(ping: Ping) -> tuple[object, ...]:
    """Return what pings that went the same way have in common: all but numbers and times."""
    ways = (
        tuple((hop.node, hop.pod, hop.interface, hop.encapsulation) for hop in hops)
        for hops in (ping.request, ping.reply)
    )
    return (ping.source, ping.destination, ping.status, *ways)


def _candidates(report: Report) -> Iterator[tuple[Ping, str]]:
    answered = [ping for ping in report.pings if ping.status == "answered"]
    if answered:
        yield answered[0], "a normal one"
    examples = list(_examples(report))
    lost = [example for example in examples if example[0].status != "answered"]
    yield from lost[:2]
    if len(answered) >= ENOUGH_FOR_SLOWEST:
        yield max(answered, key=lambda ping: ping.rtt_us or 0.0), "the slowest"
    normal = way_of(answered[0]) if answered else None
    for ping, why in examples:
        if ping.status == "answered" and way_of(ping) != normal:
            yield ping, why
    yield from lost[2:]


def _examples(report: Report) -> Iterator[tuple[Ping, str]]:
    """Yield a listed ping of every path, paths that most pings took first."""
    listed = {ping.number: ping for ping in report.pings}
    for path in sorted(report.paths, key=lambda path: (-path.pings, path.example)):
        ping = listed.get(path.example)
        if ping is not None:
            yield ping, _why(path)


def _why(path: Path) -> str:
    if path.status == "answered":
        return f"another way, taken by {path.pings:,} ping{'' if path.pings == 1 else 's'}"
    if path.pings == 1:
        return "the only one that ended like this"
    return f"one of {path.pings:,} that ended like this"
