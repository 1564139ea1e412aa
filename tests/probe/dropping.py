"""``drops`` as a real process, and the lines that it prints."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.probe.processes import SECONDS, command, environment

ARMED = b"netdiag-probe: armed\n"
Event = dict[str, Any]


class Trace:
    """A running probe."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.armed: Event = {}
        self.complaints: list[bytes] = []

    def wait_until_armed(self) -> None:
        assert self.process.stdout is not None and self.process.stderr is not None
        for line in self.process.stderr:
            if line == ARMED:
                self.armed = json.loads(self.process.stdout.readline())
                return
            self.complaints.append(line)
        raise AssertionError(self.complaints)

    def drops(self, namespace: Path) -> Iterator[Event]:
        """Yield drops in a namespace as they come: others on this machine have theirs as well."""
        number = os.stat(namespace).st_ino
        return (event for event in self.events() if event["netns"] == number)

    def events(self) -> Iterator[Event]:
        """Yield drops as they come; it is wrong to wait for one until the deadline."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event: Event = json.loads(line)
            if event.get("left_out") or event.get("lost"):
                pytest.skip("others on this machine drop very many packets that look like ours")
            assert event["event"] == "drop", "what was waited for has not come"
            yield event

    def end(self, number: signal.Signals | None = signal.SIGTERM) -> list[Event]:
        """End it by a signal, or by the end of its stdin; return the events that were not read."""
        if number is None:
            assert self.process.stdin is not None
            self.process.stdin.close()
        else:
            self.process.send_signal(number)
        assert self.process.stdout is not None
        events = [json.loads(line) for line in self.process.stdout]
        assert self.process.wait(SECONDS) == 0
        return events


@contextmanager
def tracing(*words: object) -> Iterator[Trace]:
    """Run ``drops`` until it is armed."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command("drops", f"--deadline={SECONDS}", *words),
        env=environment(),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
    ) as process:
        trace = Trace(process)
        try:
            trace.wait_until_armed()
            yield trace
        finally:
            process.kill()
