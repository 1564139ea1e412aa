"""The packets of a trace that runs, read from the nameless files that its process writes."""

from __future__ import annotations

import os
from collections.abc import Mapping

from netdiag.cli.sessions.frames import CapturesBegun
from netdiag.cli.sessions.packet_frames import GrowingCapture
from netdiag.cli.sessions.packets import SessionPackets
from netdiag.tui.packet_source import PacketsOffered
from netdiag.tui.session import Deliver


class LivePackets:
    """Offers the packets of each trace; those of the one before are let go."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._packets: SessionPackets | None = None
        self._descriptors: list[int] = []
        self._old_descriptors: list[int] = []
        """Of the trace before: a row of it may just be drawn."""

    def offer(self, begun: CapturesBegun, pid: int, tunnel_ports: Mapping[int, str]) -> None:
        """Offer the captures of a process."""
        self._let_go()
        growing = []
        for descriptor, label, point in begun.captures:
            try:
                path = f"/proc/{pid}/fd/{descriptor}"
                own = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                continue
            self._descriptors.append(own)
            growing.append(GrowingCapture(own, label, point))
        if growing:
            ports = dict(tunnel_ports)
            self._packets = SessionPackets(self._deliver, (), tuple(growing), ports)
            self._deliver(PacketsOffered(self._packets))

    def complete(self) -> None:
        """Tell that nothing more is captured."""
        if self._packets is not None:
            self._packets.complete()

    def close(self) -> None:
        """End its processes, and close the files."""
        self._let_go()
        self._let_go()

    def _let_go(self) -> None:
        if self._packets is not None:
            self._packets.close()
        self._packets = None
        for descriptor in self._old_descriptors:
            os.close(descriptor)
        self._old_descriptors, self._descriptors = self._descriptors, []
