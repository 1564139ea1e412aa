"""A recording: probes started at all places, read side by side, merged by time, ended.

One loop does it all. What a probe sends is read whenever there is something, so no node waits for
another; if whoever takes the packets is slow, nothing is read, and the kernels of the nodes count
what finds no room.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from netdiag.sources.live.captures import ARM_SECONDS, Wanted
from netdiag.sources.live.patience import QUIET_SECONDS, Tell, names_of
from netdiag.sources.live.processes import Probe
from netdiag.sources.recording.block_file import OutputFailedError, OutputGoneError
from netdiag.sources.recording.blocks import Entry
from netdiag.sources.recording.ending import EndingSignals
from netdiag.sources.recording.interfaces import MergedInterfaces
from netdiag.sources.recording.output import Output
from netdiag.sources.recording.places import CapturedPlace
from netdiag.sources.recording.reordering import Reordering
from netdiag.sources.recording.section import Section
from netdiag.sources.recording.selection import Selection
from netdiag.sources.recording.streams import Failure, Poll, Stream

TURN_SECONDS: Final = 1.0
RELEASE_SECONDS: Final = 0.02
"""How often packets are passed on; each time those that are held back are sorted."""

_END_SECONDS: Final = 3.0


@dataclass(frozen=True)
class Bounds:
    """When a recording ends by itself; None = never."""

    packets: int | None = None
    seconds: float | None = None


@dataclass
class Counts:
    """How far it has come."""

    interfaces: MergedInterfaces = field(default_factory=MergedInterfaces)
    written: int = 0
    written_bytes: int = 0
    """Of blocks in the file."""
    seconds: float = 0.0


NO_PYTHON: Final = "there is no Python 3.9 or newer, and that is needed there"


class Recording:
    """All probes of a recording, from the first to be started until they have ended."""

    def __init__(self, wanted: Wanted, selection: Selection | None, archive: bytes) -> None:
        """``wanted`` is what the probes capture; without a selection all of that is kept."""
        self.counts = Counts()
        self.failures: list[Failure] = []
        self._wanted = wanted
        self._selection = selection
        self._archive = archive
        self._streams: list[Stream] = []
        self._poll = Poll()
        self._held = Reordering()
        self._records = False
        self._left: int | None = None
        self._released_at = 0.0
        self._described = 0
        """How many interfaces the output knows."""

    def start(self, places: Mapping[CapturedPlace, tuple[str, ...]]) -> None:
        """Start probes at places, for interfaces of such names there; (): all."""
        for place, globs in places.items():
            if place.node.is_without_python:
                self.failures.append(Failure(place.name, 3, NO_PYTHON, was_armed=False))
                continue
            words = replace(self._wanted, interfaces=globs).arguments(
                place.pod.netns if place.pod else None
            )
            try:
                probe = Probe(place.node, words, self._archive)
            except OSError as error:
                reason = error.strerror or str(error)
                self.failures.append(Failure(place.name, 3, reason, was_armed=False))
                continue
            section = Section(place.name, self.counts.interfaces, self._selection)
            stream = Stream(place, probe, section)
            stream.watch(self._poll, self._take)
            self._streams.append(stream)
        for stream in self._streams:
            stream.probe.send()

    def arm(self, tell: Tell) -> int:
        """Wait until all capture that can; return how many do.

        ``tell`` gets a sentence if that takes long. What comes meanwhile is not recorded.
        """
        now = time.monotonic()
        quiet_until, deadline = now + QUIET_SECONDS, now + ARM_SECONDS
        while (late := self._undecided()) and (now := time.monotonic()) < deadline:
            if quiet_until and now > quiet_until:
                tell(f"waiting for {names_of([each.probe for each in late])}")
                quiet_until = 0.0
            self._poll.turn(min(deadline, quiet_until or deadline) - now)
        self._poll.turn(0)  # what they have described before they said that they capture
        self._drop([stream for stream in self._streams if not self._captures(stream)])
        return len(self._streams)

    def run(
        self,
        output: Output,
        bounds: Bounds,
        signals: EndingSignals,
        watch: Callable[[Counts], None] | None,
        tell: Callable[[Failure], None],
    ) -> None:
        """Record until a bound is met, a signal comes, or no place is left; then end in good order.

        ``watch`` is called each second, ``tell`` for each place where nothing more is captured.
        Raises OutputGoneError, OutputFailedError; all probes have ended then.
        """
        self._begin(output, bounds, signals)
        try:
            self._record(output, bounds, signals, watch, tell)
            signals.limit_end()
            self._let_end(tell)
            self._pass_on(output, self._held.release_all())
        except OutputFailedError:
            self._let_end(tell)
            raise
        finally:
            self.stop()

    def stop(self) -> None:
        """End all that still runs, by force."""
        for stream in self._streams:
            stream.failure()
        self._streams.clear()

    def _begin(self, output: Output, bounds: Bounds, signals: EndingSignals) -> None:
        self._poll.watch(signals.fileno(), lambda: None)
        if output.pipe is not None:
            self._poll.watch(output.pipe, _hang_up, events=0)
        self.counts.interfaces.captured.clear()
        self._described = len(self.counts.interfaces.described)
        self._left = bounds.packets
        self._records = True
        for stream in self._streams:
            self._held.open(stream.name)

    def _record(
        self,
        output: Output,
        bounds: Bounds,
        signals: EndingSignals,
        watch: Callable[[Counts], None] | None,
        tell: Callable[[Failure], None],
    ) -> None:
        began = now = time.monotonic()
        ends_at = began + bounds.seconds if bounds.seconds else float("inf")
        next_watch = began + TURN_SECONDS
        while self._streams and not signals.came and self._left != 0 and now < ends_at:
            until = min(next_watch, ends_at, self._next_release())
            self._poll.turn(until - now)
            now = time.monotonic()
            self._describe(output)
            if now >= self._released_at + RELEASE_SECONDS:
                self._released_at = now
                self._pass_on(output, self._held.release(now))
            for failure in self._drop([each for each in self._streams if each.has_ended]):
                tell(failure)
            self.counts.seconds = now - began
            if now >= next_watch:
                next_watch = now + TURN_SECONDS
                if watch is not None:
                    watch(self.counts)

    def _next_release(self) -> float:
        due = self._held.due()
        return float("inf") if due is None else max(due, self._released_at + RELEASE_SECONDS)

    def _take(self, stream: Stream, entries: list[Entry]) -> None:
        if entries and self._records:
            self._held.add(stream.name, entries, time.monotonic())

    def _describe(self, output: Output) -> None:
        described = self.counts.interfaces.described
        while self._described < len(described):
            output.describe(described[self._described])
            self._described += 1

    def _pass_on(self, output: Output, entries: list[Entry]) -> None:
        """Have packets written, no more than are wanted in all."""
        self._describe(output)
        if self._left is not None:
            entries = entries[: self._left]
            self._left -= len(entries)
        if entries:
            output.write(entries)
            self.counts.written += len(entries)
            self.counts.written_bytes += sum([len(block) for _, _, block in entries])

    def _let_end(self, tell: Callable[[Failure], None]) -> None:
        """Have the probes end, and take what they still send."""
        for stream in self._streams:
            stream.probe.let_go()
        deadline = time.monotonic() + _END_SECONDS
        while (now := time.monotonic()) < deadline and self._some_run():
            self._poll.turn(deadline - now)
        for stream in self._streams:
            failure = stream.failure()
            if failure.status != 0:
                self.failures.append(failure)
                tell(failure)
        self._streams.clear()

    def _some_run(self) -> bool:
        return any(not stream.has_ended for stream in self._streams)

    def _undecided(self) -> list[Stream]:
        return [stream for stream in self._streams if stream.is_undecided]

    def _captures(self, stream: Stream) -> bool:
        return stream.probe.is_armed and not stream.has_ended

    def _drop(self, streams: list[Stream]) -> list[Failure]:
        """Give up streams; return how they ended."""
        failures = [stream.failure() for stream in streams]
        for stream in streams:
            self._streams.remove(stream)
            self._held.close(stream.name)
        self.failures += failures
        return failures


def _hang_up() -> None:
    raise OutputGoneError
