"""A probe that tries to reach a port from inside a pod, by TCP or UDP, line by line."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from netdiag.sources.inventory.ends import End
from netdiag.sources.live.lines import Telling
from netdiag.sources.live.pings import PingWanted

FIRST_SOURCE_PORT: Final = 20_000
LAST_SOURCE_PORT: Final = 29_999
"""Between the ports of services below and NodePorts and ephemeral ports above."""

MOST_ATTEMPTS: Final = 10

Protocol = Literal["tcp", "udp"]


@dataclass(frozen=True)
class ConnectWanted:
    """How to try a port."""

    protocol: Protocol
    port: int
    token: str
    source_port: int
    """Of the first attempt; each has one of its own."""
    count: int = 3
    interval: float = 0.2
    """Seconds."""
    timeout: float = 1.0
    """Seconds that an attempt may take."""

    def arguments(self, source: End, destination: End) -> list[str]:
        """Return the probe's arguments."""
        words = ["connect", "--protocol", self.protocol, "--destination", str(destination.address),
                 "--port", str(self.port), "--source-port", str(self.source_port),
                 "--count", str(self.count), "--interval", f"{self.interval:g}",
                 "--timeout", f"{self.timeout:g}", "--token", self.token]  # fmt: skip
        words += ["--source", str(source.address)] if source.pod else []
        return words + (["--netns", source.pod.netns] if source.pod else [])

    @property
    def source_ports(self) -> range:
        """Return the ports that it will come from."""
        return range(self.source_port, self.source_port + self.count)

    @property
    def seconds(self) -> float:
        """Return how long it takes if the last attempt is in vain."""
        return (self.count - 1) * self.interval + self.timeout


def new_attempts(
    tcp: Sequence[int], udp: Sequence[int], ping: PingWanted
) -> tuple[ConnectWanted, ...]:
    """Return attempts at these ports, as often and as patient as a ping."""
    wanted: list[tuple[Protocol, int]] = [*(("tcp", port) for port in dict.fromkeys(tcp))]
    wanted += [("udp", port) for port in dict.fromkeys(udp)]
    count = min(ping.count, MOST_ATTEMPTS)
    firsts = new_source_ports(len(wanted), count)
    return tuple(
        ConnectWanted(protocol, port, ping.token, first, count, ping.interval, ping.timeout)
        for (protocol, port), first in zip(wanted, firsts, strict=True)
    )


def new_source_ports(runs: int, count: int) -> list[int]:
    """Return the first source port of each of so many runs, which share none."""
    span = runs * count
    first = FIRST_SOURCE_PORT + secrets.randbelow(LAST_SOURCE_PORT - FIRST_SOURCE_PORT - span)
    return [first + run * count for run in range(runs)]


class Connecting(Telling):
    """Attempts that run; their lines are kept."""

    def __init__(
        self, source: End, destination: End, wanted: ConnectWanted, archive: bytes
    ) -> None:
        """Start them. Raises OSError if the node's command cannot be run."""
        assert source.node is not None
        self.wanted = wanted
        words = wanted.arguments(source, destination)
        super().__init__(source.node, words, archive, wanted.seconds)
