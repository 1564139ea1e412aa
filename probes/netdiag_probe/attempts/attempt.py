"""What attempts by TCP and UDP have in common: socket, port, errors, and how one goes on."""

from __future__ import annotations

import ipaddress
import socket
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from netdiag_probe.addresses import SocketAddress, family_of, socket_address
from netdiag_probe.attempts.events import Teller
from netdiag_probe.error_queue import Refused, icmp_of, listen_to_errors, read_refused


@dataclass(frozen=True)
class Plan:
    """What is to be tried."""

    address: SocketAddress
    """The destination, with its port."""
    source: str | None
    source_port: int | None
    """Of the first attempt, the next one's is the next; None: the kernel chooses."""
    count: int
    interval_seconds: float
    timeout_seconds: float
    """How long an attempt may take."""
    dont_fragment: bool
    payload_head: bytes
    """What a datagram begins with, before the attempt's number."""
    size: int
    """Bytes of payload of a datagram."""


class Attempt(ABC):
    """One attempt; it is settled as soon as something came of it."""

    kind: ClassVar[socket.SocketKind]
    awaited: ClassVar[int]
    """What its file is watched for."""

    def __init__(self, number: int, plan: Plan, teller: Teller) -> None:
        """Open its socket in the namespace that the thread is in. Raise OSError."""
        self.number = number
        """From 1 on."""
        self.was_sent = False
        self.was_answered = False
        self.is_settled = False
        self._plan = plan
        self._teller = teller
        self._time_ns = 0
        family = family_of(plan.address[0])
        self._icmp = icmp_of(family)
        self.socket = socket.socket(family, self.kind | socket.SOCK_NONBLOCK)
        listen_to_errors(self.socket, dont_fragment=plan.dont_fragment)

    @abstractmethod
    def _send(self) -> int:
        """Send what is to be sent; return 0, or the number of an error. Raise OSError."""

    @abstractmethod
    def _look(self) -> None:
        """See what came, other than errors that are queued."""

    @property
    def retransmits(self) -> int:
        """Return how often the kernel has sent it again."""
        return 0

    @property
    def size(self) -> int:
        """Return how many bytes of payload it has."""
        return 0

    def begin(self) -> None:
        """Bind the port and send; tell what the kernel says to it."""
        try:
            self._bind()
            self._time_ns = time.time_ns()
            number = self._send()
        except OSError as error:
            number = error.errno or -1
        errors = list(read_refused(self.socket))
        self.was_sent = not number or any(not each.is_local for each in errors)
        if self.was_sent:
            port = self.socket.getsockname()[1]
            self._teller.sent(self.number, port, self._time_ns, self.size)
        self._tell_errors(errors)
        if number and not self.is_settled:
            self.is_settled = True
            self._teller.error_number(self.number, number)

    def look(self) -> None:
        """See what came of it."""
        self._tell_errors(list(read_refused(self.socket)))
        if not self.is_settled:
            self._look()

    def give_up(self) -> None:
        """Tell that nothing came in time."""
        self.is_settled = True
        self._teller.timeout(self.number, self.retransmits)

    def drain(self) -> bool:
        """Throw away what still comes; return True when there is nothing to be waited for."""
        return True

    def _bind(self) -> None:
        plan = self._plan
        if plan.source is None and plan.source_port is None:
            return
        anywhere = "::" if self.socket.family == socket.AF_INET6 else "0.0.0.0"
        port = 0 if plan.source_port is None else plan.source_port + self.number - 1
        self.socket.bind(socket_address(plan.source or anywhere, port))

    def _tell_errors(self, errors: list[Refused]) -> None:
        for refused in errors:
            self.is_settled = True
            if self._is_of_destination(refused):
                rtt_us = self._since(refused.time_ns)
                self._teller.refused(self.number, refused.time_ns, rtt_us, "icmp")
            else:
                self._teller.error(self.number, self._icmp, refused)

    def _is_of_destination(self, refused: Refused) -> bool:
        """Tell whether the destination itself says that nobody listens."""
        is_said = (refused.type, refused.code) == (
            self._icmp.unreachable,
            self._icmp.port_unreachable,
        )
        if refused.is_local or refused.sender is None or not is_said:
            return False
        host = self._plan.address[0].partition("%")[0]
        return ipaddress.ip_address(refused.sender) == ipaddress.ip_address(host)

    def _since(self, time_ns: int) -> float:
        """Return the microseconds from the sending to a time."""
        return max(time_ns - self._time_ns, 0) / 1000
