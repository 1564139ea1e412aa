"""What goes on at a node: settings, counters, connections, sockets, processes, drops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from netdiag.model.facts.activity import (
    CommandLine,
    Connection,
    KernelDrop,
    QueueDiscipline,
    RuleDrop,
    Socket,
    Tuple,
    WireguardPeer,
)
from netdiag.model.facts.node import NodeFacts
from netdiag.model.facts.source import Source, place_in
from netdiag.tui.fact_tables.table import FactTable, Tone, joined, positioned, told

Pair = tuple[str, object]


def activity_tables(node: NodeFacts) -> list[FactTable]:
    """Return the tables of what goes on."""
    activity = node.activity
    drops = [drop for log in activity.kernel_logs for drop in log.drops]
    rules = [drop for log in activity.kernel_logs for drop in log.rules]
    peers = [(each.device, peer) for each in activity.wireguard or () for peer in each.peers]
    return [
        _pairs("Settings", node.sysctls),
        FactTable("Kernel drops", ("reason", "interface", "in", "bytes", "function"), drops,
                  _drop, positioned, _always_warning, frozenset({3})),
        FactTable("Rules' drops", ("verdict", "chain", "#", "interface", "rule"), rules,
                  _rule_drop, positioned, _always_warning, frozenset({2})),
        FactTable("Connections", ("protocol", "state", "from", "to", "replies", "about"),
                  activity.connections or (), _connection, _in("conntrack.txt")),
        FactTable("Sockets", ("protocol", "state", "local", "remote"),
                  activity.sockets or (), _socket, _in("ss.txt")),
        FactTable("Queues", ("device", "kind", "dropped", "options"), activity.queues or (),
                  _queue, _in("tc_qdisc.json"), right=frozenset({2})),
        FactTable("WireGuard", ("device", "endpoint", "handshake", "received", "sent", "allowed"),
                  peers, _peer, _nowhere, right=frozenset({3, 4})),
        FactTable("Processes", ("program", "options"), activity.command_lines or (), _process,
                  positioned),
        _pairs("Protocol counters", activity.snmp),
    ]  # fmt: skip


def _pairs(name: str, pairs: Mapping[str, object] | None) -> FactTable:
    """Return a table of names and values; the facts do not keep which document told each."""
    items: tuple[Pair, ...] = tuple((pairs or {}).items())
    return FactTable(name, ("name", "value"), items, _pair, _pair_source)


def _pair_source(item: Pair) -> Source:
    return Source("", item[0])


def _pair(item: Pair) -> tuple[str, ...]:
    return told(*item)


def _in(document: str) -> Callable[[Any], Source]:
    return lambda item: place_in(document, item.position)


def _nowhere(item: object) -> Source | None:
    return None


def _always_warning(item: object) -> Tone:
    return "warning"


def _drop(drop: KernelDrop) -> tuple[str, ...]:
    return told(drop.reason, drop.interface, drop.namespace, drop.length, drop.function)


def _rule_drop(drop: RuleDrop) -> tuple[str, ...]:
    chain = f"{drop.family} {drop.table} {drop.chain}"
    return told(drop.verdict, chain, drop.number, drop.interface, drop.rule)


def _connection(entry: Connection) -> tuple[str, ...]:
    source, destination = _ends(entry.original)
    answers = " → ".join(_ends(entry.reply))
    words = ("unreplied" if entry.is_unreplied else "", "assured" if entry.is_assured else "",
             f"mark {entry.mark:#x}" if entry.mark else "")  # fmt: skip
    return told(entry.protocol, entry.state, source, destination, answers, joined(words))


def _ends(way: Tuple) -> tuple[str, str]:
    if way.icmp_id is not None:
        return f"{way.source} id {way.icmp_id}", way.destination
    source, destination = way.source, way.destination
    return _socket_words(source, way.source_port), _socket_words(destination, way.destination_port)


def _socket(socket: Socket) -> tuple[str, ...]:
    local = _socket_words(socket.local_address, socket.local_port)
    device = f"%{socket.device}" if socket.device else ""
    remote = _socket_words(socket.remote_address, socket.remote_port)
    return told(socket.protocol, socket.state, f"{local}{device}", remote)


def _socket_words(address: str, port: int | None) -> str:
    host = f"[{address}]" if ":" in address else address
    return host if port is None else f"{host}:{port}"


def _queue(queue: QueueDiscipline) -> tuple[str, ...]:
    options = joined(f"{name} {value}" for name, value in queue.options.items())
    return told(queue.device, queue.kind, queue.dropped, options)


def _peer(item: tuple[str, WireguardPeer]) -> tuple[str, ...]:
    device, peer = item
    allowed = " ".join(peer.allowed_ips)
    return told(
        device, peer.endpoint, peer.latest_handshake, peer.received_bytes, peer.sent_bytes, allowed
    )


def _process(line: CommandLine) -> tuple[str, ...]:
    return line.program, joined(f"--{name}={value}" for name, value in line.options.items())
