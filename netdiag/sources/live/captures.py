"""Probes that capture: one for each network namespace, each into a file of the bundle."""

from __future__ import annotations

import selectors
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from netdiag.sources.inventory.places import Address, PlacedNode, PlacedPod
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.processes import Probe

ARM_SECONDS: Final = 10.0
FILE: Final = "capture.pcapng"


@dataclass(frozen=True)
class Wanted:
    """What is captured."""

    token: str | None = None
    """The beginning of our pings' payload, in hex; None: all packets."""
    identifier: int | None = None
    hosts: tuple[Address, ...] = ()
    tunnel_ports: tuple[int, ...] = ()
    interfaces: tuple[str, ...] = ()
    """Globs; none: all."""
    expression: str | None = None
    deadline: float = 300.0
    """Seconds after which the probes end by themselves."""

    def arguments(self, netns: str | None) -> list[str]:
        """Return the probe's arguments for one network namespace; None = the node's own."""
        words = ["capture", "--deadline", f"{self.deadline:g}"]
        words += ["--netns", f"={netns}" if "=" in netns else netns] if netns is not None else []
        words += ["--token", self.token] if self.token else []
        words += ["--id", str(self.identifier)] if self.identifier is not None else []
        words += [word for host in self.hosts for word in ("--host", str(host))]
        words += [word for port in self.tunnel_ports for word in ("--tunnel-port", str(port))]
        words += [word for glob in self.interfaces for word in ("--interface", glob)]
        words += ["--expression", self.expression] if self.expression else []
        return words


class LiveCaptures:
    """All captures of a trace, from the first to be started until they are stopped."""

    def __init__(self, gathered: Gathered, wanted: Wanted, archive: bytes) -> None:
        """Capture into a bundle."""
        self._gathered = gathered
        self._wanted = wanted
        self._archive = archive
        self._probes: dict[Probe, str] = {}
        self.problems: list[str] = []

    def start(self, node: PlacedNode, pods: Sequence[PlacedPod]) -> None:
        """Start capturing on a node and in its pods."""
        self._start(node, node.name, (node.name,), None)
        for pod in pods:
            place = (node.name, "pods", pod.folder)
            self._start(node, f"{node.name}, {pod.name}", place, pod.netns)

    def _start(
        self, node: PlacedNode, name: str, place: tuple[str, ...], netns: str | None
    ) -> None:
        file = self._gathered.new_capture(*place, FILE)
        try:
            probe = Probe(node, self._wanted.arguments(netns), self._archive, file)
        except OSError as error:
            self.problems.append(f"{name}: {error.strerror or error}")
            return
        self._probes[probe] = name

    def arm(self) -> int:
        """Wait until all capture that can; return how many do."""
        for probe in self._probes:
            probe.send()
        deadline = time.monotonic() + ARM_SECONDS
        armed = 0
        with selectors.DefaultSelector() as selector:
            for probe in self._probes:
                assert probe.process.stderr is not None
                selector.register(probe.process.stderr, selectors.EVENT_READ, probe)
            while selector.get_map():
                for key, _ in selector.select(max(0.0, deadline - time.monotonic())):
                    heard = key.data.hear()
                    armed += key.data.is_armed
                    if not heard or key.data.is_armed:
                        selector.unregister(key.fileobj)
                if time.monotonic() >= deadline:
                    break
        return armed

    def some_run(self) -> bool:
        """Tell whether any of them still captures."""
        return any(probe.process.poll() is None for probe in self._probes)

    def died(self) -> list[str]:
        """Return the places whose probe has ended by itself, with what it said."""
        return [
            f"{name}: the probe ended early: {probe.complaint or probe.process.returncode}"
            for probe, name in self._probes.items()
            if probe.process.poll() is not None
        ]

    def stop(self) -> None:
        """End all of them and keep what went wrong."""
        early = {probe for probe in self._probes if probe.process.poll() is not None}
        for probe in self._probes:
            probe.let_go()
        for probe, name in self._probes.items():
            status = probe.end()
            if probe in early or status != 0 or not probe.is_armed:
                why = probe.complaint or f"it ended with exit status {status}"
                self.problems.append(f"{name}: nothing more was captured there: {why}")
            elif probe.complaint:
                self.problems.append(f"{name}: {probe.complaint}")
        self._probes.clear()
