"""What is told of a ping, as JSON lines. Times are CLOCK_REALTIME, in nanoseconds.

{"event": "ready", "source": address|null, "destination": address, "id": int,
 "sweep"?: {"interface": name, "mtu": int, "payload": hex}}
{"event": "sent", "seq": int, "time_ns": int, "size": int, "df"?: bool}
{"event": "reply", "seq": int, "time_ns": int, "rtt_us": float, "ttl": int|null,
 "from": address, "duplicate"?: true}
{"event": "error", "seq": int|null, "time_ns": int, "from": address|null,
 "kind": "fragmentation-needed"|"destination-unreachable"|"time-exceeded"|"local",
 "code": int|null, "mtu": int|null, "text": str}
{"event": "end", "sent": int, "received": int, "time_ns": int}
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from netdiag_probe.echo.sockets import Received
from netdiag_probe.error_queue import Refused, Told, put_in_words, text_of_number
from netdiag_probe.icmp import Family

Write = Callable[[str], object]
"""Takes one line."""


class Teller:
    """Tells each event at once."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def ready(self, source: str | None, destination: str, number: int, **more: object) -> None:
        """Tell that it begins."""
        self._tell("ready", source=source, destination=destination, id=number, **more)

    def sent(self, seq: int, time_ns: int, size: int, *, forbids: bool | None = None) -> None:
        """Tell of a request; ``size``: bytes of its payload, ``forbids``: whether it has DF."""
        more = {} if forbids is None else {"df": forbids}
        self._tell("sent", seq=seq, time_ns=time_ns, size=size, **more)

    def reply(self, seq: int, received: Received, rtt_ns: int, *, is_duplicate: bool) -> None:
        """Tell of a reply."""
        more = {"duplicate": True} if is_duplicate else {}
        self._tell(
            "reply", seq=seq, time_ns=received.time_ns, rtt_us=rtt_ns / 1000, ttl=received.ttl,
            **{"from": received.sender}, **more,
        )  # fmt: skip

    def refused(self, family: Family, seq: int | None, told: Refused) -> None:
        """Tell of an ICMP error, or of what the kernel did not send."""
        time_ns = time.time_ns() if told.is_local else told.time_ns
        sender = None if told.is_local else told.sender
        self._error(seq, time_ns, sender, put_in_words(family, told))

    def local_error(self, seq: int | None, number: int) -> None:
        """Tell of what the kernel did not send."""
        told = Told("local", None, None, text_of_number(number))
        self._error(seq, time.time_ns(), None, told)

    def end(self, sent: int, received: int) -> None:
        """Tell that it ends."""
        self._tell("end", sent=sent, received=received, time_ns=time.time_ns())

    def _error(self, seq: int | None, time_ns: int, sender: str | None, told: Told) -> None:
        self._tell("error", seq=seq, time_ns=time_ns, **{"from": sender}, **told._asdict())

    def _tell(self, event: str, **values: object) -> None:
        self._write(json.dumps({"event": event, **values}) + "\n")
