"""An attempt by UDP: a datagram with the token and the attempt's number, and what answers it.

Its socket is not bound to the destination: an answer that comes from elsewhere is told, too.
"""

from __future__ import annotations

import select
import socket

from netdiag_probe.attempts.attempt import Attempt
from netdiag_probe.echo.packets import build_payload
from netdiag_probe.error_queue import MOST_ANCILLARY, MOST_BYTES, time_of

MOST_PAYLOAD = 65535 - 20 - 8
NUMBER_BYTES = 2


class UdpAttempt(Attempt):
    """A datagram."""

    kind = socket.SOCK_DGRAM
    awaited = select.POLLIN

    @property
    def size(self) -> int:
        """Return how many bytes of payload it has."""
        return self._plan.size

    def _send(self) -> int:
        head = self._plan.payload_head + self.number.to_bytes(NUMBER_BYTES, "big")
        self.socket.sendto(build_payload(head, self._plan.size), self._plan.address)
        return 0

    def _look(self) -> None:
        try:
            data, ancillary, _, sender = self.socket.recvmsg(MOST_BYTES, MOST_ANCILLARY)
        except OSError:  # nothing, or an error that is queued
            return
        self.is_settled = self.was_answered = True
        time_ns = time_of(ancillary)
        self._teller.reply(self.number, time_ns, self._since(time_ns), sender, len(data))
