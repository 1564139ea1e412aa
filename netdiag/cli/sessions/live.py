"""A session over nodes that run: a lab, this machine, those of an inventory.

Two kinds of processes do the work: one asks the nodes and counts packets of interfaces
(``nodes``), and each trace is one (``tracer``), which stays until the next to keep its captures.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from netdiag.cli.sessions.asked_trace import ends_of, trace_wanted
from netdiag.cli.sessions.exporting import Exporter
from netdiag.cli.sessions.frames import (
    AskAgain,
    CapturesBegun,
    CountLinks,
    Ended,
    FactsRead,
    Failed,
    Frame,
    LinksCounted,
    NodeFailed,
    PingsWatched,
    ProblemsMet,
    ReportMade,
    SaveBundle,
    StepTaken,
    Wish,
    WishEnded,
    WriteCapture,
)
from netdiag.cli.sessions.job import Job, job_bytes
from netdiag.cli.sessions.known import (
    in_short,
    with_facts,
    with_report,
    with_trace_ended,
    with_watched,
)
from netdiag.cli.sessions.live_packets import LivePackets
from netdiag.cli.sessions.worker import Worker
from netdiag.facts.configuration.tunnel_ports import tunnel_ports
from netdiag.sources.inventory.places import Inventory, InventoryError
from netdiag.tui.session import (
    Actions,
    Counters,
    Deliver,
    Delivery,
    Outcome,
    Progress,
    Snapshot,
    TraceOptions,
    Tracing,
    Trouble,
)

NODES, TRACER = "netdiag.cli.sessions.nodes", "netdiag.cli.sessions.tracer"
ASKING, TRACE = "the nodes", "the trace"
"""Sources of troubles."""
ASKED = "asking the nodes"

Ends = tuple[str, str]
"""From and to, as they may be typed."""


class LiveSession:
    """Starts the processes, and delivers what they tell."""

    def __init__(self, inventory: Inventory) -> None:
        self.title = inventory.source
        self.actions = Actions(
            start_trace=self._start,
            stop_trace=self._stop,
            save_bundle=lambda path: self._wish_of_trace(SaveBundle(os.path.expanduser(path))),
            write_capture=lambda path: self._wish_of_trace(WriteCapture(os.path.expanduser(path))),
            export=self._export,
            count_links=self._count,
            ask_again=self._ask_again,
        )
        self._inventory = inventory
        self._lock = Lock()
        self._snapshot = Snapshot(ends=ends_of(inventory), is_complete=False)
        self._asked_problems: tuple[str, ...] = inventory.problems
        self._nodes: Worker | None = None
        self._tracer: Worker | None = None
        self._is_counting = False
        self._uncounted: set[str] = set()
        """Nodes whose interfaces were counted, and are no longer."""
        self._is_closed = False
        self._deliver: Deliver = lambda delivery: None
        self._exporter = Exporter()
        self._packets = LivePackets(self._tell)

    def open(self, deliver: Deliver) -> None:
        """Begin to ask the nodes."""
        self._deliver = deliver
        self._tell(self._snapshot)
        self._begin_asking()

    def close(self) -> None:
        """Kill both processes; their probes end with them."""
        self._is_closed = True
        self._packets.close()
        workers = [worker for worker in (self._nodes, self._tracer) if worker is not None]
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.await_end()

    def _tell(self, delivery: Delivery) -> None:
        if not self._is_closed:
            self._deliver(delivery)

    def _show(self, change: Callable[[Snapshot], Snapshot]) -> None:
        """Deliver what is known, changed; two threads may do so."""
        with self._lock:
            self._snapshot = change(self._snapshot)
            self._tell(self._snapshot)

    # What is asked for

    def _start(self, source: str, destination: str, options: TraceOptions) -> None:
        asked = (source, destination)
        self._trace(self._inventory, asked, asked, options)

    def _trace(
        self, inventory: Inventory, asked: Ends, ends: Ends, options: TraceOptions
    ) -> None:  # fmt: skip
        """Trace; ``ends`` are what was asked for, as it is called in this inventory."""
        try:
            wanted = trace_wanted(inventory, *ends, options, self._snapshot.facts)
        except (InventoryError, ValueError) as error:
            self._tell(Outcome(str(error), is_good=False))
            return
        self._forget_trace()
        is_continuous = options.count is None
        tracing = Tracing(*asked, is_on=True, is_continuous=is_continuous)
        self._tell(Trouble(TRACE, ""))
        self._show(lambda known: replace(known, tracing=tracing))
        job = Job(inventory, wanted, is_continuous)
        self._tracer = Worker(TRACER, job_bytes(job), self._take_of_trace)

    def _forget_trace(self) -> None:
        """End the trace before, and what was kept of it."""
        if self._tracer is not None:
            self._tracer.kill()
            self._tracer = None

    def _stop(self) -> None:
        if self._tracer is not None:
            self._tracer.interrupt()

    def _wish_of_trace(self, wish: Wish) -> None:
        tracing = self._snapshot.tracing
        if tracing is None or self._tracer is None:
            self._tell(Outcome("nothing was traced yet", is_good=False))
        elif tracing.is_on and not tracing.is_continuous:
            self._tell(Outcome("wait until the trace has ended", is_good=False))
        elif not self._tracer.wish(wish):
            self._tell(Outcome("of this trace nothing is kept", is_good=False))

    def _count(self, is_wanted: bool) -> None:
        self._is_counting = is_wanted
        if self._nodes is not None:
            self._nodes.wish(CountLinks(is_wanted))

    def _begin_asking(self) -> None:
        self._tell(Progress(ASKED, 0, 0))
        self._nodes = Worker(NODES, job_bytes(Job(self._inventory)), self._take_of_nodes)

    def _ask_again(self) -> None:
        if self._nodes is not None and self._nodes.wish(AskAgain()):
            self._tell(Progress(ASKED, 0, 0))
            return
        self._tell(Trouble(ASKING, ""))
        self._begin_asking()
        self._count(self._is_counting)

    def _export(self, kind: str, path: str, ping: int | None) -> None:
        report = self._snapshot.report
        if report is not None:
            self._exporter.write(report, kind, path, ping, self._tell)

    # What the processes tell

    def _take_of_nodes(self, worker: Worker, frame: Frame) -> None:
        match frame:
            case FactsRead(facts, inspection):
                self._show(lambda known: with_facts(known, facts, inspection))
            case ProblemsMet(problems):
                self._asked_problems = problems
                self._show(lambda known: replace(known, problems=problems, is_complete=True))
                self._tell(Progress(ASKED, 1, 1))
            case LinksCounted(time_ns, links):
                self._tell(Counters(time_ns, dict(links)))
                for node in self._uncounted & {point.node for point, _ in links}:
                    self._uncounted.discard(node)
                    self._tell(Trouble(node, ""))
            case NodeFailed(node, reason):
                self._uncounted.add(node)
                self._tell(Trouble(node, f"its interfaces are not counted any longer: {reason}"))
            case StepTaken(words):
                self._tell(Progress(words, 0, 0))
            case Failed(reason):
                self._tell(Progress(ASKED, 1, 1))
                self._tell(Trouble(ASKING, f"{reason}; r asks them again"))
                self._show(lambda known: replace(known, is_complete=True))

    def _take_of_trace(self, worker: Worker, frame: Frame) -> None:
        match frame:
            case StepTaken(words):
                self._take_step(words)
            case FactsRead(facts, inspection):
                self._show(lambda known: with_facts(known, facts, inspection))
            case ReportMade(report):
                self._show(lambda known: with_report(known, report))
            case PingsWatched():
                self._tell(Progress("tracing", 1, 1))
                self._show(lambda known: with_watched(known, frame))
            case ProblemsMet(problems):
                both = (*self._asked_problems, *problems)
                self._show(lambda known: replace(known, problems=both))
                if problems:
                    self._tell(Trouble(TRACE, in_short(problems)))
            case WishEnded(words, is_good):
                self._tell(Outcome(words, is_good=is_good))
            case CapturesBegun():
                ports = tunnel_ports(self._snapshot.facts)
                self._packets.offer(frame, worker.process.pid, ports)
            case Ended():
                self._end_trace()
            case Failed(reason):
                self._tell(Trouble(TRACE, reason))
                self._end_trace()

    def _take_step(self, words: str) -> None:
        """Tell what is done; once pings go on, it is what went wrong."""
        tracing = self._snapshot.tracing
        if tracing is not None and tracing.watched is not None:
            self._tell(Trouble(TRACE, words))
        else:
            self._tell(Progress(words, 0, 0))

    def _end_trace(self) -> None:
        self._packets.complete()
        self._tell(Progress("tracing", 1, 1))
        self._show(with_trace_ended)
