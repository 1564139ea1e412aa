"""Packets that kernels dropped, each at the place where that was, and what they are.

Several nodes may be containers of one machine: then each node's probe hears of all that its kernel
drops. Logs of one kernel are told apart by its boot id, and what two of them tell counts once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from netdiag.decode.decoder import Decoder
from netdiag.decode.fields import address_pair, encapsulation_names, icmp_fields, quoted_fields
from netdiag.facts.configuration.tunnel_ports import tunnel_table
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.activity import KernelDrop, KernelLog, RuleDrop
from netdiag.model.facts.facts import Facts
from netdiag.model.layers import ICMP, ICMPV6, IPV4, IPV6, LAYER_NAMES, TCP, UDP
from netdiag.model.link_types import LINKTYPE_RAW

REQUEST_TYPES, REPLY_TYPES = (8, 128), (0, 129)
ECHO_HEADER_BYTES, TOKEN_BYTES = 8, 8
"""Of an echo, and of the beginning of its data, by which the probe tells ours."""

Told = TypeVar("Told", KernelDrop, RuleDrop)


class DroppedPacket(NamedTuple):
    """What the headers of a dropped packet say, innermost but for the tunnels."""

    source: str
    destination: str
    protocol: str
    """icmp, icmpv6, tcp, udp; empty = none of these, or a later fragment."""
    icmp_type: int | None
    identifier: int | None
    """ICMP id."""
    sequence: int | None
    has_token: bool
    """It is an echo with enough data to tell whose it is."""
    ports: tuple[int, int] | None
    encapsulation: tuple[str, ...]
    quoted: tuple[str, str] | None
    """Source and destination of the packet that an ICMP error quotes."""

    @property
    def is_reply(self) -> bool | None:
        """Return whether it is an echo reply; None = it is no echo."""
        if self.icmp_type in REQUEST_TYPES:
            return False
        return True if self.icmp_type in REPLY_TYPES else None


class Placed(NamedTuple, Generic[Told]):
    """A drop, at its place."""

    node: str | None
    pod: str | None
    """Whose namespace it was in; None = the node's own."""
    log_node: str
    """Whose log tells it."""
    told: Told
    packet: DroppedPacket | None
    """None = it cannot be read."""

    @property
    def point(self) -> CapturePoint:
        """Return where it was dropped."""
        return CapturePoint(self.node, self.pod, self.told.interface)


class KernelDrops(NamedTuple):
    """All of them, in order of time."""

    drops: tuple[Placed[KernelDrop], ...] = ()
    rules: tuple[Placed[RuleDrop], ...] = ()

    def apart(self, ids: Collection[int]) -> tuple[KernelDrops, KernelDrops]:
        """Return them without the echoes of these ICMP ids, and those alone."""
        if not ids:
            return self, KernelDrops()
        drops, rules = _apart(self.drops, ids), _apart(self.rules, ids)
        return KernelDrops(drops[0], rules[0]), KernelDrops(drops[1], rules[1])

    def rows(self) -> tuple[dict[str, Any], ...]:
        """Return the drops as the report lists them."""
        return tuple(_row(placed) for placed in self.drops)


def _apart(
    placed: Iterable[Placed[Told]], ids: Collection[int]
) -> tuple[tuple[Placed[Told], ...], tuple[Placed[Told], ...]]:
    found: tuple[list[Placed[Told]], list[Placed[Told]]] = ([], [])
    for each in placed:
        found[each.packet is not None and each.packet.identifier in ids].append(each)
    return tuple(found[0]), tuple(found[1])


def find_kernel_drops(facts: Facts) -> KernelDrops:
    """Return what the kernels of all nodes told."""
    logs = [(node.name, log) for node in facts.nodes.values() for log in node.activity.kernel_logs]
    if not any(log.drops or log.rules for _, log in logs):
        return KernelDrops()
    places = _Namespaces(logs)
    reader = _Reader(facts)
    drops = (
        places.put(node, log, drop, reader.read(drop.packet))
        for node, log, drop in _once((node, log, log.drops) for node, log in logs)
    )
    rules = (
        places.put(node, log, rule, reader.read(rule.packet))
        for node, log, rule in _once((node, log, log.rules) for node, log in logs)
    )
    drops = (drop for drop in drops if _is_ours(drop))
    return KernelDrops(
        tuple(sorted(drops, key=lambda drop: drop.told.time_ns)),
        tuple(sorted(rules, key=lambda rule: rule.told.time_ns)),
    )


def _is_ours(drop: Placed[KernelDrop]) -> bool:
    """Return False for what may be others'.

    Echoes without data the probe takes whosesoever they are. Later fragments and encrypted packets
    it takes by their hosts' addresses, which elsewhere on the same kernel tell nothing.
    """
    packet = drop.packet
    if packet is not None and packet.quoted is None and packet.identifier is not None:
        return packet.has_token
    if drop.node is not None or packet is None:
        return drop.node is not None
    return bool(packet.ports) or packet.quoted is not None


def _once(
    logs: Iterable[tuple[str, KernelLog, tuple[Told, ...]]],
) -> Iterator[tuple[str, KernelLog, Told]]:
    """Yield each event of a kernel once: of those alike, as many as the log has that has most."""
    found: dict[tuple[Any, ...], list[tuple[str, KernelLog, Told]]] = {}
    for node, log, events in logs:
        alike: dict[tuple[Any, ...], list[tuple[str, KernelLog, Told]]] = {}
        for event in events:
            key = (log.boot_id or node, event.netns, event.packet, _kind(event))
            alike.setdefault(key, []).append((node, log, event))
        for key, same in alike.items():
            if len(same) > len(found.get(key, ())):
                found[key] = same
    for same in found.values():
        yield from same


def _kind(event: KernelDrop | RuleDrop) -> tuple[Any, ...]:
    if isinstance(event, KernelDrop):
        return (event.reason, event.function)
    return (event.family, event.table, event.chain, event.handle, event.number)


class _Namespaces:
    """Who a network namespace belongs to, by its number in its kernel."""

    def __init__(self, logs: Iterable[tuple[str, KernelLog]]) -> None:
        self._places: dict[tuple[str, int], tuple[str, str | None]] = {}
        self._nodes: dict[str, set[str]] = {}
        for node, log in logs:
            kernel = log.boot_id or node
            self._nodes.setdefault(kernel, set()).add(node)
            for number, label in log.namespaces.items():
                self._places.setdefault((kernel, number), (node, label or None))

    def put(
        self, node: str, log: KernelLog, event: Told, packet: DroppedPacket | None
    ) -> Placed[Told]:
        """Return an event with its node and pod; of a namespace that nobody named only the node.

        That, too, only if it is sure: a packet in a tunnel between nodes was not in one of a pod,
        but in one that stands for another node, as on the machine that all nodes of kind share.
        """
        kernel = log.boot_id or node
        place = self._places.get((kernel, event.netns)) if event.netns is not None else None
        if place is not None:
            return Placed(place[0], place[1], node, event, packet)
        is_alone = len(self._nodes[kernel]) == 1
        is_between = event.netns is not None and bool(packet and packet.encapsulation)
        return Placed(node if is_alone and not is_between else None, None, node, event, packet)


class _Reader:
    """Reads the headers of packets that begin with an IP header."""

    def __init__(self, facts: Facts) -> None:
        self._decoder = Decoder(tunnel_table(facts))

    def read(self, packet: bytes) -> DroppedPacket | None:
        decoder = self._decoder
        decoder.attach(bytearray(packet) or bytearray(1))
        decoder.decode(0, len(packet), len(packet), LINKTYPE_RAW)
        if decoder.network not in (IPV4, IPV6):
            return None
        quoted = quoted_fields(decoder)
        kind, at, end = decoder.transport, decoder.transport_at, decoder.transport_end
        icmp = icmp_fields(decoder, kind, at, end) if kind in (ICMP, ICMPV6) else {}
        source, destination = address_pair(decoder, decoder.network, decoder.network_at)
        ends = quoted["addresses"] if quoted else ()
        return DroppedPacket(
            source,
            destination,
            LAYER_NAMES[kind] if kind in (ICMP, ICMPV6, TCP, UDP) else "",
            icmp.get("type"),
            icmp.get("id"),
            icmp.get("seq"),
            "id" in icmp and end - at >= ECHO_HEADER_BYTES + TOKEN_BYTES,
            (decoder.u16(at), decoder.u16(at + 2)) if kind in (TCP, UDP) else None,
            tuple(encapsulation_names(decoder)),
            ends[-1] if ends else None,
        )


_NOT_READ: Mapping[str, None] = dict.fromkeys(
    ("protocol", "packet", "source", "destination", "id", "seq", "source_port", "destination_port",
     "encapsulation")
)  # fmt: skip


def _row(placed: Placed[KernelDrop]) -> dict[str, Any]:
    told, packet = placed.told, placed.packet
    row: dict[str, Any] = {
        "node": placed.node,
        "pod": placed.pod,
        "interface": told.interface,
        "reason": told.reason,
        "function": told.function,
        "time_ns": told.time_ns,
        "netns": told.netns,
        "length": told.length,
    }
    if packet is None:
        return row | dict(_NOT_READ)
    ports = packet.ports or (None, None)
    return row | {
        "protocol": packet.protocol or None,
        "packet": {None: None, False: "request", True: "reply"}[packet.is_reply],
        "source": packet.source,
        "destination": packet.destination,
        "id": packet.identifier,
        "seq": packet.sequence,
        "source_port": ports[0],
        "destination_port": ports[1],
        "encapsulation": list(packet.encapsulation),
    }
