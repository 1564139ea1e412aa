"""Probes that capture: one for each network namespace, each into a file of the bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from signal import SIGKILL
from typing import Final

from netdiag.sources.inventory.places import Address, PlacedNode, PlacedPod
from netdiag.sources.layout import ANY
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.patience import Tell, await_armed
from netdiag.sources.live.processes import Probe, end_all

ARM_SECONDS: Final = 10.0
FILE: Final = "capture.pcapng"
COOKED: Final = f"{ANY}.pcap"
"""Of all interfaces, as tcpdump captures them."""

PlacesOfNode = Mapping[PlacedPod | None, tuple[str, ...]]
"""By network namespace (None: the node's own), interfaces by name or glob; (): all."""


@dataclass(frozen=True)
class Wanted:
    """What is captured."""

    token: str | None = None
    """The beginning of our pings' payload, in hex; None: all packets."""
    identifier: int | None = None
    hosts: tuple[Address, ...] = ()
    tunnel_ports: tuple[int, ...] = ()
    ports: tuple[int, ...] = ()
    """TCP and UDP packets of which either port is one of these."""
    interfaces: tuple[str, ...] = ()
    """Globs; none: all."""
    expression: str | None = None
    deadline: float | None = 300.0
    """Seconds after which the probes end by themselves; None: only when they are told to."""
    snap_length: int | None = None
    """Bytes of each packet; None: as many as the headers of pings take."""
    is_promiscuous: bool = False
    ends: tuple[Address, ...] = ()
    """Of our pings: by these a node without Python chooses packets, for it knows no token."""

    def arguments(self, netns: str | None) -> list[str]:
        """Return the probe's arguments for one network namespace; None = the node's own."""
        words = ["capture"]
        words += ["--deadline", f"{self.deadline:g}"] if self.deadline is not None else []
        words += ["--netns", f"={netns}" if "=" in netns else netns] if netns is not None else []
        words += self.ours()
        words += [f"--interface={glob}" for glob in self.interfaces]
        words += [f"--expression={self.expression}"] if self.expression else []
        words += ["--snaplen", str(self.snap_length)] if self.snap_length is not None else []
        words += ["--promiscuous"] if self.is_promiscuous else []
        return words

    def ours(self) -> list[str]:
        """Return the arguments, as several of the probe's commands know them, for our packets."""
        words = ["--token", self.token] if self.token else []
        words += ["--id", str(self.identifier)] if self.identifier is not None else []
        words += [word for port in self.ports for word in ("--port", str(port))]
        words += [word for host in self.hosts for word in ("--host", str(host))]
        return words + [word for port in self.tunnel_ports for word in ("--tunnel-port", str(port))]


def hosts_of(nodes: Sequence[PlacedNode]) -> tuple[Address, ...]:
    """Return the nodes' addresses; none if one's are not known, for its packets count as well."""
    if not all(node.addresses for node in nodes):
        return ()
    return tuple(each for node in nodes for each in node.addresses)


class LiveCaptures:
    """All captures of a trace, from the first to be started until they are stopped."""

    def __init__(self, gathered: Gathered, wanted: Wanted, archive: bytes, tell: Tell) -> None:
        """Capture into a bundle; ``tell`` gets a sentence if that keeps somebody waiting."""
        self._gathered = gathered
        self._wanted = wanted
        self._archive = archive
        self._tell = tell
        self._probes: dict[Probe, str] = {}
        self._early: set[Probe] | None = None
        self._not_started: dict[str, str] = {}
        """The first place of each reason why no probe could be started."""
        self.problems: list[str] = []
        self.silent: set[str] = set()
        """Nodes that have not answered at all by the time that captures are armed."""

    def start(self, node: PlacedNode, pods: Sequence[PlacedPod]) -> None:
        """Start capturing on a node and in its pods."""
        self.start_at(node, dict.fromkeys((None, *pods), self._wanted.interfaces))

    def start_at(self, node: PlacedNode, places: PlacesOfNode) -> None:
        """Start capturing at places of a node."""
        if node.unreachable:
            self.problems.append(node.unreachable)
            return
        for pod, interfaces in places.items():
            wanted = replace(self._wanted, interfaces=interfaces)
            if pod is None:
                self._start(node, node.name, (node.name,), wanted.arguments(None))
            else:
                place = (node.name, "pods", pod.folder)
                words = wanted.arguments(pod.netns)
                self._start(node, f"{node.name}, {pod.name}", place, words)

    def _start(
        self, node: PlacedNode, name: str, place: tuple[str, ...], words: Sequence[str]
    ) -> None:
        file = self._gathered.new_capture(*place, COOKED if node.is_without_python else FILE)
        if node.is_without_python:
            words = [*words, *(f"--end={each}" for each in self._wanted.ends)]
        try:
            probe = Probe(node, words, self._archive, file)
        except OSError as error:
            why = error.strerror or str(error)
            self._not_started.setdefault(why, name)
            self.problems.append(f"{name}: nothing was captured there: {why}")
            return
        self._probes[probe] = name

    def send(self) -> None:
        """Send all of them the program; those that have it are left alone."""
        for probe in self._probes:
            probe.send()

    def arm(self) -> int:
        """Wait until all capture that can; return how many do."""
        self.send()
        late = await_armed(tuple(self._probes), ARM_SECONDS, self._tell)
        self.silent = {probe.node.name for probe in late}
        self.silent -= {probe.node.name for probe in self._probes if probe not in late}
        return sum(probe.is_armed for probe in self._probes)

    def some_run(self) -> bool:
        """Tell whether any of them still captures."""
        return any(probe.runs for probe in self._probes)

    def died(self) -> list[str]:
        """Return why there are none, or no more, each reason once, with the first place."""
        reasons = dict(self._not_started)
        for probe, name in self._probes.items():
            if not probe.runs:
                probe.hear()
                reasons.setdefault(probe.complaint or _ending(probe.process.returncode), name)
        return [f"{name}: {why}" for why, name in reasons.items()]

    def forget_unarmed(self) -> None:
        """End those that do not capture yet, and say nothing of them."""
        for probe in [each for each in self._probes if each.runs and not each.is_armed]:
            del self._probes[probe]
            probe.kill()
            probe.end()

    def let_go(self) -> None:
        """Have all of them end soon; those that have ended already did so too early."""
        self._early = {probe for probe in self._probes if not probe.runs}
        for probe in self._probes:
            probe.let_go()

    def stop(self) -> None:
        """End all of them and keep what went wrong."""
        if self._early is None:
            self.let_go()
        early = self._early or set()
        statuses = end_all(tuple(self._probes))
        for (probe, name), status in zip(self._probes.items(), statuses, strict=True):
            if probe in early or status != 0 or not probe.is_armed:
                why = probe.complaint or _ending(status)
                nothing = "nothing more" if probe.is_armed else "nothing"
                self.problems.append(f"{name}: {nothing} was captured there: {why}")
            elif probe.remark:
                self.problems.append(f"{name}: {probe.remark}")
        self._probes.clear()
        self._gathered.drop_empty_captures()


def _ending(status: int) -> str:
    return "it did not answer" if status == -SIGKILL else f"it ended with exit status {status}"
