"""Several namespaces recorded into one file, from the opening of their rings to the last count.

One thread reads all rings; each writes its blocks as they become ready, so packets of one ring are
nearly in order of time, those of several are not. When the end has come the rings are deafened
and read empty, so that the last packets are not lost.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from types import TracebackType

from netdiag_probe.filters.bpf import Step
from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import complain, explain
from netdiag_probe.netns import OWN, Namespace, begin_in_namespace, identify, is_in_use
from netdiag_probe.recording.interfaces import Interfaces
from netdiag_probe.recording.pcapng import CaptureFile
from netdiag_probe.recording.recording import Choice, Recording
from netdiag_probe.recording.ring import BLOCK_BYTES, BLOCK_TIMEOUT_MS, Ring

ALL_RINGS_BYTES = 64 * 1024 * 1024
MOST_BLOCKS, FEWEST_BLOCKS = 64, 8
"""Of one ring: 16 MiB, 2 MiB. The fewest are too much for very many namespaces; so be it."""

DRAIN_SECONDS = 2.5 * BLOCK_TIMEOUT_MS / 1000
"""How long after the last packet all blocks have been handed over."""

PAUSE_SECONDS = 0.04
"""After packets were read others gather for so long: to wake up costs as much as hundreds of them.
Smaller rings are left alone for less: at 100 MB/s a quarter of any is filled meanwhile."""

CHECK_SECONDS = 1.0
"""How often namespaces are looked for that nobody but this process keeps alive."""


class Session:
    """Records namespaces together."""

    def __init__(self, lifeline: Lifeline, choice: Choice) -> None:
        self.recordings: dict[Namespace, Recording] = {}
        self._identities: dict[Namespace, int | None] = {}
        self._lifeline = lifeline
        self._choice = choice
        self._pause_seconds = 0.0

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._give_up(list(self.recordings))

    def open(self, namespaces: Sequence[Namespace], steps: Sequence[Step]) -> None:
        """Open a ring in each namespace; those where that fails are told of and left out."""
        share = ALL_RINGS_BYTES // BLOCK_BYTES // len(namespaces)
        blocks = max(FEWEST_BLOCKS, min(share, MOST_BLOCKS))
        self._pause_seconds = PAUSE_SECONDS * blocks / MOST_BLOCKS
        visits = {
            namespace: begin_in_namespace(namespace, lambda: (Ring(steps, blocks), Interfaces()))
            for namespace in self._find_different(namespaces)
        }
        for namespace, visit in visits.items():
            try:
                ring, interfaces = visit.wait()
            except PermissionError as error:
                complain(f"{_name(namespace)} is left out: {explain(error)}; {_REMEDY}")
            except OSError as error:
                complain(f"{_name(namespace)} is left out: {explain(error)}")
            else:
                self.recordings[namespace] = Recording(
                    namespace.label, ring, interfaces, self._choice
                )
                self._lifeline.watch(ring.fileno())
                self._lifeline.watch(interfaces.fileno())

    def record(self, file: CaptureFile, most: int | None = None) -> None:
        """Record until the end, until so many packets are written, or all namespaces are gone.

        Raise OutputError if the file cannot be written.
        """
        file.begin()
        for recording in self.recordings.values():
            recording.begin(file)
        complain("armed")
        written = 0
        next_check = time.monotonic() + CHECK_SECONDS
        while self.recordings and not self._lifeline.is_over and written != most:
            ready, before = self._lifeline.wait(CHECK_SECONDS), written
            file.check(ready)
            for recording in self.recordings.values():
                if recording.interfaces.fileno() in ready:
                    recording.take_news()
                written += recording.read(None if most is None else most - written)
            if written not in (before, most):
                self._lifeline.pause(self._pause_seconds)
            if time.monotonic() >= next_check:
                for recording in self.recordings.values():
                    recording.tell_dropped()
                self._leave_vanished()
                next_check = time.monotonic() + CHECK_SECONDS
        self._finish(list(self.recordings), None if most is None else most - written)

    def _find_different(self, namespaces: Sequence[Namespace]) -> Iterator[Namespace]:
        for namespace in namespaces:
            identity = identify(namespace)
            if identity is not None and identity in self._identities.values():
                complain(f"{_name(namespace)} was named twice: it is recorded once")
            else:
                self._identities[namespace] = identity
                yield namespace

    def _leave_vanished(self) -> None:
        """Finish the namespaces that would be gone if they were not recorded."""
        for namespace in list(self.recordings):
            identity = self._identities[namespace]
            is_there = namespace.path is None or identify(namespace) == identity
            if not is_there and identity is not None and not is_in_use(identity):
                complain(f"{_name(namespace)} is gone")
                self._finish([namespace], None)

    def _finish(self, namespaces: Sequence[Namespace], most: int | None) -> None:
        """Write what the rings still hold, at most so many packets, and what they counted."""
        recordings = [self.recordings[namespace] for namespace in namespaces]
        for recording in recordings:
            recording.ring.deafen()
        if most != 0:
            time.sleep(DRAIN_SECONDS)
        for recording in recordings:
            if most != 0:
                written = recording.read(most)
                most = None if most is None else most - written
            recording.finish()
        self._give_up(namespaces)

    def _give_up(self, namespaces: Sequence[Namespace]) -> None:
        """Close rings side by side: the kernel takes its time for each."""
        closing = []
        for namespace in namespaces:
            recording = self.recordings.pop(namespace)
            del self._identities[namespace]
            self._lifeline.forget(recording.ring.fileno())
            self._lifeline.forget(recording.interfaces.fileno())
            closing.append(begin_in_namespace(OWN, recording.close))
        for visit in closing:
            visit.wait()


_REMEDY = "run it as root, or give it CAP_NET_RAW, and CAP_SYS_ADMIN for other namespaces"


def _name(namespace: Namespace) -> str:
    return f"namespace {namespace.label}" if namespace.label else "the own namespace"
