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
    ipvs: dict[str, tuple[str, ...]] | None = None
    """``TCP 10.96.0.1:443`` -> the real servers."""
