"""Probes that tell what interfaces count, one for each node, for as long as somebody looks."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.kernel import LinkCounters
from netdiag.sources.inventory.places import PlacedNode
from netdiag.sources.live.processes import Probe, end_all

EVERY_SECONDS: Final = 1.0
MOST_LINE_BYTES: Final = 4 << 20
MOST_LINKS: Final = 10_000
MOST_COUNTED: Final = 1 << 64
_CHUNK: Final = 65536
_NUMBERS: Final = 8


class Counted(NamedTuple):
    """What the interfaces of one node have counted."""

    time_ns: int
    """By the monotonic clock of this machine."""
    links: Mapping[CapturePoint, LinkCounters]


Take = Callable[[Counted], None]
Tell = Callable[[str, str], None]
"""Takes a node's name, and why nothing more is heard of it."""


class Counting:
    """All of them, from the first that is started until they are stopped."""

    def __init__(self, nodes: Sequence[PlacedNode], archive: bytes, take: Take, tell: Tell) -> None:
        self._nodes = nodes
        self._archive = archive
        self._take = take
        self._tell = tell
        self._probes: dict[int, tuple[Probe, bytearray]] = {}
        self._own: list[str] = []
        """Names of nodes that are this machine: it is looked at without a probe."""
        self._next = 0.0

    def start(self) -> None:
        """Start."""
        for node in self._nodes:
            self.add(node)

    def add(self, node: PlacedNode) -> None:
        """Count on one more node; anew where that was done before."""
        for descriptor, (probe, _) in list(self._probes.items()):
            if probe.node.name == node.name:
                del self._probes[descriptor]
                probe.bury()
        if node.is_without_python:  # which is told elsewhere
            return
        if not node.run:
            self._own.append(node.name)
            return
        try:
            probe = Probe(node, ["counters", "--every", f"{EVERY_SECONDS:g}"], self._archive)
        except OSError as error:
            self._tell(node.name, error.strerror or str(error))
            return
        probe.send()
        assert probe.process.stdout is not None
        os.set_blocking(probe.process.stdout.fileno(), False)
        self._probes[probe.process.stdout.fileno()] = probe, bytearray()

    def descriptors(self) -> list[int]:
        """Return what is to be waited for."""
        return list(self._probes)

    def seconds(self) -> float | None:
        """Return how long may be waited; None: as long as it takes."""
        return max(0.0, self._next - time.monotonic()) if self._own else None

    def turn(self, ready: Sequence[int]) -> None:
        """Take what has come, and look at this machine if it is time."""
        for descriptor in ready:
            if descriptor in self._probes:
                self._hear(descriptor)
        now = time.monotonic()
        if self._own and now >= self._next:
            self._next = now + EVERY_SECONDS
            for name in self._own:
                self._take(_counted_here(name))

    def stop(self) -> None:
        """End all of them."""
        end_all([probe for probe, _ in self._probes.values()])
        self._probes.clear()
        self._own.clear()

    def _hear(self, descriptor: int) -> None:
        probe, buffer = self._probes[descriptor]
        probe.hear()
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return
        buffer += chunk
        if not chunk or len(buffer) > MOST_LINE_BYTES:
            del self._probes[descriptor]
            status = probe.end()
            self._tell(probe.node.name, probe.complaint or f"it ended with exit status {status}")
            return
        *lines, rest = bytes(buffer).split(b"\n")
        buffer[:] = rest
        if lines:
            self._take(Counted(time.monotonic_ns(), _links(lines[-1], probe.node.name)))


def _links(line: bytes, node: str) -> dict[CapturePoint, LinkCounters]:
    """Return what a probe told; it may say what it likes."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    links = told.get("links") if isinstance(told, dict) else None
    found = {}
    for name, numbers in list(links.items())[:MOST_LINKS] if isinstance(links, dict) else ():
        if _are_counters(numbers):
            found[CapturePoint(node, None, name)] = LinkCounters(*numbers)
    return found


def _are_counters(numbers: Any) -> bool:
    return (
        isinstance(numbers, list)
        and len(numbers) == _NUMBERS
        and all(type(each) is int and 0 <= each < MOST_COUNTED for each in numbers)
    )


def _counted_here(node: str) -> Counted:
    import psutil

    links = {
        CapturePoint(node, None, name): LinkCounters(
            rx_bytes=each.bytes_recv, rx_packets=each.packets_recv,
            rx_errors=each.errin, rx_dropped=each.dropin,
            tx_bytes=each.bytes_sent, tx_packets=each.packets_sent,
            tx_errors=each.errout, tx_dropped=each.dropout,
        )
        for name, each in psutil.net_io_counters(pernic=True, nowrap=False).items()
    }  # fmt: skip
    return Counted(time.monotonic_ns(), links)
