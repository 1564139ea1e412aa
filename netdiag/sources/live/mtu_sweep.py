"""A sweep over sizes, there and back at the same time, while the captures run."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import IO, Final

from netdiag.sources.inventory.ends import End
from netdiag.sources.inventory.places import Address
from netdiag.sources.live.pings import PingWanted
from netdiag.sources.live.processes import Probe, attend, end_all
from netdiag.sources.temporary_files import temporary_file

SWEEP_SECONDS: Final = 20.0
"""After which a probe ends whatever is not known yet."""

MAX_BYTES: Final = 16 << 20
"""Of what one sweep says."""
MOST_ID: Final = 0xFFFF
_SPARE_SECONDS: Final = 10.0


@dataclass(frozen=True)
class SweepWanted:
    """One direction of a sweep."""

    begin: End
    source: Address | None
    """Which address to send from; None = what the route says."""
    to: Address
    token: str
    """As the other pings', and more, so that a packet is of one or the other."""
    identifier: int
    timeout: float
    """Seconds to wait for the first answer."""

    def arguments(self) -> list[str]:
        """Return the probe's arguments."""
        words = ["ping", "--sweep", "--destination", str(self.to), "--token", self.token,
                 "--id", str(self.identifier), "--timeout", f"{self.timeout:g}",
                 "--deadline", f"{SWEEP_SECONDS:g}"]  # fmt: skip
        words += ["--source", str(self.source)] if self.source is not None else []
        pod = self.begin.pod
        return [*words, "--netns", pod.netns] if pod is not None else words


class MtuSweep:
    """Sweeps that run side by side; ``lines`` is what they said."""

    def __init__(self, archive: bytes) -> None:
        """Send nodes this probe."""
        self._archive = archive
        self._running: list[tuple[SweepWanted, Probe, IO[bytes]]] = []
        self.lines: dict[str, bytes] = {}
        """By node."""
        self.problems: list[str] = []

    def run(self, wanted: list[SweepWanted]) -> None:
        """Sweep until all have ended, or one has said too much or taken too long."""
        for each in wanted:
            self._start(each)
        deadline = time.monotonic() + SWEEP_SECONDS + _SPARE_SECONDS
        attend([probe for _, probe, _ in self._running], self._is_too_long, deadline)

    def stop(self) -> None:
        """End those that run, and take what they said."""
        statuses = end_all([probe for _, probe, _ in self._running])
        for (wanted, probe, said), status in zip(self._running, statuses, strict=True):
            assert wanted.begin.node is not None
            node = wanted.begin.node.name
            said.seek(0)
            self.lines[node] = self.lines.get(node, b"") + said.read(MAX_BYTES)
            said.close()
            if status != 0:
                complaint = probe.complaint or f"exit status {status}"
                self.problems.append(f"the sweep from {wanted.begin.name} failed: {complaint}")
        self._running.clear()

    def _start(self, wanted: SweepWanted) -> None:
        assert wanted.begin.node is not None
        said: IO[bytes] = temporary_file()  # until it is stopped
        try:
            probe = Probe(wanted.begin.node, wanted.arguments(), self._archive, said)
        except OSError as error:
            said.close()
            self.problems.append(
                f"the sweep from {wanted.begin.name} failed: {error.strerror or error}"
            )
            return
        self._running.append((wanted, probe, said))
        probe.send()

    def _is_too_long(self) -> bool:
        return any(os.fstat(said.fileno()).st_size > MAX_BYTES for _, _, said in self._running)


def sweep_ids(ping: PingWanted) -> tuple[int, int]:
    """Return the ICMP ids of the sweeps there and back: not the ping's, for they are apart."""
    there = ping.identifier % MOST_ID + 1
    return there, there % MOST_ID + 1


def directions(
    source: End, destination: End, ping: PingWanted, sent_from: Address | None
) -> list[SweepWanted]:
    """Return the sweep there, and the one back if the destination's place is known.

    ``sent_from``: whom the ping's replies went to, which of a node may be its tunnel's address.
    """
    ids = sweep_ids(ping)
    own = source.address if source.pod else None
    there = SweepWanted(
        source, own, destination.address, f"{ping.token}01", ids[0], ping.timeout
    )  # fmt: skip
    if destination.node is None or sent_from is None or destination.address == sent_from:
        return [there]
    back = SweepWanted(
        destination, destination.address, sent_from, f"{ping.token}02", ids[1], ping.timeout
    )  # fmt: skip
    return [there, back]
