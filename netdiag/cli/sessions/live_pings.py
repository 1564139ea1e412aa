"""Pings until somebody stops them, for the screens: a report each second of the latest ones."""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Callable, Iterable, Sequence

import msgspec

from netdiag.cli.sessions.frames import (
    CapturesBegun,
    FactsRead,
    PingsWatched,
    StepTaken,
    tell,
)
from netdiag.cli.sessions.framing import STDIN
from netdiag.cli.sessions.reader import inspection_of
from netdiag.cli.watched_pings import Looked, WatchedPings
from netdiag.explain.watch.watch import LOST
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.facts import Facts
from netdiag.model.report import Conversation, Finding, Ping, Report, Rtt, Status, Totals
from netdiag.model.watch import WatchSummary
from netdiag.sources.inventory.places import Inventory
from netdiag.sources.live.followed_file import FollowedFile
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.traced import TraceWanted
from netdiag.sources.live.window import NAME

NOWHERE = CapturePoint(None, None, None)
MOST_PINGS = 300
"""Listed while pings go on."""
MOST_FINDINGS = 50
PASSING = "intermittent-loss"
COUNTED = ("pings", "answered", "request_lost", "reply_lost", "unanswered", "unknown")
KEPT_SECONDS = 120
"""Packets are kept so long, to be saved."""


class LivePings:
    """Tells of pings, and fulfils wishes meanwhile."""

    def __init__(
        self, inventory: Inventory, wanted: TraceWanted, archive: bytes,
        fulfil: Callable[[], None],
    ) -> None:  # fmt: skip
        """``fulfil`` takes the next wish, once something of it has come."""
        self._followed = FollowedFile()
        self._watched = WatchedPings(
            inventory, wanted, archive, self, KEPT_SECONDS, self._followed.write
        )
        self._fulfil = fulfil
        self._settled: deque[Ping] = deque(maxlen=MOST_PINGS)
        self._count = 0
        self._findings: dict[tuple[str, str | None], Finding] = {}
        """Of what was lost and is still listed."""
        self._is_full = False
        """Whether it was told that packets are listed no longer."""
        self._cause: str | None = None
        """Code of the finding about pings that are lost now."""

    def run(self) -> None:
        """Ping until SIGINT comes."""
        tell(CapturesBegun(((self._followed.descriptor, NAME, NOWHERE),)))
        try:
            self._watched.run()
        finally:
            self._watched.stop()

    def bundle(self) -> Gathered:
        """Return what is kept now, to be saved; the caller closes it."""
        kept = Gathered()
        for parts in self._watched.gathered.documents():
            kept.add_document(self._watched.gathered.read(parts), *parts)
        raw = self._watched.window.capture_file().open()
        file = kept.new_capture(NAME)
        buffer = bytearray(1 << 20)
        while size := raw.readinto(buffer):
            file.write(buffer[:size])
        file.flush()
        return kept

    # What is told

    def say(self, words: str) -> None:
        """Take a step."""
        tell(StepTaken(words))

    def learn(self, facts: Facts) -> None:
        """Take facts."""
        tell(FactsRead(facts, inspection_of(facts)))

    def look(self, looked: Looked) -> None:
        """Tell pings, old and new, as one report."""
        for ping in looked.settled:
            self._count += 1
            self._settled.append(msgspec.structs.replace(ping, number=self._count))
        fresh = [
            msgspec.structs.replace(ping, number=self._count + 1 + index)
            for index, ping in enumerate(looked.fresh)
            if ping.status == "answered"
        ]
        pings = (*self._settled, *fresh)[-MOST_PINGS:]
        self._remember(looked.findings)
        for change in looked.changes:
            if change.kind == "loss":
                self._cause = None if change.state == "answered" else change.finding
        totals = _totals(looked.summary)
        report = msgspec.structs.replace(
            looked.report,
            pings=pings,
            totals=totals,
            conversations=_conversations(looked.report, totals),
            findings=self._joined(looked.report.findings),
        )
        tell(PingsWatched(report, looked.summary, tuple(looked.changes)))
        if self._followed.is_full and not self._is_full:
            self._is_full = True
            self.say("pings go on, but screen 3 lists no further packets: there is no more room")
        while select.select([STDIN], [], [], 0)[0]:
            self._fulfil()

    def _joined(self, now: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return the findings of now, and those of before that are not among them.

        First stands why pings are lost now. Beside pings that were answered before, that loss looks
        as if it came and went: so it is not told of, while the cause is known.
        """
        if self._cause not in (None, PASSING):
            now = [each for each in now if each.code != PASSING]
        found = {(finding.code, finding.node): finding for finding in now}
        before = [each for key, each in self._findings.items() if key not in found]
        return tuple(sorted((*now, *before), key=lambda each: each.code != self._cause))

    def _remember(self, findings: Iterable[Finding]) -> None:
        """Keep errors as long as a ping is listed that was lost."""
        if not any(ping.status in LOST for ping in self._settled):
            self._findings.clear()
            return
        for finding in findings:
            if finding.severity == "error" and len(self._findings) < MOST_FINDINGS:
                self._findings[finding.code, finding.node] = finding


def _conversations(report: Report, totals: Totals) -> tuple[Conversation, ...]:
    """Return who pings whom with the numbers of all pings; a report has those of the latest."""
    if len(report.conversations) != 1:
        return report.conversations
    counts = {name: getattr(totals, name) for name in COUNTED}
    return (msgspec.structs.replace(report.conversations[0], **counts),)


def _totals(summary: WatchSummary) -> Totals:
    """Return what all pings came to, those included that are not listed any longer."""
    rtt = summary.rtt_us
    return Totals(
        pings=summary.pings,
        answered=summary.answered,
        request_lost=_lost(summary, "request-lost"),
        reply_lost=_lost(summary, "reply-lost"),
        unanswered=_lost(summary, "unanswered"),
        unknown=summary.unknown,
        rtt_us=None if rtt is None else Rtt(rtt.min_us, rtt.median_us, rtt.p99_us, rtt.max_us),
    )


def _lost(summary: WatchSummary, status: Status) -> int:
    return sum(place.pings for place in summary.losses if place.status == status)
