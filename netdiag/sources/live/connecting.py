"""A probe that tries to reach a port from inside a pod, by TCP or UDP, line by line."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from netdiag.sources.inventory.ends import End
from netdiag.sources.live.lines import Telling
from netdiag.sources.live.listening import Listening
from netdiag.sources.live.pings import PingWanted

FIRST_SOURCE_PORT: Final = 20_000
LAST_SOURCE_PORT: Final = 29_999
"""Between the ports of services below and NodePorts and ephemeral ports above."""

MOST_ATTEMPTS: Final = 10
MOST_FOUND: Final = 3
"""Ports of each protocol that are tried of those that programs listen on."""
NOBODYS_PORT: Final = 33_434
"""Traceroute's: where nothing listens, a refusal shows that the way is open."""
NOT_ASKED: Final = b'{"event": "not-asked"}\n'
"""In the log, after attempts at a port that nobody asked for."""

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
    is_asked: bool = True
    """False: nobody cares for this port, only whether the way there carries the protocol."""

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


@dataclass(frozen=True)
class PortsWanted:
    """Which ports are tried, as often and as patiently as a ping."""

    ping: PingWanted
    tcp: tuple[int, ...] = ()
    udp: tuple[int, ...] = ()
    finds: bool = False
    """Whether ports are found by what listens at the destination, if none are named."""
    first_source_port: int = FIRST_SOURCE_PORT

    @property
    def count(self) -> int:
        """Return how often each port is tried."""
        return min(self.ping.count, MOST_ATTEMPTS)

    @property
    def source_ports(self) -> range:
        """Return all ports that attempts may come from."""
        runs = len(self.tcp) + len(self.udp) or (2 * MOST_FOUND if self.finds else 0)
        return range(self.first_source_port, self.first_source_port + runs * self.count)

    def runs(self, listening: Listening) -> tuple[ConnectWanted, ...]:
        """Return the attempts; ``listening`` is asked only if ports are to be found."""
        named: list[tuple[Protocol, int]] = [("tcp", port) for port in self.tcp]
        named += [("udp", port) for port in self.udp]
        is_asked = bool(named)
        if self.finds and not named:
            named = [("tcp", port) for port in listening.tcp[:MOST_FOUND] or (NOBODYS_PORT,)]
            named += [("udp", port) for port in listening.udp[:MOST_FOUND] or (NOBODYS_PORT,)]
        firsts = self.source_ports[:: self.count]
        ping = self.ping
        return tuple(
            ConnectWanted(protocol, port, ping.token, first, self.count, ping.interval,
                          ping.timeout, is_asked or port != NOBODYS_PORT)
            for (protocol, port), first in zip(named, firsts, strict=False)
        )  # fmt: skip


def new_ports(
    tcp: Sequence[int], udp: Sequence[int], ping: PingWanted, *, finds: bool
) -> PortsWanted:
    """Return which ports are tried, from source ports chosen at random."""
    wanted = PortsWanted(ping, tuple(dict.fromkeys(tcp)), tuple(dict.fromkeys(udp)), finds)
    spare = LAST_SOURCE_PORT - FIRST_SOURCE_PORT - len(wanted.source_ports)
    if spare <= 0:
        raise ValueError("too many ports")
    return replace(wanted, first_source_port=FIRST_SOURCE_PORT + secrets.randbelow(spare))


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
