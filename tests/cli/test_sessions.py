"""Saved captures as a session: a real process reads them, whatever becomes of it is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from queue import Queue

import pytest

from netdiag.cli.sessions.saved import SavedSession
from netdiag.tui.session import Delivery, Outcome, Progress, Snapshot, Trouble
from tests.captures import numbered, pcap

PCAPS = Path(__file__).resolve().parent.parent.parent / "fixtures" / "pcaps"
CASE = str(PCAPS / "lab" / "flannel-vxlan+fdb-missing.tar.gz")
SECONDS = 60


class Opened:
    """A session whose deliveries are waited for."""

    def __init__(self, *paths: str) -> None:
        self.session = SavedSession(paths)
        self.deliveries: Queue[Delivery] = Queue()
        self.session.open(self.deliveries.put)

    def wait_for(self, wanted: Callable[[Delivery], bool]) -> Delivery:
        """Return the first delivery that is wanted."""
        while True:
            delivery = self.deliveries.get(timeout=SECONDS)
            if wanted(delivery):
                return delivery

    def whole(self) -> Snapshot:
        """Return the snapshot that is complete."""
        found = self.wait_for(lambda each: isinstance(each, Snapshot) and each.is_complete)
        assert isinstance(found, Snapshot)
        return found


def trouble(delivery: Delivery) -> bool:
    return isinstance(delivery, Trouble)


def test_facts_come_before_the_report_and_the_end_is_told() -> None:
    opened = Opened(CASE)
    first = opened.wait_for(lambda each: isinstance(each, Snapshot))
    assert isinstance(first, Snapshot)
    assert (first.report, first.is_complete) == (None, False)
    assert set(first.facts.nodes) == {"node-1", "node-2"}
    whole = opened.whole()
    assert whole.report is not None
    assert whole.report.findings[0].code == "fdb-missing"
    assert whole.inspection == first.inspection
    opened.session.close()


def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path) -> None:
    opened = Opened(str(tmp_path / "nothing"))
    told = opened.wait_for(trouble)
    assert isinstance(told, Trouble)
    assert "No such file" in told.reason
    assert opened.whole().report is None
    opened.session.close()


def test_a_reader_that_dies_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "eth0.pcap")
    opened = Opened(str(tmp_path / "eth0.pcap"))
    opened.wait_for(lambda each: isinstance(each, Progress))
    process = opened.session._process
    assert process is not None
    process.kill()
    told = opened.wait_for(trouble)
    assert isinstance(told, Trouble)
    assert "ended before it was done" in told.reason
    opened.session.close()


def test_closing_ends_the_reader_soon(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "eth0.pcap")
    opened = Opened(str(tmp_path / "eth0.pcap"))
    opened.wait_for(lambda each: isinstance(each, Progress))
    began = time.monotonic()
    opened.session.close()
    assert time.monotonic() - began < SECONDS  # a second, with nothing else to do
    process = opened.session._process
    assert process is not None
    assert process.poll() is not None


def test_captures_without_facts_have_a_report(tmp_path: Path) -> None:
    (tmp_path / "eth0.pcap").write_bytes(pcap(numbered(3)))
    opened = Opened(str(tmp_path / "eth0.pcap"))
    whole = opened.whole()
    assert whole.report is not None
    assert whole.inspection is None
    opened.session.close()


def test_documents_without_captures_are_no_problem(tmp_path: Path) -> None:
    shutil.copytree(PCAPS / "k8s-vxlan-ping" / "node1" / "facts", tmp_path / "node1" / "facts")
    (tmp_path / "empty").mkdir()
    opened = Opened(str(tmp_path / "node1"), str(tmp_path / "empty"))
    whole = opened.whole()
    assert set(whole.facts.nodes) == {"node1"}
    assert len(whole.problems) == 1
    assert whole.problems[0].startswith(f"{tmp_path / 'empty'}: no capture files in it")
    opened.session.close()


@pytest.mark.parametrize(
    ("kind", "begin"), [("text", "10.244.1.2 (pod-a)"), ("json", "{"), ("svg", "<svg")]
)
def test_the_report_is_exported_and_nothing_is_written_over(
    kind: str, begin: str, tmp_path: Path
) -> None:
    opened = Opened(CASE)
    opened.whole()
    path = tmp_path / "report"
    export = opened.session.actions.export
    assert export is not None
    for is_good in (True, False):
        export(kind, str(path), None)  # type: ignore[arg-type]
        outcome = opened.wait_for(lambda each: isinstance(each, Outcome))
        assert isinstance(outcome, Outcome)
        assert outcome.is_good is is_good
    assert path.read_text().startswith(begin)
    opened.session.close()


def test_a_reader_ends_when_whoever_started_it_is_gone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "eth0.pcap")
    command = [sys.executable, "-m", "netdiag.cli.sessions.reader", str(tmp_path / "eth0.pcap")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdin is not None
        reader.stdin.close()
        assert reader.wait(SECONDS) == 0
