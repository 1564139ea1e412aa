"""One ping: requests at an interval, and what comes of each."""

from __future__ import annotations

import errno
import time
from dataclasses import dataclass
from typing import Any

from netdiag_probe.echo.events import Teller
from netdiag_probe.echo.packets import build_payload, build_request, read_echo
from netdiag_probe.echo.sockets import EchoSocket, Received
from netdiag_probe.error_queue import Refused
from netdiag_probe.lifeline import Lifeline

FIRST_ALONE_SECONDS = 1.0
"""How long the others wait until the first request has left, if that takes longer.

Requests that wait for a neighbour's address (a proxy of ARP takes 0.8 s) leave in one burst, and of
a burst that begins a connection conntrack lets only one pass: a loss that the network has not.
"""
LOOK_SECONDS = 0.02
"""How often it is looked whether it has left: nobody tells."""


@dataclass(frozen=True)
class Plan:
    """What is to be sent."""

    address: tuple[Any, ...]
    """The destination, as sockets want it."""
    id: int
    token: bytes
    """The payload begins with it."""
    size: int
    """Bytes of payload."""
    count: int
    interval_seconds: float
    timeout_seconds: float
    """How long the last reply may take."""


class Session:
    """Sends and receives until all is answered, the timeout has passed or the lifeline is over."""

    def __init__(self, socket: EchoSocket, plan: Plan, teller: Teller) -> None:
        self._socket = socket
        self._plan = plan
        self._teller = teller
        self._payload = build_payload(plan.token, plan.size)
        self._tried = 0
        self._sent: dict[int, int] = {}
        """Sequence number -> when, for what the kernel took."""
        self._answered: set[int] = set()
        self._refused: set[int] = set()

    def run(self, lifeline: Lifeline) -> None:
        """Ping, and tell the end whatever ended it."""
        lifeline.watch(self._socket.fileno())
        began = next_at = time.monotonic()
        while not lifeline.is_over:
            now = time.monotonic()
            if self._tried < self._plan.count and now >= next_at:
                if self._is_first_waiting(now - began):
                    next_at = now + LOOK_SECONDS
                else:
                    self._send()
                    next_at = time.monotonic() + self._wait_seconds()
            if self._is_done(time.monotonic() >= next_at):
                break
            lifeline.wait(max(next_at - time.monotonic(), 0))
            self._read()
        lifeline.forget(self._socket.fileno())
        self._teller.end(len(self._sent), len(self._answered))

    def _wait_seconds(self) -> float:
        """Return how long to wait after a request."""
        is_last = self._tried == self._plan.count
        return self._plan.timeout_seconds if is_last else self._plan.interval_seconds

    def _is_first_waiting(self, seconds: float) -> bool:
        """Tell whether the first request has not left by now, and others shall wait for it."""
        is_early = seconds < min(FIRST_ALONE_SECONDS, self._plan.timeout_seconds)
        return self._tried == 1 and is_early and self._socket.is_waiting()

    def _is_done(self, is_late: bool) -> bool:
        if self._tried < self._plan.count:
            return False
        return is_late or not self._sent.keys() - self._answered - self._refused

    def _send(self) -> None:
        self._tried += 1
        seq = self._tried
        request = build_request(self._socket.family, self._plan.id, seq, self._payload)
        number = self._try(request, seq)
        was_told = self._read_refused(seq)
        if number and was_told and number != errno.EMSGSIZE:
            number = self._try(request, seq)  # the error was that of an earlier packet
            was_told = self._read_refused(seq)
        if number and not (was_told and number == errno.EMSGSIZE):
            self._teller.local_error(seq, number)

    def _try(self, request: bytes, seq: int) -> int:
        """Send a request; return 0, or the number of the error."""
        try:
            time_ns = self._socket.send(request, self._plan.address)
        except OSError as error:
            return error.errno or errno.EIO
        self._sent[seq] = time_ns
        self._teller.sent(seq, time_ns, self._plan.size)
        return 0

    def _read(self) -> None:
        self._read_refused(None)
        for received in self._socket.receive():
            self._take(received)

    def _take(self, received: Received) -> None:
        echo = read_echo(received.data)
        if echo is None or (echo.type, echo.id) != (self._socket.family.reply, self._plan.id):
            return
        if echo.seq not in self._sent or not echo.payload.startswith(self._plan.token):
            return
        rtt_ns = max(received.time_ns - self._sent[echo.seq], 0)
        is_duplicate = echo.seq in self._answered
        self._answered.add(echo.seq)
        self._teller.reply(echo.seq, received, rtt_ns, is_duplicate=is_duplicate)

    def _read_refused(self, trying: int | None) -> bool:
        """Tell what came back of packets; return True if there was something.

        ``trying``: the request that the kernel was just given; what it refuses is that one.
        """
        found = False
        for told in self._socket.refused():
            seq = trying if told.is_local else self._seq_of(told)
            if told.is_local or seq is not None:
                self._teller.refused(self._socket.family, seq, told)
            if seq is not None:
                self._refused.add(seq)
            found = True
        return found

    def _seq_of(self, told: Refused) -> int | None:
        """Return which request an ICMP error is about; None = it is none of these."""
        echo = read_echo(told.data)
        if echo is None or (echo.type, echo.id) != (self._socket.family.request, self._plan.id):
            return None
        return echo.seq if echo.seq in self._sent else None
