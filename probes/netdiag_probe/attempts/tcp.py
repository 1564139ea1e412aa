"""An attempt by TCP: a connection that carries no data and is closed as usual, by FIN.

Source of the numbers: ``struct tcp_info`` in linux/tcp.h, states in net/tcp_states.h.
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import struct
import time

from netdiag_probe.attempts.attempt import Attempt, Plan
from netdiag_probe.attempts.events import Connection, Teller

SYN_SENT, CLOSE = 2, 7
_INFO = struct.Struct("=8B24I")
_SND_MSS, _PMTU, _RTT, _ADVMSS, _TOTAL_RETRANS = (8 + at for at in (2, 13, 15, 19, 23))
"""Which of the fields they are: eight bytes come first."""
_RESETS = (errno.ECONNREFUSED, errno.ECONNRESET)
_MOST_BYTES = 65536


class TcpAttempt(Attempt):
    """A connection."""

    kind = socket.SOCK_STREAM
    awaited = select.POLLOUT

    def __init__(self, number: int, plan: Plan, teller: Teller) -> None:
        super().__init__(number, plan, teller)
        self._reset = 0
        """The error by which the destination refused it before it could be waited for."""

    @property
    def retransmits(self) -> int:
        """Return how many segments, SYN among them, were sent again."""
        return self._read_info().retransmits

    def drain(self) -> bool:
        """Throw away what the peer says, until it has closed, too.

        What is unread when the socket is closed would make the kernel reset the connection.
        """
        try:
            return not self.socket.recv(_MOST_BYTES)
        except BlockingIOError:
            return False
        except OSError:  # it was reset
            return True

    def _send(self) -> int:
        number = self.socket.connect_ex(self._plan.address)
        if number in _RESETS:  # from this very machine, at once
            self._reset = number
        return 0 if number in (errno.EINPROGRESS, *_RESETS) else number

    def _look(self) -> None:
        number = self._reset or self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            self._fail(number)
            return
        found = self._read_info()
        if found.state == SYN_SENT:
            return
        if found.state == CLOSE:
            self._fail(errno.ECONNRESET)
            return
        self.is_settled = self.was_answered = True
        is_measured = found.rtt_us and not found.retransmits
        rtt_us = found.rtt_us if is_measured else self._since(time.time_ns())
        self._teller.connected(self.number, rtt_us, found)
        with contextlib.suppress(OSError):  # the peer has reset it already
            self.socket.shutdown(socket.SHUT_WR)

    def _fail(self, number: int) -> None:
        self.is_settled = True
        if number in _RESETS:
            time_ns = time.time_ns()
            self._teller.refused(self.number, time_ns, self._since(time_ns), "reset")
        elif number == errno.ETIMEDOUT:
            self._teller.error_number(self.number, number)
        else:  # by ICMP, on a kernel that does not tell where from
            self._teller.error_number(self.number, number, "destination-unreachable")

    def _read_info(self) -> Connection:
        data = self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size)
        fields = _INFO.unpack(data.ljust(_INFO.size, b"\0"))
        return Connection(
            state=fields[0], mss=fields[_SND_MSS], advertised_mss=fields[_ADVMSS],
            path_mtu=fields[_PMTU] or None, rtt_us=fields[_RTT],
            retransmits=fields[_TOTAL_RETRANS],
        )  # fmt: skip
