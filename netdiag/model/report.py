"""The report: what a set of captures proves, as the user and ``--json`` get it.

Every type is immutable. The field names and their order are the contract ``netdiag.report/1``:
fields may be added, never renamed. Interfaces, pods, nodes and files are text from outside.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from netdiag.model.path_mtu import PathMtu
from netdiag.model.point import Point as Point

SCHEMA = "netdiag.report/1"
MAX_PINGS = 1000
"""How many pings a report lists unless all are asked for."""

Role = Literal["physical", "bridge", "overlay", "veth", "pod", "macvlan", "loopback", "other"]
Status = Literal["answered", "request-lost", "reply-lost", "unanswered", "unknown"]
Direction = Literal["in", "out"]
Severity = Literal["error", "warning", "info"]

STATUSES: tuple[Status, ...] = ("answered", "request-lost", "reply-lost", "unanswered", "unknown")


class Capture(Struct, frozen=True):
    """One capture point in one file."""

    node: str | None
    pod: str | None
    interface: str | None
    role: Role
    link_type: int | None
    """LINKTYPE number; None = the file holds no packet and names no interface."""
    file: str
    packets: int
    dropped: int | None
    """Packets that the capture itself lost; None = the format cannot say."""
    problem: str | None
    role_guessed: bool = True
    """Only the interface's name tells the role: no facts do."""


class Evidence(Struct, frozen=True):
    """What a claim rests on: a frame, a fact or a drop; only the fields of its kind are set."""

    kind: Literal["frame", "fact", "drop"]
    node: str | None
    file: str | None = None
    frame: int | None = None
    document: str | None = None
    key: str | None = None
    text: str | None = None
    reason: str | None = None
    """Of a drop: the kernel's, ``NETFILTER_DROP``, or a rule's verdict."""
    function: str | None = None
    """The kernel's, where it was dropped."""
    pod: str | None = None
    """In whose namespace it was dropped; None = the node's."""
    interface: str | None = None
    rule: str | None = None
    """The rule that dropped it, as the program that made it prints it."""


class Mode(Struct, frozen=True):
    """How pod traffic is carried, by one of the three truths."""

    backend: str | None
    encapsulation: str | None
    """``none``, ``vxlan``, ``ipip``, ``wireguard`` and so on, or ``mixed``."""
    detail: dict[str, Any]
    evidence: tuple[Evidence, ...] = ()


class Modes(Struct, frozen=True):
    """The three truths for the traced, or else the first seen, pair of pods."""

    backend: str | None
    configured: Mode | None
    programmed: Mode | None
    observed: Mode | None
    agree: bool | None


class Pair(Struct, frozen=True):
    """The encapsulation from one node to another by each truth; two rows for both directions."""

    source_node: str | None
    destination_node: str | None
    configured: str | None
    programmed: str | None
    observed: str | None
    agree: bool | None


PingProtocol = Literal["icmp", "tcp", "udp"]
"""What a ping is of: ICMPv6 counts as icmp; tcp and udp are attempts to connect."""


class Encapsulation(Struct, frozen=True):
    """One tunnel around a packet."""

    kind: str
    source: str | None
    destination: str | None
    vni: int | None
    port: int | None
    """The UDP destination port."""


class Hop(Struct, frozen=True):
    """One crossing of one capture point."""

    node: str | None
    pod: str | None
    interface: str | None
    role: Role
    direction: Direction | None
    time_ns: int
    """As the node's clock had it."""
    since_first_us: float
    """Since the request's first hop, clocks corrected."""
    ttl: int
    length: int
    """Bytes on the wire of the whole frame."""
    file: str
    frame: int
    source: str
    destination: str
    id: int
    """The ICMP identifier; NAT may rewrite it, and the addresses, from hop to hop."""
    encapsulation: tuple[Encapsulation, ...]
    """Outermost first; empty = plain."""
    inferred: bool = False
    """True if the packet inside is not visible here: told by time and size (WireGuard, ESP)."""
    fragments: int = 1
    """How many IP fragments of the packet were seen here."""
    role_guessed: bool = True
    """Only the interface's name tells the role: no facts do."""


class Ping(Struct, frozen=True):
    """One echo request and its reply, followed across all capture points."""

    number: int
    """Counted from 1 in order of time, over all pings."""
    source: str
    source_pod: str | None
    destination: str
    destination_pod: str | None
    id: int
    seq: int
    status: Status
    rtt_us: float | None
    request: tuple[Hop, ...]
    reply: tuple[Hop, ...]
    lost_after: Point | None
    errors: tuple[str, ...] = ()
    """ICMP errors about this ping, as sentences."""
    protocol: PingProtocol = "icmp"
    """tcp, udp: an attempt to connect, followed like a ping; ``id`` is the port that it is from."""
    refused: bool = False
    """The reply is a TCP reset."""


class Rtt(Struct, frozen=True):
    """Round-trip times over all answered pings, in microseconds."""

    min: float
    median: float
    p99: float
    max: float


class Totals(Struct, frozen=True):
    """Over all pings, those that are not listed included."""

    pings: int
    answered: int
    request_lost: int
    reply_lost: int
    unanswered: int
    unknown: int
    rtt_us: Rtt | None


class Conversation(Struct, frozen=True):
    """Who pinged whom, and how all of these pings ended."""

    source: str
    destination: str
    pings: int
    answered: int
    request_lost: int
    reply_lost: int
    unanswered: int
    unknown: int


class HopTime(Struct, frozen=True):
    """The time from one hop to the next over the pings that took this path, in microseconds."""

    hop: Point
    """The later of the two."""
    min_us: float
    median_us: float
    max_us: float


class Path(Struct, frozen=True):
    """A way that pings took, there and back; pings of one path differ in nothing but time."""

    example: int
    """Number of a listed ping that took it."""
    source: str
    destination: str
    status: Status
    pings: int
    sampled: int
    """How many of them ``times`` is over."""
    request_times: tuple[HopTime, ...]
    """One entry per hop of the request but the first."""
    reply_times: tuple[HopTime, ...]
    """One per hop of the reply; the first is the time from the request's last hop."""


class Attempts(Struct, frozen=True):
    """Our own attempts to reach a port by TCP or UDP, followed as pings are."""

    protocol: Literal["tcp", "udp"]
    source: str
    destination: str
    port: int
    attempts: int
    answered: int
    refused: int
    """Answered by a reset, or by ICMP of the destination itself: nothing listens there."""
    request_lost: int
    reply_lost: int
    unanswered: int
    """They arrived, and no answer left; for UDP that is no fault."""
    unknown: int
    rtt_us: Rtt | None
    mss: int | None
    """Bytes of a TCP segment, as both ends agreed."""
    retransmissions: int | None
    """Of the packets that open the connections."""
    pings: tuple[Ping, ...]
    """Some of them whole, every status represented."""


class BadDocument(Struct, frozen=True):
    """A document about a node or the cluster that is broken; what could be read of it counts."""

    node: str | None
    document: str
    problem: str


class Flow(Struct, frozen=True):
    """TCP or UDP from one address and port to another; each packet counted once."""

    protocol: Literal["tcp", "udp"]
    source: str
    """Address:port, IPv6 addresses in brackets."""
    destination: str
    packets: int
    bytes: int
    """Of the innermost IP packets."""
    retransmissions: int
    encapsulation: str | None
    """The kind on the way between nodes; ``none``, or ``mixed``; None = seen on no such way."""
    interfaces: tuple[str, ...]
    """node/interface, in the order in which packets crossed them."""


class Clock(Struct, frozen=True):
    """How far a node's clock is ahead of another's."""

    node: str
    relative_to: str
    offset_us: float
    uncertainty_us: float


class Finding(Struct, frozen=True):
    """A claim with its evidence."""

    code: str
    severity: Severity
    node: str | None
    interface: str | None
    title: str
    explanation: str
    remedy: str
    evidence: tuple[Evidence, ...]
    pod: str | None = None
    """In whose namespace ``interface`` is; None = the node's."""


class Report(Struct, frozen=True):
    """All that was found."""

    schema: str
    captures: tuple[Capture, ...]
    mode: Modes
    pairs: tuple[Pair, ...]
    pings: tuple[Ping, ...]
    totals: Totals
    conversations: tuple[Conversation, ...]
    """One per source and destination, those of most losses first; at most 1,000."""
    conversations_left_out: int
    paths: tuple[Path, ...]
    flows: tuple[Flow, ...]
    flows_left_out: int
    """Flows that are not listed: the smallest ones."""
    clocks: tuple[Clock, ...]
    drops: tuple[dict[str, Any], ...]
    mtu: PathMtu | None
    """What a sweep over sizes found; None = there was none."""
    findings: tuple[Finding, ...]
    flow_packets_left_out: int = 0
    """Packets of flows past those that were told apart."""
    interrupted: bool = False
    """True if the captures were not read to their end."""
    pairs_left_out: int = 0
    """Pairs of nodes that are not listed; those that were seen or disagree are listed first."""
    names: dict[str, str] = {}
    """Who has an address of this report: ``namespace/pod``, ``service namespace/name``, a node."""
    attempts: tuple[Attempts, ...] = ()
    """What companions of the ping found: TCP, UDP."""
    bad_documents: tuple[BadDocument, ...] = ()
