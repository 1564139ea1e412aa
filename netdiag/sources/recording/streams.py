"""One probe for each place: what it sends, what it complains of, how it ends."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from netdiag.sources.live.processes import Probe
from netdiag.sources.recording.blocks import Entry
from netdiag.sources.recording.interfaces import UnsoundError
from netdiag.sources.recording.places import CapturedPlace
from netdiag.sources.recording.section import Section

READ_BYTES: Final = 1 << 20


class Failure(NamedTuple):
    """A place where nothing, or nothing more, is captured."""

    place: str
    status: int
    """The probe's exit status, negative if a signal ended it."""
    reason: str
    was_armed: bool


class Stream:
    """A probe's output and its end, read whenever there is something."""

    def __init__(self, place: CapturedPlace, probe: Probe, section: Section) -> None:
        """Read a probe that was started with pipes."""
        assert probe.process.stdout is not None
        self.name = place.name
        self.probe = probe
        self.section = section
        self.has_ended = False
        self.unsound = ""
        """Why nothing can be made of what it sends; empty: something can."""
        self._stdout = probe.process.stdout
        self._end = os.pidfd_open(probe.process.pid)
        os.set_blocking(self._stdout.fileno(), False)

    @property
    def is_undecided(self) -> bool:
        """Tell whether it has neither begun to capture nor ended."""
        return not self.has_ended and not self.probe.is_armed

    def watch(self, poll: Poll, take: Callable[[Stream, list[Entry]], None]) -> None:
        """Have a poll call for it; ``take`` gets packets as they come."""
        poll.watch(self.probe.stderr.fileno(), lambda: self._hear(poll))
        poll.watch(self._stdout.fileno(), lambda: self._read(poll, take))
        poll.watch(self._end, lambda: self._see_end(poll, take))

    def failure(self) -> Failure:
        """End it if it still runs; return how that went."""
        was_armed, ended_itself = self.probe.is_armed, self.has_ended
        self.has_ended = True
        status = self.probe.bury()
        os.close(self._end)
        reason = self.unsound or self.probe.complaint or _ending(status, ended_itself)
        return Failure(self.name, status, reason, was_armed)

    def _hear(self, poll: Poll) -> None:
        if not self.probe.hear():
            poll.forget(self.probe.stderr.fileno())

    def _read(self, poll: Poll, take: Callable[[Stream, list[Entry]], None]) -> bool:
        """Read once; return False if there is nothing, for now or for ever."""
        try:
            chunk = os.read(self._stdout.fileno(), READ_BYTES)
        except BlockingIOError:
            return False
        if not chunk:
            poll.forget(self._stdout.fileno())
            return False
        try:
            entries = self.section.feed(chunk)
        except UnsoundError as error:
            self.unsound = f"what it sends is no capture: {error}"
            poll.forget(self._stdout.fileno())
            self.probe.kill()
            return False
        take(self, entries)
        return True

    def _see_end(self, poll: Poll, take: Callable[[Stream, list[Entry]], None]) -> None:
        """Take its last words; whoever else holds its pipes is not waited for."""
        while not self.unsound and self._read(poll, take):
            pass
        self.probe.process.poll()
        self.probe.hear()
        for file in (self._end, self._stdout.fileno(), self.probe.stderr.fileno()):
            poll.forget(file)
        self.has_ended = True


class Poll:
    """Files, and what is called when something happens to them."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._calls: dict[int, Callable[[], object]] = {}

    def watch(self, file: int, call: Callable[[], object], events: int = select.POLLIN) -> None:
        """Call for a file from now on; without events only when its other end is gone."""
        self._calls[file] = call
        self._poll.register(file, events)

    def forget(self, file: int) -> None:
        """Call for it no longer."""
        if self._calls.pop(file, None) is not None:
            with suppress(KeyError):
                self._poll.unregister(file)

    def turn(self, seconds: float) -> None:
        """Wait for so long at most, and call for what has happened."""
        for file, _ in self._poll.poll(max(0.0, seconds) * 1000):
            call = self._calls.get(file)
            if call is not None:  # not forgotten meanwhile
                call()


def _ending(status: int, ended_itself: bool) -> str:
    if not ended_itself:
        return "it did not answer"
    return f"signal {-status} ended it" if status < 0 else f"it ended with exit status {status}"
