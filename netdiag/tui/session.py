"""What the caller hands the user interface: a session, and all that is delivered from it.

The interface opens nothing itself. A ``Session`` begins its workers when ``open`` is called, and
they deliver immutable values from any thread, at any rate: an inbox keeps them, and ten times
a second the main loop takes what has come. ``Actions`` are requests: each returns at once, and its
``Outcome`` is delivered like everything else, so the interface needs no threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.facts import NO_FACTS, Facts
from netdiag.model.facts.kernel import LinkCounters
from netdiag.model.inspection import Inspection
from netdiag.model.report import Report
from netdiag.model.watch import Change, WatchSummary
from netdiag.tui.packet_source import Dissection, PacketBatch, PacketsOffered


@dataclass(frozen=True)
class TraceEnd:
    """A pod or a node of the inventory, between which can be traced."""

    name: str
    """As it is typed: ``default/web``, ``node-1``."""
    kind: Literal["pod", "node"]
    node: str
    """Where the pod runs; a node's own name."""
    addresses: tuple[str, ...] = ()


ProbeState = Literal["none", "starting", "on", "refused", "unfit"]
"""Whether a node is asked: not yet, being begun, yes; it failed; it cannot be."""


@dataclass(frozen=True)
class ListedNode:
    """A node that is known by name before anything runs there: those of a cluster."""

    name: str
    addresses: tuple[str, ...] = ()
    is_ready: bool | None = None
    """None = not told."""
    probe: ProbeState = "none"
    note: str = ""
    """Why there is no probe, a sentence."""


@dataclass(frozen=True)
class Tracing:
    """The latest trace of this session: who pings whom, and what came of it so far."""

    source: str
    destination: str
    """Names as they were asked for."""
    is_on: bool
    """False: it has ended, or was stopped."""
    is_continuous: bool
    watched: WatchSummary | None = None
    """Of pings that go on and on: all of them, while the report holds the latest."""
    changes: tuple[Change, ...] = ()
    """What changed meanwhile, the latest last."""


@dataclass(frozen=True)
class Snapshot:
    """All that is known at one moment; a later one replaces it as a whole."""

    report: Report | None = None
    """What packets prove; None = none were read yet."""
    inspection: Inspection | None = None
    """What facts say of nodes, interfaces, routes; None = there are no facts yet."""
    facts: Facts = NO_FACTS
    are_facts_newer: bool = False
    """Facts and inspection were read after the report was made, for themselves."""
    ends: tuple[TraceEnd, ...] = ()
    """What ``start_trace`` takes; empty where nothing can be traced."""
    takes_names: bool = False
    """Whether other names may be typed, too: not all pods of a cluster are listed."""
    ends_note: str = ""
    """Why not, a sentence."""
    listed: tuple[ListedNode, ...] = ()
    """Nodes that are asked only when somebody looks at them (``look_at``)."""
    tracing: Tracing | None = None
    """The trace that the report is of; None = nothing was traced here."""
    problems: tuple[str, ...] = ()
    """What could not be read, a sentence each."""
    is_complete: bool = True
    """False: more is on its way without anybody asking for it."""


@dataclass(frozen=True)
class Progress:
    """How far something is that takes a while; it ends when ``done`` reaches ``total``."""

    words: str
    """``reading captures``."""
    done: int
    total: int
    """In the same unit as ``done``; 0 = not known."""


@dataclass(frozen=True)
class Trouble:
    """Something broke, and the rest goes on: a probe ended, a worker failed. Shown as a banner."""

    source: str
    """Who: ``node-1's probe``. A later one of the same source replaces it."""
    reason: str
    """What happened, and what to do, in a sentence; empty = it is well again."""


@dataclass(frozen=True)
class Outcome:
    """How an action ended."""

    words: str
    """``report written to report.svg``, or why that could not be done."""
    is_good: bool = True


@dataclass(frozen=True)
class Counters:
    """What interfaces of some nodes counted up to a time; rates are made of two of these.

    All interfaces of a node come together.
    """

    time_ns: int
    """Of a clock that only goes forward."""
    links: Mapping[CapturePoint, LinkCounters]


Delivery = (
    Snapshot | Progress | Trouble | Outcome | Counters | PacketsOffered | PacketBatch | Dissection
)
Deliver = Callable[[Delivery], None]
"""Callable from any thread; never blocks."""


@dataclass(frozen=True)
class TraceOptions:
    """What and where to capture, and how to ping."""

    points: frozenset[CapturePoint] | None = None
    """The interfaces to capture at; None = all on the way."""
    by_hand: frozenset[CapturePoint] = frozenset()
    """Those of them that the user has ticked: also on nodes that are not on the way."""
    count: int | None = 3
    """None = until it is stopped."""
    interval: float = 0.2
    """Seconds between two pings."""
    payload_bytes: int = 56
    dont_fragment: bool = False
    mtu: bool = False
    """Also find the path's MTU, with packets of other sizes."""
    tcp_ports: tuple[int, ...] = ()
    """Ports that are tried as well."""
    udp_ports: tuple[int, ...] = ()


ReportKind = Literal["text", "json", "svg"]


@dataclass(frozen=True)
class Actions:
    """What can be asked of a session; None = not of this one.

    None of them blocks or raises; how it ended is delivered as an ``Outcome``.
    """

    start_trace: Callable[[str, str, TraceOptions], None] | None = None
    """From and to: names of ``TraceEnd`` or addresses."""
    stop_trace: Callable[[], None] | None = None
    look_at: Callable[[str], None] | None = None
    """Ask one of the ``listed`` nodes, by a probe that is started there."""
    save_bundle: Callable[[str], None] | None = None
    """Into a new folder, or ``NAME.tar.gz``."""
    write_capture: Callable[[str], None] | None = None
    """All packets, as pcapng."""
    export: Callable[[ReportKind, str, int | None], None] | None = None
    """The report, into a file; the number is that of the ping to draw (svg)."""
    count_links: Callable[[bool], None] | None = None
    """Deliver ``Counters`` from now on, or no longer: only while somebody looks at rates; and
    meanwhile newer facts from time to time."""
    ask_again: Callable[[], None] | None = None
    """Deliver newer facts at once."""


class Session(Protocol):
    """Where the data come from: saved captures, this machine, a lab, an inventory."""

    @property
    def title(self) -> str:
        """What is looked at, in a few words: ``case.tar.gz``, ``the lab 'x'``."""

    @property
    def actions(self) -> Actions:
        """What can be asked of it."""

    def open(self, deliver: Deliver) -> None:
        """Begin to deliver, and return at once; called once."""

    def close(self) -> None:
        """Stop every worker and probe, within a second; ``deliver`` is not called afterwards."""
