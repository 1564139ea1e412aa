"""Packets of ours that pass through rules: from what the kernel says to which rule dropped one.

The kernel tells of a packet's bytes once, and of the rules that it meets by the packet's number.
"""

from __future__ import annotations

import errno
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from netdiag_probe.netfilter.lookup import (
    FAMILIES,
    IPTABLES_LEGACY,
    Known,
    Lookup,
)
from netdiag_probe.netfilter.nfnetlink import Message, Nfnetlink
from netdiag_probe.netfilter.packet_log import Logged, read_legacy_trace, read_logged
from netdiag_probe.netfilter.table import MARKING, NAME
from netdiag_probe.netfilter.traces import DROP, END_OF_CHAIN, POLICY, Trace, read_trace
from netdiag_probe.netfilter.watch import Watch

_Read = TypeVar("_Read")
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

MOST_PACKETS = 1024
"""Of one namespace that are known at a time."""

_LIKENESS_BYTES = 20
"""Of what an IP header carries: so much the kernel tells at the first rule of each hook."""

_LEGACY_VERDICTS = {"DROP": DROP, "REJECT": "reject"}


class Passing(NamedTuple):
    """A rule that a packet met."""

    time_ns: int
    backend: str
    family: str
    table: str
    chain: str
    handle: int | None
    number: int | None
    verdict: str
    rule: str | None
    packet: bytes
    interface_in: str | None
    interface_out: str | None


class _Packet(NamedTuple):
    data: bytes
    time_ns: int
    interface_in: int | None = None
    interface_out: int | None = None


class Passings:
    """What is heard in one namespace."""

    def __init__(self, watch: Watch, lookup: Lookup, *, all_rules: bool) -> None:
        self._watch = watch
        self._lookup = lookup
        self._all_rules = all_rules
        self._logged: deque[Logged] = deque(maxlen=MOST_PACKETS)
        self._heads: OrderedDict[int, bytes] = OrderedDict()
        """How packets begin that have come to our table; they may be anybody's."""
        self._packets: OrderedDict[int, _Packet] = OrderedDict()
        self._alike: OrderedDict[bytes, _Packet] = OrderedDict()
        """The same by what does not change on the way: copies have numbers of their own."""
        self.lost = False
        """The kernel had more to tell than was read in time."""

    def read(self) -> Iterator[Passing]:
        """Yield what has come."""
        traces = self._hear(self._watch.traces, read_trace)  # before the log, which came first
        if self._watch.log is not None:
            self._logged.extend(self._hear(self._watch.log, read_logged))
        for trace in traces:
            yield from self._follow(trace)
        if self._watch.legacy_log is not None:
            for logged in self._hear(self._watch.legacy_log, read_logged):
                yield from self._follow_legacy(logged)

    def _hear(self, socket: Nfnetlink, read: Callable[[Message], _Read | None]) -> list[_Read]:
        try:
            found = [read(message) for message in socket.hear()]
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise
            self.lost = True
            return []
        return [each for each in found if each is not None]

    def _follow(self, trace: Trace) -> Iterator[Passing]:
        if trace.table.startswith(NAME):
            self._follow_own(trace)
            return
        known_packet = self._packets.get(trace.packet) or self._alike.get(_likeness(trace.head))
        if known_packet is None:  # somebody else's
            return
        packet = known_packet
        if trace.head:
            packet = packet._replace(
                interface_in=trace.interface_in, interface_out=trace.interface_out
            )
            _put(self._packets, trace.packet, packet)
        if trace.kind == END_OF_CHAIN or not (trace.verdict == DROP or self._all_rules):
            return
        known = self._lookup.find(trace.family, trace.table, trace.chain, trace.handle)
        yield self._tell(trace, packet, known)

    def _follow_own(self, trace: Trace) -> None:
        """Take in what our table has marked; it sees what others have marked, too."""
        if trace.head:
            _put(self._heads, trace.packet, trace.head)
        if trace.chain == MARKING:
            head = self._heads.pop(trace.packet, None)
            if head is not None:
                packet = self._find_packet(head)
                _put(self._packets, trace.packet, packet)
                _put(self._alike, _likeness(packet.data), packet)

    def _tell(self, trace: Trace, packet: _Packet, known: Known) -> Passing:
        verdict = f"{trace.verdict} {trace.target}".strip()
        if trace.kind == POLICY:
            verdict = f"policy {verdict}"
        elif known.rejects and trace.verdict == DROP:
            verdict = "reject"
        return Passing(
            packet.time_ns, known.backend, FAMILIES.get(trace.family, str(trace.family)),
            trace.table, trace.chain, trace.handle, known.number, verdict, known.text,
            packet.data, self._watch.name_interface(packet.interface_in),
            self._watch.name_interface(packet.interface_out),
        )  # fmt: skip

    def _follow_legacy(self, logged: Logged) -> Iterator[Passing]:
        trace = read_legacy_trace(logged.prefix)
        if trace is None:
            return
        saved = self._lookup.find_legacy(logged.family, trace.table, trace.chain, trace.number)
        verdict = _LEGACY_VERDICTS.get(saved.target) if saved is not None else None
        if verdict is None and not self._all_rules:
            return
        if verdict is None:
            verdict = saved.target.lower() if saved is not None else ""
        is_policy = saved is not None and saved.is_policy
        yield Passing(
            logged.time_ns, IPTABLES_LEGACY, FAMILIES.get(logged.family, str(logged.family)),
            trace.table, trace.chain, None, None if is_policy else trace.number,
            f"policy {verdict}" if is_policy else verdict, None if saved is None else saved.text,
            logged.packet, self._watch.name_interface(logged.interface_in),
            self._watch.name_interface(logged.interface_out),
        )  # fmt: skip

    def _find_packet(self, head: bytes) -> _Packet:
        """Return the packet that was logged when it was marked; without a log its beginning."""
        for logged in self._logged:
            if logged.packet.startswith(head):
                self._logged.remove(logged)
                return _Packet(logged.packet, logged.time_ns)
        return _Packet(head, time.time_ns())


def _put(known: OrderedDict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Remember something, and forget the oldest of too many."""
    known[key] = value
    known.move_to_end(key)
    if len(known) > MOST_PACKETS:
        known.popitem(last=False)


def _likeness(packet: bytes) -> bytes:
    """Return what no router changes: addresses, IPv4's id, the beginning of what is carried."""
    if packet[:1] and packet[0] >> 4 == 4:
        behind = (packet[0] & 0x0F) * 4
        return packet[4:6] + packet[12:20] + packet[behind : behind + _LIKENESS_BYTES]
    return packet[8 : 40 + _LIKENESS_BYTES]
