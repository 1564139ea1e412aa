"""A sweep over sizes: which is the largest packet with DF that is answered.

Packets leave as large as the device lets them, whatever the kernel has learned of the path before:
so what happens to them on the way can be seen there.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netdiag_probe.echo.events import Teller
from netdiag_probe.echo.packets import build_payload, build_request, read_echo
from netdiag_probe.echo.search import Search
from netdiag_probe.echo.session import Plan
from netdiag_probe.echo.sockets import EchoSocket, Received
from netdiag_probe.error_queue import Refused
from netdiag_probe.icmp import IPV4, kind_of_error
from netdiag_probe.lifeline import Lifeline

HEADER_BYTES, HEADER_BYTES_V6 = 28, 48
"""Of IP and ICMP."""
LEAST, LEAST_V6 = 576, 1280
"""What every path must carry, more or less (RFC 1122, RFC 8200)."""

TRIES = 3
LEAST_WAIT_SECONDS = 0.2
RTTS = 5
"""Round trips that an answer may take after the last try."""
PAUSE = 0.3
"""From one try to the next, as a share of that."""
MOST_SEQUENCES = 0xFFFF


class Packet(NamedTuple):
    """What is tried."""

    size: int
    """Bytes of the IP packet."""
    forbids: bool
    """It has DF."""


class Sweep:
    """Tries sizes, round by round, until the search is over."""

    def __init__(
        self, sockets: Sequence[EchoSocket], plan: Plan, teller: Teller, most: int
    ) -> None:
        """Sweep up to ``most`` bytes; a second socket allows fragments."""
        self._sockets = sockets
        self._plan = plan
        self._teller = teller
        self._family = sockets[0].family
        is_ipv4 = self._family is IPV4
        self._header_bytes = HEADER_BYTES if is_ipv4 else HEADER_BYTES_V6
        self._search = Search(LEAST if is_ipv4 else LEAST_V6, most)
        self._sent: dict[int, tuple[Packet, int]] = {}
        """Sequence number -> what was sent, and when."""
        self._tried = 0
        self._answered: set[int] = set()
        self._done: set[Packet] = set()
        """Answered, or refused."""
        self._rtt_ns = 0
        """The longest that was measured."""

    def run(self, lifeline: Lifeline) -> None:
        """Sweep, and tell the end whatever ended it."""
        for each in self._sockets:
            lifeline.watch(each.fileno())
        sizes = self._search.next_sizes()
        whole = [Packet(self._search.most, False)] if len(self._sockets) > 1 else []
        while sizes and not lifeline.is_over:
            self._try([*(Packet(size, True) for size in sizes), *whole], lifeline)
            self._search.note_silence(sizes)
            sizes, whole = self._search.next_sizes(), []
        for each in self._sockets:
            lifeline.forget(each.fileno())
        self._teller.end(len(self._sent), len(self._answered))

    def _try(self, packets: Sequence[Packet], lifeline: Lifeline) -> None:
        """Send each until it is answered or refused, a few times; then wait for late answers."""
        self._done.difference_update(packets)  # one that was lost before may pass now
        for attempt in range(TRIES):
            for packet in self._pending(packets):
                self._send(packet)
                self._read()
            begin = time.monotonic()
            is_last = attempt == TRIES - 1
            while self._pending(packets) and not lifeline.is_over:
                wait = self._wait_seconds * (1 if is_last else PAUSE)
                left = begin + wait - time.monotonic()
                if left <= 0:
                    break
                lifeline.wait(left)
                self._read()

    def _pending(self, packets: Iterable[Packet]) -> list[Packet]:
        """Return those whose fate is not known, nor told by that of another."""
        passes = self._search.passes or 0
        return [
            packet
            for packet in packets
            if packet not in self._done and not (packet.forbids and packet.size <= passes)
        ]

    @property
    def _wait_seconds(self) -> float:
        if not self._rtt_ns:
            return self._plan.timeout_seconds
        return max(LEAST_WAIT_SECONDS, RTTS * self._rtt_ns / 1e9)

    def _send(self, packet: Packet) -> None:
        if self._tried == MOST_SEQUENCES:
            return
        self._tried += 1
        size = packet.size - self._header_bytes
        payload = build_payload(self._plan.token, size)
        request = build_request(self._family, self._plan.id, self._tried, payload)
        sent_ns, number = self._hand_over(packet, request)
        if number:
            self._read()  # the error may be that of an earlier packet
            sent_ns, number = self._hand_over(packet, request)
        self._sent[self._tried] = packet, sent_ns
        self._teller.sent(self._tried, sent_ns, size, forbids=packet.forbids)
        if number:  # a virtual device that refuses what its other end is too small for, say
            self._teller.local_error(self._tried, number)
            self._done.add(packet)

    def _hand_over(self, packet: Packet, request: bytes) -> tuple[int, int]:
        """Give a request to the kernel; return when, and 0 or the number of the error."""
        try:
            return self._socket_of(packet).send(request, self._plan.address), 0
        except OSError as error:
            return time.time_ns(), error.errno or errno.EIO

    def _socket_of(self, packet: Packet) -> EchoSocket:
        return self._sockets[0 if packet.forbids else 1]

    def _read(self) -> None:
        """Take what came in; every socket hears everything, and counts what it sent itself."""
        for each in self._sockets:
            for told in each.refused():
                self._take_refused(each, told)
            for received in each.receive():
                self._take(each, received)

    def _sent_by(self, opened: EchoSocket, data: bytes, kind: int) -> int | None:
        """Return the sequence number of an echo that a socket sent; None = it is another."""
        echo = read_echo(data)
        if echo is None or (echo.type, echo.id) != (kind, self._plan.id):
            return None
        is_own = echo.seq in self._sent and self._socket_of(self._sent[echo.seq][0]) is opened
        return echo.seq if is_own else None

    def _take(self, opened: EchoSocket, received: Received) -> None:
        seq = self._sent_by(opened, received.data, self._family.reply)
        if seq is None or not received.data[8:].startswith(self._plan.token):
            return
        packet, sent_ns = self._sent[seq]
        rtt_ns = max(received.time_ns - sent_ns, 0)
        self._rtt_ns = max(self._rtt_ns, rtt_ns)
        is_duplicate = seq in self._answered
        self._answered.add(seq)
        self._done.add(packet)
        if packet.forbids:
            self._search.note_answered(packet.size)
        self._teller.reply(seq, received, rtt_ns, is_duplicate=is_duplicate)

    def _take_refused(self, opened: EchoSocket, told: Refused) -> None:
        if told.is_local:
            return  # ``_send`` tells it
        seq = self._sent_by(opened, told.data, self._family.request)
        if seq is None:
            return
        packet = self._sent[seq][0]
        kind = kind_of_error(self._family, told.type, told.code)
        if kind == "fragmentation-needed" and packet.forbids:
            self._done.add(packet)
            if told.info:
                self._search.note_told(told.info)
        self._teller.refused(self._family, seq, told)
