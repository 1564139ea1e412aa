"""What is told of attempts, as JSON lines. Times are CLOCK_REALTIME, in nanoseconds.

{"event": "ready", "protocol": "tcp"|"udp", "source": address|null, "destination": address,
 "port": int}
{"event": "sent", "protocol": "tcp"|"udp", "attempt": int, "source_port": int, "time_ns": int,
 "size": int}
{"event": "connected", "attempt": int, "time_ns": int, "rtt_us": float, "mss": int,
 "advertised_mss": int, "path_mtu": int|null, "retransmits": int}
{"event": "reply", "attempt": int, "time_ns": int, "rtt_us": float, "from": address, "port": int,
 "length": int}
{"event": "refused", "attempt": int, "time_ns": int, "rtt_us": float, "by": "reset"|"icmp"}
{"event": "error", "attempt": int, "time_ns": int, "from": address|null,
 "kind": "fragmentation-needed"|"destination-unreachable"|"time-exceeded"|"local",
 "type": int|null, "code": int|null, "mtu": int|null, "errno": name|null, "text": str}
{"event": "timeout", "attempt": int, "time_ns": int, "retransmits": int}
{"event": "end", "attempts": int, "sent": int, "answered": int, "time_ns": int}

``size``: bytes of payload, 0 by TCP. ``refused``: the destination itself says that nobody listens;
what another host says of it is an error from there. Kernels before 5.7 don't tell TCP where an
error came from: ``from`` and ``code`` are null then, and a port unreachable is called a reset.
``answered``: connections made, and datagrams that were replied to.
"""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from netdiag_probe.error_queue import Refused, Told, put_in_words, text_of_number
from netdiag_probe.icmp import Family

Write = Callable[[str], object]
"""Takes one line."""


class Connection(NamedTuple):
    """What TCP knows of a connection (``struct tcp_info``)."""

    state: int
    mss: int
    """Bytes of data that fit into a segment, by what the peer and the path allow."""
    advertised_mss: int
    """The same by the own device or route, as the peer was told; both without TCP's timestamps."""
    path_mtu: int | None
    rtt_us: int
    retransmits: int


class Teller:
    """Tells each event at once."""

    def __init__(self, write: Write, protocol: str) -> None:
        self._write = write
        self._protocol = protocol

    def ready(self, source: str | None, destination: str, port: int) -> None:
        """Tell that it begins."""
        self._tell(
            "ready", protocol=self._protocol, source=source, destination=destination, port=port
        )

    def sent(self, attempt: int, source_port: int, time_ns: int, size: int) -> None:
        """Tell of a datagram, or of a connection that is begun."""
        self._tell(
            "sent", protocol=self._protocol, attempt=attempt, source_port=source_port,
            time_ns=time_ns, size=size,
        )  # fmt: skip

    def connected(self, attempt: int, rtt_us: float, connection: Connection) -> None:
        """Tell of a connection."""
        self._tell(
            "connected", attempt=attempt, time_ns=time.time_ns(), rtt_us=rtt_us,
            mss=connection.mss, advertised_mss=connection.advertised_mss,
            path_mtu=connection.path_mtu, retransmits=connection.retransmits,
        )  # fmt: skip

    def reply(
        self, attempt: int, time_ns: int, rtt_us: float, sender: tuple[Any, ...], length: int
    ) -> None:
        """Tell of a datagram that came back."""
        self._tell(
            "reply", attempt=attempt, time_ns=time_ns, rtt_us=rtt_us, **{"from": sender[0]},
            port=sender[1], length=length,
        )  # fmt: skip

    def refused(self, attempt: int, time_ns: int, rtt_us: float, by: str) -> None:
        """Tell that nobody listens there."""
        self._tell("refused", attempt=attempt, time_ns=time_ns, rtt_us=rtt_us, by=by)

    def error(self, attempt: int, family: Family, refused: Refused) -> None:
        """Tell of an ICMP error, or of what the kernel did not send."""
        told = put_in_words(family, refused)
        if refused.is_local:
            self._error(attempt, time.time_ns(), None, None, refused.number, told)
        else:
            place = (refused.time_ns, refused.sender, refused.type)
            self._error(attempt, *place, refused.number, told)

    def error_number(self, attempt: int, number: int, kind: str = "local") -> None:
        """Tell of an error of which the kernel told no more than that."""
        told = Told(kind, None, None, text_of_number(number))
        self._error(attempt, time.time_ns(), None, None, number, told)

    def timeout(self, attempt: int, retransmits: int) -> None:
        """Tell that nothing came."""
        self._tell("timeout", attempt=attempt, time_ns=time.time_ns(), retransmits=retransmits)

    def end(self, attempts: int, sent: int, answered: int) -> None:
        """Tell that it ends."""
        self._tell("end", attempts=attempts, sent=sent, answered=answered, time_ns=time.time_ns())

    def _error(
        self,
        attempt: int,
        time_ns: int,
        sender: str | None,
        kind_of_message: int | None,
        number: int,
        told: Told,
    ) -> None:
        self._tell(
            "error", attempt=attempt, time_ns=time_ns, **{"from": sender}, kind=told.kind,
            type=kind_of_message, code=told.code, mtu=told.mtu,
            errno=errno.errorcode.get(number), text=told.text,
        )  # fmt: skip

    def _tell(self, event: str, **values: object) -> None:
        self._write(json.dumps({"event": event, **values}) + "\n")
