"""Pings that go on and on: captured everywhere, looked at each second, told to a listener."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Protocol

from netdiag.cli.ping_sender import Sender
from netdiag.cli.reading import read_window
from netdiag.explain.watch.watch import LOST, Watch, begin_of
from netdiag.model.facts.facts import NO_FACTS, Facts
from netdiag.model.report import Finding, Ping, Report
from netdiag.model.watch import Change, WatchSummary
from netdiag.sources.facts import read_facts
from netdiag.sources.inventory.late_documents import ask_for
from netdiag.sources.inventory.places import Inventory, LackingError, PlacedNode, PlacedPod
from netdiag.sources.layout import KUBERNETES
from netdiag.sources.live.captures import Wanted, hosts_of
from netdiag.sources.live.documents import Asking
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.kernel_watch import DROPS, KernelWatch
from netdiag.sources.live.traced import TraceWanted
from netdiag.sources.live.window import Window
from netdiag.sources.recording.ending import EndingSignals
from netdiag.sources.recording.places import CapturedPlace
from netdiag.sources.recording.session import Bounds, Counts, Recording

SPARE_NS: Final = 200_000_000
"""A ping is settled so much later than its timeout."""

BEFORE_NS: Final = 20_000_000
"""Packets so much older than a lost ping may be its own: nodes' clocks differ."""

READ_NS: Final = 5_000_000_000
"""Packets are read so much longer than is needed: nodes' clocks differ."""

_NS: Final = 1_000_000_000
_DAY_SECONDS: Final = 86_400.0


@dataclass(frozen=True)
class Looked:
    """What one look has shown."""

    report: Report
    """Of the latest packets."""
    settled: Sequence[Ping]
    """Pings that are new, and will not change any more; in order of time."""
    fresh: Sequence[Ping]
    """Those that are newer; a reply may still come."""
    findings: Sequence[Finding]
    """Of what was lost by itself, if anything was: beside what is answered, loss comes and goes."""
    changes: Sequence[Change]
    summary: WatchSummary


class Listener(Protocol):
    """Who is told."""

    def say(self, words: str) -> None:
        """Take what is done, or went wrong: a sentence."""

    def learn(self, facts: Facts) -> None:
        """Take what nodes say."""

    def look(self, looked: Looked) -> None:
        """Take what a look has shown: about each second, and at the end."""


class WatchedPings:
    """What runs while it is watched, and what was kept of it."""

    def __init__(
        self, inventory: Inventory, wanted: TraceWanted, archive: bytes, listener: Listener,
        kept_seconds: int = 0, followed: Callable[[bytes], None] | None = None,
    ) -> None:  # fmt: skip
        """``kept_seconds``: packets are kept so much longer than they are looked at; ``followed``
        gets all of them, as a file.
        """
        self._inventory, self._wanted = inventory, wanted
        self._listener = listener
        self._kept_ns = kept_seconds * _NS
        self._nodes = wanted.nodes(inventory)
        self.gathered, self._logs = Gathered(), Gathered()
        self.facts: Facts = NO_FACTS
        self._watch = Watch()
        self._done_ns = 0
        self._is_lost = False
        capturing = Wanted(
            wanted.ping.token, wanted.ping.identifier, hosts_of(self._nodes),
            deadline=_DAY_SECONDS * 365,
        )  # fmt: skip
        words = [*capturing.ours(), "--deadline", f"{capturing.deadline:g}"]
        self._drops = KernelWatch(DROPS, words, self._logs, archive, listener.say)
        self._recording = Recording(capturing, None, archive)
        self.window = Window(self._recording.counts.interfaces, followed)
        self._asking = Asking(archive, listener.say)
        self._sender = Sender(wanted, archive)

    def run(self) -> WatchSummary:
        """Watch until a signal comes. Raises LackingError if nothing can be captured."""
        with EndingSignals() as signals:
            self._begin()
            self._recording.run(
                self.window, Bounds(), signals, self._look,
                lambda gone: self._listener.say(f"{gone.place}: {gone.reason}"),
            )  # fmt: skip
            self._sender.stop()
            report = self.read()
            pings = self._judged(self._between(report, None))
            self._take_in(report, pings, (), report.findings)
        return self._watch.summary()

    def read(self, since_ns: int = 0, until_ns: int | None = None) -> Report:
        """Return what the packets prove that are kept, older and newer ones left out."""
        file = self.window.capture_file(since_ns, until_ns)
        return read_window(file, self.facts, self.window.before(since_ns))

    def stop(self) -> None:
        """End all that runs; what was gathered stays until it is closed."""
        self._sender.stop()
        self._asking.give_up()
        self._recording.stop()
        self._drops.stop()
        self._logs.close()

    def _begin(self) -> None:
        self._wanted.check_begin()
        self._recording.start(self._places())
        if self._wanted.drops:
            for node in self._nodes:
                self._drops.start(node, self._pods_on(node))
            self._drops.send()
        self._ask()
        if not self._recording.arm(self._listener.say):
            reasons = dict.fromkeys(failure.reason for failure in self._recording.failures)
            why = "; ".join(reasons)
            raise LackingError(why or "no capture could be started")
        self._drops.arm()
        for name, why in self._drops.refusals():
            self._listener.say(f"{name}: the kernel does not tell why it drops packets: {why}")
        self._asking.keep(self.gathered, "facts")
        self._read_facts()
        self._sender.start()
        ask_for(self._inventory.documents)

    def _places(self) -> dict[CapturedPlace, tuple[str, ...]]:
        return {
            CapturedPlace(node, pod): interfaces
            for node in self._nodes
            for pod, interfaces in self._wanted.places_on(node).items()
        }

    def _pods_on(self, node: PlacedNode) -> list[PlacedPod]:
        return [pod for pod in self._inventory.pods if pod.node == node.name]

    def _ask(self) -> None:
        for name, document in self._inventory.documents.items():
            self.gathered.add_document(document, KUBERNETES, name)
        for node in self._nodes:
            if not node.is_between:
                self._asking.start(node, self._pods_on(node))

    def _read_facts(self) -> None:
        self.facts = read_facts(self.gathered.found("").documents.values())
        self._listener.learn(self.facts)

    def _look(self, counts: Counts) -> None:
        """Look at what has come since the last time."""
        for error in self._sender.take_errors():
            self._listener.say(error)
        report = self.read(self._done_ns - READ_NS)
        newest_ns = max((begin_of(ping) for ping in report.pings if _is_seen(ping)), default=0)
        settled_ns = newest_ns - int(self._wanted.ping.timeout * _NS) - SPARE_NS
        pings = self._judged(self._between(report, settled_ns))
        lost = [ping for ping in pings if ping.status in LOST]
        findings: Sequence[Finding] = report.findings
        if lost:
            if not self._is_lost:
                self._ask_again()
            findings = self.read(begin_of(lost[0]) - BEFORE_NS).findings
        self._is_lost = bool(lost) if pings else self._is_lost
        fresh = [ping for ping in self._between(report, None) if begin_of(ping) > settled_ns]
        self._take_in(report, pings, fresh, findings)
        self.window.forget_before(self._done_ns - READ_NS - self._kept_ns)

    def _between(self, report: Report, until_ns: int | None) -> list[Ping]:
        """Return the pings that were not taken in and are settled by then, in order of time."""
        pings = [
            ping
            for ping in report.pings
            if _is_seen(ping)
            and begin_of(ping) > self._done_ns
            and (until_ns is None or begin_of(ping) <= until_ns)
        ]
        return sorted(pings, key=begin_of)

    def _judged(self, pings: Sequence[Ping]) -> list[Ping]:
        """Return pings, those of which nothing is known looked at once more by themselves.

        Where an interface's first packet is of a later ping, its silence before proves nothing to
        who does not know that it was captured all the time; by themselves it has no packet.
        """
        judged: list[Ping] = []
        for is_unknown, group in groupby(pings, lambda ping: ping.status == "unknown"):
            alike = list(group)
            judged += self._judged_alone(alike, pings) if is_unknown else alike
        return judged

    def _judged_alone(self, unknown: Sequence[Ping], pings: Sequence[Ping]) -> list[Ping]:
        begin_ns, end_ns = begin_of(unknown[0]), begin_of(unknown[-1])
        later = [begin_of(ping) for ping in pings if begin_of(ping) > end_ns]
        until_ns = min(later) - BEFORE_NS if later else None
        found = {
            (ping.id, ping.seq): ping
            for ping in self.read(begin_ns - BEFORE_NS, until_ns).pings
            if _is_seen(ping)
        }
        return [found.get((ping.id, ping.seq), ping) for ping in unknown]

    def _take_in(
        self, report: Report, settled: Sequence[Ping], fresh: Sequence[Ping],
        findings: Sequence[Finding],
    ) -> None:  # fmt: skip
        if settled:
            self._done_ns = begin_of(settled[-1])
        changes = self._watch.look(settled, findings)
        summary = self._watch.summary()
        self._listener.look(Looked(report, settled, fresh, findings, changes, summary))

    def _ask_again(self) -> None:
        """Ask nodes once more: what they say now may tell why pings are lost."""
        self.gathered.close()
        self.gathered = Gathered()
        self._ask()
        self._asking.keep(self.gathered, "facts")
        for node, log in self._drops.logs():
            self.gathered.add_document(log, node, DROPS.document)
        self._read_facts()


def _is_seen(ping: Ping) -> bool:
    return bool(ping.request or ping.reply)
