"""Probes that hear what kernels do to our packets: one for each node, each into its own log."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import IO, Final, NamedTuple

from netdiag.sources.inventory.places import PlacedNode, PlacedPod
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.patience import Tell, await_armed
from netdiag.sources.live.processes import Probe, end_all
from netdiag.sources.temporary_files import temporary_file

ARM_SECONDS: Final = 5.0
MAX_LOG_BYTES: Final = 16 << 20
_CHUNK: Final = 65536


class Kind(NamedTuple):
    """What is watched."""

    command: str
    """The probe's."""
    document: str
    """Where in the bundle a node's log is kept, below the node."""
    event: bytes
    """How a line begins that tells of one of our packets."""


DROPS: Final = Kind("drops", "drops.jsonl", b'{"event": "drop"')
RULES: Final = Kind("rules", "rules.jsonl", b'{"event": "rule"')


class KernelWatch:
    """All such probes of a trace, from the first to be started until they are stopped."""

    def __init__(
        self, kind: Kind, words: Sequence[str], gathered: Gathered, archive: bytes, tell: Tell
    ) -> None:
        """Let the probe's ``words`` say which packets are ours."""
        self._kind = kind
        self._words = words
        self._gathered = gathered
        self._archive = archive
        self._tell = tell
        self._probes: dict[Probe, IO[bytes]] = {}
        self.notes: dict[str, str] = {}
        """Why nothing is heard of a node, by its name."""
        self.complaints: dict[str, str] = {}
        """What is not heard of a node of which something is."""

    def start(self, node: PlacedNode, pods: Sequence[PlacedPod]) -> None:
        """Start watching a node's kernel; of its network namespaces these pods' are named."""
        if node.unreachable:  # which is told of its captures
            return
        names = [word for pod in pods for word in ("--netns", f"{pod.folder}={pod.netns}")]
        log = temporary_file()  # until it is stopped
        try:
            probe = Probe(node, [self._kind.command, *self._words, *names], self._archive, log)
        except OSError as error:
            self.notes[node.name] = error.strerror or str(error)
            log.close()
            return
        self._probes[probe] = log

    def send(self) -> None:
        """Send all of them the program."""
        for probe in self._probes:
            probe.send()

    def arm(self) -> None:
        """Wait until all watch that can."""
        await_armed(tuple(self._probes), ARM_SECONDS, self._tell)

    def give_up_on(self, silent: Collection[str]) -> None:
        """End the probes on nodes that answer nobody; that is told elsewhere."""
        for probe in [each for each in self._probes if each.node.name in silent]:
            self._probes.pop(probe).close()
            probe.bury()

    def has_heard(self, word: bytes) -> bool:
        """Tell whether any kernel has told of one of our packets, with such a word."""
        return any(
            self._kind.event in line and word in line
            for log in self._probes.values()
            for line in _read(log).splitlines()
        )

    def refusals(self) -> list[tuple[str, str]]:
        """Return the nodes whose kernels are not watched, and why."""
        probes = [probe for probe in self._probes if not probe.is_armed]
        return [*self.notes.items(), *((probe.node.name, probe.complaint) for probe in probes)]

    def logs(self) -> list[tuple[str, bytes]]:
        """Return what was told so far, by nodes' names."""
        return [(probe.node.name, _read(log)) for probe, log in self._probes.items()]

    @property
    def is_on(self) -> bool:
        """Tell whether some kernel is watched."""
        return any(probe.runs and probe.is_armed for probe in self._probes)

    def let_go(self) -> None:
        """Have all of them end soon."""
        for probe in self._probes:
            probe.let_go()

    def stop(self) -> None:
        """End all of them and keep what they told."""
        statuses = end_all(tuple(self._probes))
        for (probe, log), status in zip(self._probes.items(), statuses, strict=True):
            if not probe.is_armed:
                self.notes[probe.node.name] = probe.complaint or f"exit status {status}"
            elif probe.remark:
                self.complaints[probe.node.name] = probe.remark
            text = _read(log)
            if text:
                self._gathered.add_document(text, probe.node.name, self._kind.document)
            log.close()
        self._probes.clear()


def _read(log: IO[bytes]) -> bytes:
    """Return all whole lines of a log that is still written to, up to a bound."""
    found = bytearray()
    while len(found) < MAX_LOG_BYTES:
        chunk = os.pread(log.fileno(), _CHUNK, len(found))
        if not chunk:
            break
        found += chunk
    return bytes(found[: found.rfind(b"\n") + 1])
