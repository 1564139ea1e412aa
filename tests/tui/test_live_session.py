"""The session over nodes that run, on a real lab: trace, break, save, count, end."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from netdiag.cli.exit_code import ExitCode
from netdiag.cli.sessions.live import TRACE, LiveSession
from netdiag.lab.breaking import break_lab, mend_lab
from netdiag.lab.faults import fault_named
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.running import Running
from netdiag.model.capture_point import CapturePoint
from netdiag.model.packet_record import packet_key
from netdiag.model.report import Hop
from netdiag.sources.inventory.lab import lab_inventory
from netdiag.tui.packet_source import ALL_PACKETS, PacketBatch, PacketsOffered, PacketSource
from netdiag.tui.packets.arena import Arena
from netdiag.tui.session import (
    Counters,
    Delivery,
    Outcome,
    Progress,
    Snapshot,
    TraceOptions,
    Trouble,
)
from tests.cli.processes import NETDIAG, ROOT, environment, netdiag

pytestmark = pytest.mark.needs_lab
NAME = f"session-{os.getpid()}"
SECONDS = 120.0
SOON = 20.0
"""Seconds: a second, on a machine with nothing else to do."""
Kind = TypeVar("Kind")


@pytest.fixture(scope="module")
def lab() -> Iterator[Running]:
    with raised(Wanted(NAME, "flannel-vxlan"), stays=False) as running:
        yield running


class Opened:
    """A session, and what it delivers."""

    def __init__(self) -> None:
        self.session = LiveSession(lab_inventory(NAME))
        self._came: queue.Queue[Delivery] = queue.Queue()
        self.offered: PacketSource | None = None
        self.session.open(self._take)

    def _take(self, delivery: Delivery) -> None:
        if isinstance(delivery, PacketsOffered):
            self.offered = delivery.source
        self._came.put(delivery)

    def await_one(self, kind: type[Kind], is_it: Callable[[Kind], object] = lambda _: True) -> Kind:
        """Wait for a delivery of a kind that is as it should be; what comes before is dropped."""
        deadline = time.monotonic() + SECONDS
        while True:
            delivery = self._came.get(timeout=max(deadline - time.monotonic(), 0.01))
            if isinstance(delivery, kind) and is_it(delivery):
                return delivery

    def trace(self, options: TraceOptions | None = None) -> Snapshot:
        """Trace between two pods; return what is known at its end."""
        assert self.session.actions.start_trace is not None
        self.session.actions.start_trace("pod-a", "pod-c", options or TraceOptions())
        return self.await_one(Snapshot, lambda each: each.tracing and not each.tracing.is_on)


@pytest.fixture
def opened(lab: Running) -> Iterator[Opened]:
    opened = Opened()
    yield opened
    opened.session.close()


def await_packet(opened: Opened, hop: Hop) -> None:
    """List packets until that of a hop is among them, under the number that the report gives."""
    source, arena = opened.offered, Arena()
    assert source is not None
    source.list_packets(ALL_PACKETS, "")
    while True:
        batch = opened.await_one(PacketBatch)
        arena.add(batch.records)
        file = source.file_number(hop.file)
        found = None if file is None else arena.find(packet_key(file, hop.frame))
        if found is not None:
            assert arena[found].time_ns == hop.time_ns
            return
        assert not batch.is_complete, batch.problem


def processes_below() -> set[int]:
    """Return all processes that this one has started, and theirs."""
    with subprocess.Popen(["ps", "-eo", "pid,ppid"], stdout=subprocess.PIPE, text=True) as listing:
        told = listing.communicate()[0].splitlines()[1:]
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in told)}
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid(), listing.pid}


def words_of(pid: int) -> list[bytes]:
    """Return a process's command line; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def runs(pid: int) -> bool:
    """Tell whether a process has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_nodes_are_asked_and_their_interfaces_counted(opened: Opened) -> None:
    known = opened.await_one(Snapshot, lambda each: each.is_complete)
    assert known.inspection is not None
    assert [node.name for node in known.inspection.nodes] == ["node-1", "node-2"]
    assert [end.name for end in known.ends][:3] == ["pod-a", "pod-b", "pod-c"]
    assert opened.session.actions.count_links is not None
    opened.session.actions.count_links(True)
    nodes: set[str | None] = set()
    while len(nodes) < 2:
        counted = opened.await_one(Counters)
        nodes |= {point.node for point in counted.links}
        assert any(point.interface == "flannel.1" for point in counted.links)
    assert opened.session.actions.ask_again is not None
    opened.session.actions.ask_again()
    again = opened.await_one(Snapshot, lambda each: each.inspection is not known.inspection)
    assert again.inspection is not None
    assert [node.name for node in again.inspection.nodes] == ["node-1", "node-2"]


def test_only_what_is_ticked_is_captured(opened: Opened) -> None:
    opened.await_one(Snapshot, lambda each: each.is_complete)
    places = (("node-1", None, "ens33"), ("node-1", "pod-a", "eth0"), ("node-2", None, "flannel.1"))
    points = frozenset(CapturePoint(*place) for place in places)
    known = opened.trace(TraceOptions(points=points, count=1))
    assert known.report is not None
    assert {
        CapturePoint(each.node, each.pod, each.interface) for each in known.report.captures
    } == (points)


def test_a_trace_finds_what_is_broken_and_is_kept(
    opened: Opened, lab: Running, tmp_path: Path
) -> None:
    whole = opened.trace()
    assert whole.report is not None
    assert whole.report.totals.answered == 3
    fault = fault_named("fdb-missing")
    broken = break_lab(lab, fault)
    known = opened.trace(TraceOptions(count=2))
    mend_lab(broken, fault)
    assert known.report is not None
    assert known.report.totals.request_lost == 2
    assert known.report.findings[0].code == "fdb-missing"
    await_packet(opened, known.report.pings[-1].request[-1])
    actions = opened.session.actions
    assert actions.save_bundle and actions.write_capture and actions.export
    actions.save_bundle(str(tmp_path / "case"))
    assert opened.await_one(Outcome).is_good
    actions.write_capture(str(tmp_path / "all.pcapng"))
    assert "packets written" in opened.await_one(Outcome).words
    actions.export("svg", str(tmp_path / "ladder.svg"), None)
    assert opened.await_one(Outcome).is_good
    for name in ("case", "all.pcapng"):
        done = netdiag("analyze", str(tmp_path / name))
        assert done.returncode == ExitCode.FOUND
        assert "2 pings" in done.stdout or "of 2" in done.stdout
    actions.save_bundle(str(tmp_path / "case"))
    assert not opened.await_one(Outcome).is_good


def test_pings_go_on_through_a_fault_until_they_are_stopped(
    opened: Opened, lab: Running, tmp_path: Path
) -> None:
    actions = opened.session.actions
    assert actions.start_trace and actions.stop_trace and actions.save_bundle
    actions.start_trace("pod-a", "pod-c", TraceOptions(count=None, interval=0.1))
    opened.await_one(Snapshot, lambda each: each.report and each.report.totals.answered > 3)
    fault = fault_named("vxlan-blocked")
    broken = break_lab(lab, fault)
    lost = opened.await_one(
        Snapshot,
        lambda each: (
            each.tracing
            and [change.kind for change in each.tracing.changes[-1:]] == ["loss"]
            and each.report
            and "overlay-port-blocked" in [finding.code for finding in each.report.findings]
        ),
    )
    assert lost.report is not None
    assert lost.report.findings[0].code == "overlay-port-blocked"
    assert "intermittent-loss" not in [finding.code for finding in lost.report.findings]
    assert [each.pings for each in lost.report.conversations] == [lost.report.totals.pings]
    mend_lab(broken, fault)
    again = opened.await_one(
        Snapshot,
        lambda each: (
            each.tracing
            and [(change.kind, change.state) for change in each.tracing.changes[-1:]]
            == [("loss", "answered")]
        ),
    )
    assert again.report is not None
    assert again.tracing is not None
    assert again.tracing.watched is not None
    assert again.tracing.watched.unknown == 0
    numbers = [ping.number for ping in again.report.pings]
    assert numbers == sorted(set(numbers))
    await_packet(opened, again.report.pings[0].request[0])
    actions.save_bundle(str(tmp_path / "meanwhile.tar.gz"))
    assert opened.await_one(Outcome).is_good
    actions.stop_trace()
    opened.await_one(Snapshot, lambda each: each.tracing and not each.tracing.is_on)
    actions.save_bundle(str(tmp_path / "after"))
    assert opened.await_one(Outcome).is_good
    assert netdiag("analyze", str(tmp_path / "after")).returncode == ExitCode.FOUND


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to give up")
def test_a_lab_that_may_not_be_entered_lacks_a_privilege(lab: Running) -> None:
    powerless = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]
    done = subprocess.run(
        [*powerless, *NETDIAG, "trace", "pod-a", "pod-c", f"--lab={NAME}"],
        capture_output=True, text=True, check=False, cwd=ROOT, env=environment({}),
    )  # fmt: skip
    assert done.returncode == ExitCode.NO_PRIVILEGE, done.stderr
    assert f"the lab {NAME!r} may be entered by root, or by who made it" in done.stderr


def test_what_cannot_be_traced_is_told(opened: Opened) -> None:
    actions = opened.session.actions
    assert actions.start_trace and actions.save_bundle
    actions.start_trace("pod-z", "pod-c", TraceOptions())
    assert "pod-z" in opened.await_one(Outcome, lambda each: not each.is_good).words
    actions.start_trace("10.9.9.9", "pod-c", TraceOptions())
    assert "no pod or node" in opened.await_one(Outcome).words
    actions.save_bundle("x")
    assert opened.await_one(Outcome).words == "nothing was traced yet"


def test_a_process_that_dies_is_a_trouble_and_the_next_trace_works(opened: Opened) -> None:
    actions = opened.session.actions
    assert actions.start_trace is not None
    actions.start_trace("pod-a", "pod-c", TraceOptions(count=None))
    opened.await_one(Snapshot, lambda each: each.tracing and each.tracing.watched)
    assert opened.session._tracer is not None
    opened.session._tracer.process.kill()
    assert "by signal 9" in opened.await_one(Trouble, lambda each: each.source == TRACE).reason
    assert opened.trace().report is not None


def test_a_probe_that_dies_is_a_trouble_and_pings_go_on(opened: Opened) -> None:
    actions = opened.session.actions
    assert actions.start_trace is not None
    actions.start_trace("pod-a", "pod-c", TraceOptions(count=None))
    opened.await_one(Snapshot, lambda each: each.tracing and each.tracing.watched)
    probe = next(pid for pid in processes_below() if b"capture" in words_of(pid))
    os.kill(probe, signal.SIGKILL)
    assert opened.await_one(Trouble, lambda each: each.source == TRACE and each.reason).reason
    for _ in range(2):
        opened.await_one(Snapshot, lambda each: each.tracing and each.tracing.is_on)


@pytest.mark.parametrize("count", [None, 3])
def test_nothing_is_left_soon_after_it_was_closed(lab: Running, count: int | None) -> None:
    before = processes_below()
    opened = Opened()
    actions = opened.session.actions
    assert actions.start_trace and actions.count_links
    actions.count_links(True)
    opened.await_one(Counters)
    actions.start_trace("pod-a", "pod-c", TraceOptions(count=count, interval=1.0))
    opened.await_one(Progress, lambda each: "pinging" in each.words or each.done)
    started = processes_below() - before
    assert len(started) > 4
    deadline = time.monotonic() + SOON
    opened.session.close()
    while any(map(runs, started)) and time.monotonic() < deadline:
        time.sleep(0.02)  # nothing tells when a process of a node has ended
    assert not list(filter(runs, started))
