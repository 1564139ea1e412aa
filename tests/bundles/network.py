"""What a test describes: where pings went, what became of them, and what was captured of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.bundles.paths import Place

START_NS = 1_795_220_155_000_000_000
"""When the first ping is sent, by the right clock."""

NODES: Mapping[str, str] = {
    "node-1": "10.1.10.9",
    "node-2": "10.1.10.10",
    "node-3": "10.1.10.11",
    "rtr": "10.1.10.1",
}
ErrorKind = Literal["frag-needed", "port-unreachable", "host-unreachable", "ttl-exceeded"]


@dataclass(frozen=True)
class Network:
    """The ways there and back between two addresses; paths are text, as in ``paths``."""

    source: str
    destination: str
    request: str
    reply: str
    nodes: Mapping[str, str] = field(default_factory=lambda: NODES)
    """Addresses of the tunnels' ends."""
    vni: int = 1
    vxlan_port: int = 8472
    vxlan_policy: int = 0
    """Group policy id; 0 = the header has no such extension."""
    within_us: float = 5.0
    """From one interface of a node to the next."""
    between_us: float = 100.0
    """From one node to the next."""


@dataclass(frozen=True, kw_only=True)
class IcmpError:
    """An ICMP error about a request, and its own way back."""

    kind: ErrorKind
    about: str
    """The place: what is quoted is the packet as it was there, innermost."""
    sender: str
    path: str
    mtu: int = 0


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What became of a ping; places are text."""

    request_lost_after: str = ""
    reply_lost_after: str = ""
    silent: bool = False
    """The request arrived, and no reply was sent."""
    replies: int = 1
    reply_copied_from: str = ""
    """From this place on, each reply is there twice."""
    error: IcmpError | None = None


ANSWERED = Fate()


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One ``ping``: what was sent, when and how often, and what became of it."""

    network: Network
    count: int = 3
    interval_us: float = 1_000_000
    offset_us: float = 0
    """After the start of the bundle."""
    identifier: int = 0x491C
    first_seq: int = 1
    data_bytes: int = 56
    payload: Literal["timestamp", "constant"] = "timestamp"
    """ping(8) begins with the time of day; Windows sends the alphabet."""
    dont_fragment: bool = True
    first_ip_id: int = 0x2000
    fate: Fate = ANSWERED
    fates: Mapping[int, Fate] = field(default_factory=dict)
    """By number of the ping, from 1, where it is another one."""

    def fate_of(self, number: int) -> Fate:
        return self.fates.get(number, self.fate)


@dataclass(frozen=True)
class Extra:
    """A packet that is no ping."""

    place: Place
    at_us: float
    frame: bytes


Patterns = tuple[str, ...]
"""Places as the shell matches names: ``node-2/*``."""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Pings, and how they were captured."""

    streams: tuple[Stream, ...]
    clocks_us: Mapping[str, float] = field(default_factory=dict)
    """How far a node's clock is ahead of the right time."""
    only: Patterns = ("*",)
    without: Patterns = ()
    idle: Patterns = ()
    """Places that are captured though no ping of the description crosses them."""
    empty: Patterns = ()
    """Places whose capture is there and holds nothing."""
    started_us: Mapping[str, float] = field(default_factory=dict)
    """By pattern: when a capture began, after the first ping."""
    stopped_us: Mapping[str, float] = field(default_factory=dict)
    any_too: tuple[str, ...] = ()
    """Nodes with ``any.pcap`` besides the files of their interfaces."""
    any_only: tuple[str, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)
    """Places captured as pcapng, with so many packets dropped."""
    resolution: Literal["ns", "us"] = "ns"
    shuffled: bool = False
    """Neighbouring packets of each file stand the wrong way round."""
    copies: Mapping[str, Patterns] = field(default_factory=dict)
    """Place, or ``place out`` -> places where what crosses it is seen as well: floods and
    promiscuous NICs."""
    extras: tuple[Extra, ...] = ()
    background: bool = True
    """Each capture has a packet before the pings and one after them that is about nothing."""
