"""Packets that come while they are shown: from a file that grows, and from a lab's pings."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag.cli.sessions.live import LiveSession
from netdiag.cli.sessions.packet_frames import GrowingCapture
from netdiag.cli.sessions.packets import SessionPackets
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.model.capture_point import CapturePoint
from netdiag.sources.inventory.lab import lab_inventory
from netdiag.tui.app import NetdiagApp
from netdiag.tui.messages import JumpToFrame
from netdiag.tui.packet_source import PacketsOffered
from netdiag.tui.session import Deliver, Session, Snapshot, TraceOptions
from tests.captures import numbered, pcap
from tests.tui.driving import MEDIUM, HandedSession, driven, settle
from tests.tui.packet_driving import Packets

NAME = f"live-packets-{os.getpid()}"
POINT = CapturePoint("node-1", None, "ens33")


class GrowingSession(HandedSession):
    """Offers the packets of one file that a test writes."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self.descriptor = descriptor
        self.packets: SessionPackets | None = None

    def open(self, deliver: Deliver) -> None:
        deliver(Snapshot())
        growing = GrowingCapture(self.descriptor, "live", POINT)
        self.packets = SessionPackets(deliver, (), (growing,), {})
        deliver(PacketsOffered(self.packets))

    def close(self) -> None:
        if self.packets is not None:
            self.packets.close()


def shown_by(session: Session, test: str) -> None:
    """Run one of the tests below in the screens."""

    async def run() -> None:
        app = NetdiagApp(session)
        try:
            async with driven(app, MEDIUM) as pilot:
                await settle(app, pilot)
                await globals()[test](Packets(app, pilot), session)
        finally:
            session.close()

    asyncio.run(run())


def test_a_file_that_grows_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "live.pcap"
    path.touch()
    descriptor = os.open(path, os.O_RDWR)
    shown_by(GrowingSession(descriptor), "follow_file")
    os.close(descriptor)


async def follow_file(shown: Packets, session: GrowingSession) -> None:
    data = pcap(numbered(300))
    half = len(data) // 2 + 5
    os.write(session.descriptor, data[:half])
    await shown.press("3")
    await shown.until(lambda: len(shown.book.all.arena) == 149)
    assert shown.table.follows
    assert shown.table.number == 148
    await shown.press("up", "m")
    os.write(session.descriptor, data[half:])
    await shown.until(lambda: len(shown.book.all.arena) == 300)
    assert shown.table.number == 147
    await shown.press("f")
    assert shown.table.number == 299
    assert "seq 299" in shown.text
    assert not shown.book.all.is_complete
    assert session.packets is not None
    session.packets.complete()
    await shown.until(lambda: shown.book.all.is_complete)
    await shown.filter("icmp seq 7")
    assert len(shown.book.shown.arena) == 1


@pytest.fixture(scope="module")
def lab() -> Iterator[str]:
    with raised(Wanted(NAME, "flannel-vxlan"), stays=False):
        yield NAME


@pytest.mark.needs_lab
def test_packets_of_pings_that_go_on_come_by_themselves(lab: str) -> None:
    shown_by(LiveSession(lab_inventory(lab)), "watch_pings")


async def watch_pings(shown: Packets, session: LiveSession) -> None:
    assert session.actions.start_trace is not None
    assert session.actions.stop_trace is not None
    session.actions.start_trace("pod-a", "pod-c", TraceOptions(count=None))
    await shown.press("3")
    await shown.until(lambda: len(shown.book.all.arena) > 100)
    assert shown.table.follows
    assert "vxlan" in shown.text
    assert "node-2" in shown.text
    session.actions.stop_trace()
    await shown.until(lambda: shown.book.all.is_complete)


@pytest.mark.needs_lab
def test_a_trace_leaves_its_packets_and_evidence_leads_to_them(lab: str) -> None:
    shown_by(LiveSession(lab_inventory(lab)), "trace_once")


async def trace_once(shown: Packets, session: LiveSession) -> None:
    assert session.actions.start_trace is not None
    session.actions.start_trace("pod-a", "pod-c", TraceOptions())
    await shown.until(lambda: shown.app.state.snapshot.report is not None)
    report = shown.app.state.snapshot.report
    assert report is not None
    hop = report.pings[0].request[-1]
    shown.app.post_message(JumpToFrame(hop.file, hop.frame))
    await shown.until(lambda: shown.app.pane is not None and shown.app.pane.NAME == "packets")
    await shown.until(lambda: shown.screen.has_details)
    record, source = shown.table.record, shown.book.source
    assert record is not None and source is not None
    assert (source.file_label(record.file), record.frame) == (hop.file, hop.frame)
