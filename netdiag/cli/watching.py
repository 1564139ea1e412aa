"""``netdiag trace --watch``: ping on and on, say what changes, and sum up at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from netdiag.cli.exit_code import ExitCode
from netdiag.cli.output import WIDTH, ResultWriter, palette, say, terminal_width
from netdiag.cli.reading import read_window
from netdiag.explain.watch.watch import LOST, Watch, begin_of
from netdiag.model.facts.facts import NO_FACTS, Facts
from netdiag.model.report import Finding, Ping, Report
from netdiag.model.watch import Change, WatchSummary
from netdiag.sources.facts import read_facts
from netdiag.sources.inventory.places import Inventory, LackingError, PlacedNode, PlacedPod
from netdiag.sources.live.captures import Wanted
from netdiag.sources.live.documents import Asking
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.kernel_watch import DROPS, KernelWatch
from netdiag.sources.live.pings import Pinging
from netdiag.sources.live.tracing import TraceWanted, watched_nodes
from netdiag.sources.live.window import Window
from netdiag.sources.recording.ending import EndingSignals
from netdiag.sources.recording.places import CapturedPlace
from netdiag.sources.recording.session import Bounds, Counts, Recording

MOST_PINGS: Final = 65_535
"""Of one run of the probe; then it is run again."""

SPARE_NS: Final = 200_000_000
"""A ping is settled so much later than its timeout."""

BEFORE_NS: Final = 20_000_000
"""Packets so much older than a lost ping may be its own: nodes' clocks differ."""

KEPT_NS: Final = 5_000_000_000
"""Packets are kept so much longer than is needed: nodes' clocks differ."""

_NS: Final = 1_000_000_000
_DAY_SECONDS: Final = 86_400.0


def watch_trace(
    inventory: Inventory, wanted: TraceWanted, archive: bytes, *, as_json: bool
) -> ExitCode:
    """Watch until a signal comes. Raises LackingError if nothing can be captured."""
    watching = _Watching(inventory, wanted, archive, _Printer(as_json))
    try:
        return watching.run()
    finally:
        watching.stop()


class _Watching:
    """What runs while it is watched."""

    def __init__(
        self, inventory: Inventory, wanted: TraceWanted, archive: bytes, printer: _Printer
    ) -> None:
        self._inventory, self._wanted, self._archive = inventory, wanted, archive
        self._printer = printer
        self._ends = (wanted.source, wanted.destination)
        self._nodes = watched_nodes(inventory, *self._ends)
        self._gathered, self._logs = Gathered(), Gathered()
        self._facts: Facts = NO_FACTS
        self._watch = Watch()
        self._done_ns = 0
        self._is_lost = False
        hosts = tuple(each for node in self._nodes for each in node.addresses)
        capturing = Wanted(
            wanted.ping.token, wanted.ping.identifier, hosts, deadline=_DAY_SECONDS * 365
        )
        words = [*capturing.ours(), "--deadline", f"{capturing.deadline:g}"]
        self._drops = KernelWatch(DROPS, words, self._logs, archive, say)
        self._recording = Recording(capturing, None, archive)
        self._window = Window(self._recording.counts.interfaces)
        self._asking = Asking(archive, say)
        self._sender = _Sender(wanted, archive)

    def run(self) -> ExitCode:
        with EndingSignals() as signals:
            self._recording.start({place: () for place in self._places()})
            if self._wanted.drops:
                for node in self._nodes:
                    self._drops.start(node, self._pods_on(node))
                self._drops.send()
            self._ask()
            if not self._recording.arm(say):
                why = "; ".join(failure.reason for failure in self._recording.failures)
                raise LackingError(why or "no capture could be started")
            self._drops.arm()
            for name, why in self._drops.refusals():
                say(f"{name}: the kernel does not tell why it drops packets: {why}")
            self._asking.keep(self._gathered, "facts")
            self._read_facts()
            self._sender.start()
            self._recording.run(
                self._window, Bounds(), signals, self._look, lambda gone: say(str(gone))
            )
            self._sender.stop()
            report = self._report()
            self._take_in(self._between(report, None), report.findings)
        summary = self._watch.summary()
        self._printer.summary(summary)
        if not summary.pings:
            return ExitCode.NOT_JUDGED
        return ExitCode.FOUND if summary.lost else ExitCode.OK

    def stop(self) -> None:
        """End all that runs."""
        self._sender.stop()
        self._asking.give_up()
        self._recording.stop()
        self._drops.stop()
        self._gathered.close()
        self._logs.close()

    def _places(self) -> list[CapturedPlace]:
        places = [CapturedPlace(node) for node in self._nodes]
        ends = [end for end in self._ends if end.pod is not None and end.node is not None]
        return places + [CapturedPlace(end.node, end.pod) for end in ends if end.node is not None]

    def _pods_on(self, node: PlacedNode) -> list[PlacedPod]:
        return [pod for pod in self._inventory.pods if pod.node == node.name]

    def _ask(self) -> None:
        for node in self._nodes:
            if not node.is_between:
                self._asking.start(node, self._pods_on(node))

    def _read_facts(self) -> None:
        self._facts = read_facts(self._gathered.found("").documents.values())

    def _look(self, counts: Counts) -> None:
        """Look at what has come since the last time."""
        for error in self._sender.take_errors():
            say(error)
        report = self._report()
        newest_ns = max((begin_of(ping) for ping in report.pings if _is_seen(ping)), default=0)
        settled_ns = newest_ns - int(self._wanted.ping.timeout * _NS) - SPARE_NS
        if settled_ns <= self._done_ns:
            return
        pings = self._between(report, settled_ns)
        lost = [ping for ping in pings if ping.status in LOST]
        findings = report.findings
        if lost:
            if not self._is_lost:
                self._ask_again()
            # What was lost is looked at by itself: beside what was answered, loss comes and goes.
            since_ns = begin_of(lost[0]) - BEFORE_NS
            findings = read_window(self._window.capture_file(since_ns), self._facts).findings
        self._is_lost = bool(lost)
        self._take_in(pings, findings)
        self._window.forget_before(self._done_ns - KEPT_NS)

    def _report(self) -> Report:
        return read_window(self._window.capture_file(), self._facts)

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

    def _take_in(self, pings: Sequence[Ping], findings: Sequence[Finding]) -> None:
        if pings:
            self._done_ns = begin_of(pings[-1])
        for change in self._watch.look(pings, findings):
            self._printer.change(change)

    def _ask_again(self) -> None:
        """Ask nodes once more: what they say now may tell why pings are lost."""
        self._gathered.close()
        self._gathered = Gathered()
        self._ask()
        self._asking.keep(self._gathered, "facts")
        for node, log in self._drops.logs():
            self._gathered.add_document(log, node, DROPS.document)
        self._read_facts()


class _Sender:
    """Pings until it is stopped, in a thread of its own."""

    def __init__(self, wanted: TraceWanted, archive: bytes) -> None:
        self._wanted = wanted
        self._archive = archive
        self._pinging: Pinging | None = None
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._errors: dict[str, None] = {}
        self._told: set[str] = set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        if self._pinging is not None:
            self._pinging.let_go()
        if self._thread.is_alive():
            self._thread.join()

    def take_errors(self) -> list[str]:
        """Return what pings were told, each once."""
        new = [error for error in list(self._errors) if error not in self._told]
        self._told.update(new)
        return new

    def _run(self) -> None:
        ping = replace(self._wanted.ping, count=MOST_PINGS)
        while not self._is_over.is_set():
            self._pinging = Pinging(
                self._wanted.source, self._wanted.destination, ping, self._archive
            )
            for event in self._pinging.events():
                self._pinging.lines.clear()  # nobody keeps them
                if event.get("event") == "error":
                    origin = f" by {event['from']}" if event.get("from") else ""
                    self._errors[f"the ping was told{origin}: {event.get('text')}"] = None
            status, complaint = self._pinging.end()
            if status != 0 and not self._is_over.wait(1.0):
                self._errors[f"the ping failed: {complaint or f'exit status {status}'}"] = None


class _Printer:
    """Writes changes and the summary to stdout as they come."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._writer = ResultWriter()
        self._width = terminal_width() or WIDTH
        self._colour = bool(palette().end)

    def change(self, change: Change) -> None:
        from netdiag.render.watch_lines import change_text

        self._write(change, lambda: change_text(change, width=self._width, colour=self._colour))

    def summary(self, summary: WatchSummary) -> None:
        from netdiag.render.watch_lines import summary_text

        self._write(summary, lambda: summary_text(summary, width=self._width, colour=self._colour))

    def _write(self, told: Change | WatchSummary, text: Callable[[], str]) -> None:
        if self._as_json:
            import msgspec

            kind = "summary" if isinstance(told, WatchSummary) else "change"
            self._writer.write(msgspec.json.encode({"event": kind, kind: told}).decode() + "\n")
        else:
            self._writer.write(text())
        self._writer.flush()


def _is_seen(ping: Ping) -> bool:
    return bool(ping.request or ping.reply)
