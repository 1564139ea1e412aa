"""A session over saved captures, or over this machine's facts: read by a process of its own."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from threading import Event, Thread
from typing import BinaryIO

from netdiag.cli.sessions.exporting import Exporter
from netdiag.cli.sessions.frames import (
    BytesRead,
    Ended,
    FactsRead,
    Failed,
    Frame,
    ProblemsMet,
    ReportMade,
    decode_all,
)
from netdiag.cli.sessions.packet_writing import Writing
from netdiag.cli.sessions.packets import SessionPackets
from netdiag.tui.packet_source import PacketsOffered
from netdiag.tui.session import Actions, Deliver, Delivery, Progress, Snapshot, Trouble

READING = "reading"
END_SECONDS = 0.5
"""How long the process may take to be gone once it was killed."""


class SavedSession:
    """Starts the reader, and delivers what it tells."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        """Look at PATHs; without any at this machine."""
        self.title = _title(paths)
        self.actions = (
            Actions(export=self._export, save_bundle=self._save, write_capture=self._write)
            if paths
            else Actions(export=self._export)
        )
        self._paths = paths
        self._snapshot = Snapshot(is_complete=False)
        self._closed = Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._deliver: Deliver = _ignore
        self._exporter = Exporter()
        self._packets: SessionPackets | None = None
        self._writing = Writing(self._tell)

    def open(self, deliver: Deliver) -> None:
        """Start the reader, and a thread that listens to it."""
        self._deliver = deliver
        command = [sys.executable, "-m", "netdiag.cli.sessions.reader", *self._paths]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        words = "reading captures" if self._paths else "looking at this machine"
        self._tell(Progress(words, 0, 0))
        if self._paths:
            self._packets = SessionPackets(self._tell, self._paths)
            self._tell(PacketsOffered(self._packets))
        Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    def close(self) -> None:
        """Kill the reader."""
        self._closed.set()
        self._writing.close()
        if self._packets is not None:
            self._packets.close()
        process = self._process
        if process is None:
            return
        process.kill()
        if process.stdin is not None:
            process.stdin.close()
        with suppress(subprocess.TimeoutExpired):  # stuck in the kernel, as in a dead NFS
            process.wait(END_SECONDS)

    def _tell(self, delivery: Delivery) -> None:
        if not self._closed.is_set():
            self._deliver(delivery)

    def _listen(self, stream: BinaryIO) -> None:
        last: Frame | None = None
        with stream:
            for last in decode_all(stream.read):
                self._take(last)
        if not isinstance(last, (Ended, Failed)):
            self._fail("the process that reads ended before it was done")
        if self._process is not None:
            self._process.wait()

    def _take(self, frame: Frame) -> None:
        match frame:
            case FactsRead():
                known = replace(self._snapshot, facts=frame.facts, inspection=frame.inspection)
                self._show(known)
            case BytesRead():
                done = min(frame.done, max(frame.total - 1, 0))
                self._tell(Progress("reading captures", done, frame.total))
            case ReportMade():
                self._show(replace(self._snapshot, report=frame.report))
            case ProblemsMet():
                self._show(replace(self._snapshot, problems=frame.problems))
            case Failed():
                self._fail(frame.reason)
            case Ended():
                self._end()

    def _show(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._tell(snapshot)

    def _fail(self, reason: str) -> None:
        self._tell(Trouble(READING, reason))
        self._end()

    def _end(self) -> None:
        self._tell(Progress(READING, 1, 1))
        self._show(replace(self._snapshot, is_complete=True))

    def _save(self, path: str) -> None:
        self._writing.keep(self._paths, path, as_bundle=True)

    def _write(self, path: str) -> None:
        self._writing.keep(self._paths, path, as_bundle=False)

    def _export(self, kind: str, path: str, ping: int | None) -> None:
        report = self._snapshot.report
        if report is not None:
            self._exporter.write(report, kind, path, ping, self._tell)


def _ignore(delivery: Delivery) -> None:
    """Take what is told before anybody listens."""


def _title(paths: tuple[str, ...]) -> str:
    if not paths:
        return "this machine"
    more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
    return f"{paths[0].rstrip('/')}{more}"
