"""What goes on at a node: counters, tracked connections, sockets, queues, processes."""

from __future__ import annotations

from msgspec import Struct


class Tuple(Struct, frozen=True, gc=False):
    """One direction of a tracked connection."""

    source: str
    destination: str
    source_port: int | None = None
    destination_port: int | None = None
    icmp_id: int | None = None
    icmp_type: int | None = None


class Connection(Struct, frozen=True, gc=False):
    """A connection that conntrack follows."""

    protocol: str
    original: Tuple
    reply: Tuple
    position: int
    """Line of ``conntrack.txt``."""
    state: str | None = None
    timeout_s: int | None = None
    is_unreplied: bool = False
    is_assured: bool = False
    mark: int | None = None
    zone: int | None = None
    """None = the default zone, or not told."""


class Socket(Struct, frozen=True, gc=False):
    """A socket, as ``ss`` lists it."""

    protocol: str
    state: str
    local_address: str
    local_port: int | None
    """None = ``*``."""
    remote_address: str
    remote_port: int | None
    position: int
    device: str | None = None
    """What follows ``%`` of the local address."""


class QueueDiscipline(Struct, frozen=True, gc=False):
    """A qdisc (``tc -s -j qdisc``)."""

    device: str
    """Empty = not printed, as by ``tc qdisc show dev DEVICE``."""
    kind: str
    position: int
    dropped: int | None = None
    options: dict[str, object] = {}


class CommandLine(Struct, frozen=True, gc=False):
    """A process's arguments; ``options`` holds ``--name=value``, ``-name value`` and ``--name``."""

    program: str
    """Name without its folder: kubelet, flanneld, kube-proxy, dockerd, kube-router, …"""
    options: dict[str, str]
    """Without leading dashes; the value of a switch is ``true``."""
    document: str
    position: int


class WireguardPeer(Struct, frozen=True, gc=False):
    """A peer of a WireGuard device; its keys are not kept."""

    endpoint: str | None
    allowed_ips: tuple[str, ...]
    latest_handshake: str | None = None
    received_bytes: int | None = None
    sent_bytes: int | None = None


class Wireguard(Struct, frozen=True, gc=False):
    """A WireGuard device, as ``wg`` shows it."""

    device: str
    listen_port: int | None
    mark: int | None
    peers: tuple[WireguardPeer, ...]
    position: int


class RefusedPing(Struct, frozen=True, gc=False):
    """A ping that the sender's own kernel refused, for it knew that it was too big."""

    source: str
    destination: str
    mtu: int
    """What the kernel knew of the path, in bytes."""
    document: str
    position: int
    """Line of ``ping.jsonl``."""


class SilentPing(Struct, frozen=True, gc=False):
    """A run of pings that were sent, and of which none was answered."""

    source: str
    destination: str
    sent: int
    document: str
    position: int
    """Line of ``ping.jsonl`` that it begins with."""


class Attempt(Struct, frozen=True, gc=False):
    """What a program in the source's place would have seen of one attempt to connect."""

    source_port: int
    outcome: str = ""
    """connected, reply, refused, timeout or error; empty = not told."""
    rtt_us: float | None = None
    mss: int | None = None
    """Bytes of a TCP segment, as both ends agreed."""
    path_mtu: int | None = None
    retransmits: int | None = None
    text: str | None = None
    """What an error says."""
    origin: str | None = None
    """Who sent the error; None = the source's own kernel."""
    position: int = 0
    """Line of ``connect.jsonl``."""


class Attempts(Struct, frozen=True, gc=False):
    """Attempts to reach one port, made by the probe."""

    protocol: str
    """tcp or udp."""
    source: str
    destination: str
    port: int
    attempts: tuple[Attempt, ...]
    document: str
    is_asked: bool = True
    """False: a port that netdiag chose, to see whether the way there carries the protocol."""


class KernelDrop(Struct, frozen=True, gc=False):
    """A packet that a kernel dropped, as the tracepoint ``kfree_skb`` told it."""

    time_ns: int
    """Since 1970, by the node's clock."""
    reason: str
    """Name of ``enum skb_drop_reason`` without its prefix: ``NETFILTER_DROP``."""
    function: str | None
    """Of the kernel, where it was dropped; None = hidden."""
    netns: int | None
    """Number of the network namespace, the inode of ``/proc/PID/ns/net``."""
    namespace: str | None
    """Its label: empty = the node's own; None = one that nobody named."""
    interface: str | None
    length: int | None
    packet: bytes
    """From its outermost IP header on, as much as was kept."""
    document: str
    position: int
    """Line of ``drops.jsonl``."""


class RuleDrop(Struct, frozen=True, gc=False):
    """A rule of a packet filter that dropped a packet, as the kernel's rule tracing told it."""

    time_ns: int
    netns: int | None
    namespace: str | None
    backend: str
    """``nft``, ``iptables-nft`` or ``iptables-legacy``."""
    family: str
    table: str
    chain: str
    handle: int | None
    number: int | None
    """Of the rule in its chain, from 1."""
    verdict: str
    """``drop``, ``reject`` or ``policy drop``."""
    rule: str | None
    """Its text, as the program that made it prints it."""
    interface: str | None
    packet: bytes
    document: str
    position: int
    """Line of ``rules.jsonl``."""


class KernelLog(Struct, frozen=True, gc=False):
    """What one probe heard from its kernel."""

    boot_id: str | None
    """Tells kernels apart: nodes that are containers share one."""
    namespaces: dict[int, str]
    """Labels of network namespaces by their numbers; empty = the node's own, else a pod's."""
    drops: tuple[KernelDrop, ...] = ()
    rules: tuple[RuleDrop, ...] = ()
    left_out: int = 0
    """Events that are missing."""


class SizeTried(Struct, frozen=True, gc=False):
    """One packet of a sweep over sizes."""

    sequence: int
    size: int
    """Bytes of the IP packet."""
    forbids: bool
    """It has DF."""
    is_answered: bool


class ToldMtu(Struct, frozen=True, gc=False):
    """What a sweep was told by ICMP: fragmentation needed, packet too big."""

    sender: str
    mtu: int | None
    sequence: int
    """Of the packet that it is about."""
    position: int
    """Line of ``ping.jsonl``."""


class MtuSweep(Struct, frozen=True):
    """A sweep over sizes: pings of which those that are too large are meant to be lost."""

    source: str
    destination: str
    id: int
    """ICMP id of its pings as they were sent; NAT may rewrite it."""
    payload: bytes
    """What the payload of its pings begins with, and that of no others."""
    interface: str
    """The device that they left by, in the sender's namespace."""
    mtu: int
    """Its MTU, or that of the route: the largest size that is tried."""
    tried: tuple[SizeTried, ...]
    told: tuple[ToldMtu, ...]
    document: str
    position: int
    """Line of ``ping.jsonl`` that it begins with."""


class Activity(Struct, frozen=True):
    """All of it; None = no document told."""

    snmp: dict[str, int] | None = None
    """``Ip.FragFails``, ``IpExt.InOctets``, ``TcpExt.IPReversePathFilter`` and so on."""
    connections: tuple[Connection, ...] | None = None
    sockets: tuple[Socket, ...] | None = None
    queues: tuple[QueueDiscipline, ...] | None = None
    command_lines: tuple[CommandLine, ...] | None = None
    wireguard: tuple[Wireguard, ...] | None = None
    ethtool: dict[str, dict[str, str]] | None = None
    """By device: its features and driver, key -> value as printed."""
    refused_pings: tuple[RefusedPing, ...] | None = None
    silent_pings: tuple[SilentPing, ...] | None = None
    kernel_logs: tuple[KernelLog, ...] = ()
    """``drops.jsonl`` and ``rules.jsonl``."""
    attempts: tuple[Attempts, ...] = ()
    """``connect.jsonl``."""
    mtu_sweeps: tuple[MtuSweep, ...] | None = None
    ipvs: dict[str, tuple[str, ...]] | None = None
    """``TCP 10.96.0.1:443`` -> the real servers."""
