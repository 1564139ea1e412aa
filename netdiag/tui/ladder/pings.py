"""Pings and attempts of a report, and how one is found again in the next report."""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style

from netdiag.model.report import Attempts, Ping, Report, Status
from netdiag.render.ladder_columns import LOST
from netdiag.tui.theme import Ink

Key = tuple[object, ...]
MARKS: dict[Status, str] = {
    "answered": "✓",
    "request-lost": "✗",
    "reply-lost": "✗",
    "unanswered": "✗",
    "unknown": "?",
}
WORDS: dict[Status, str] = {
    "answered": "answered",
    "request-lost": "request lost",
    "reply-lost": "reply lost",
    "unanswered": "unanswered",
    "unknown": "unknown",
}


class Entry(NamedTuple):
    """A ping, or an attempt by TCP or UDP."""

    ping: Ping
    attempts: Attempts | None = None
    """Among which attempts it is; None = a ping."""

    @property
    def key(self) -> Key:
        """Return what stays the same in later reports: numbers do not."""
        ping = self.ping
        first = next(iter(ping.request + ping.reply), None)
        time_ns = first.time_ns if first else None
        return (ping.protocol, ping.source, ping.destination, ping.id, ping.seq, time_ns)

    @property
    def is_lost(self) -> bool:
        """Return whether it died on its way."""
        return self.ping.status in LOST

    @property
    def name(self) -> str:
        """Return what it is called: ``12``, ``tcp 80 #1``."""
        if self.attempts is None:
            return f"{self.ping.number:,}"
        return f"{self.attempts.protocol} {self.attempts.port} #{self.ping.number:,}"

    @property
    def words(self) -> str:
        """Return how it ended."""
        return "refused" if self.ping.refused else WORDS[self.ping.status]

    @property
    def searched(self) -> str:
        """Return what a filter looks at."""
        ping = self.ping
        ends = (ping.source, ping.source_pod, ping.destination, ping.destination_pod)
        words = (ping.protocol, self.name, self.words, *(end for end in ends if end))
        return " ".join(words).casefold()


def entries_of(report: Report | None) -> tuple[Entry, ...]:
    """Return pings, then attempts."""
    if report is None:
        return ()
    pings = [Entry(ping) for ping in report.pings]
    tried = [Entry(ping, each) for each in report.attempts for ping in each.pings]
    return (*pings, *tried)


def index_of(entries: tuple[Entry, ...], key: Key | None) -> int | None:
    """Return where an entry is now; None = it is gone."""
    return next((index for index, entry in enumerate(entries) if entry.key == key), None)


def most_telling(entries: tuple[Entry, ...]) -> int:
    """Return the first that was lost, or else the first."""
    return next((index for index, entry in enumerate(entries) if entry.is_lost), 0)


def mark_of(entry: Entry, ink: Ink) -> tuple[str, Style]:
    """Return the sign of how it ended, and its ink."""
    status = entry.ping.status
    style = ink.good if status == "answered" else ink.quiet if status == "unknown" else ink.problem
    return MARKS[status], style
