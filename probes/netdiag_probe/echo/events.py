"""What is told of a ping, as JSON lines. Times are CLOCK_REALTIME, in nanoseconds.

{"event": "ready", "source": address|null, "destination": address, "id": int}
{"event": "sent", "seq": int, "time_ns": int, "size": int}
{"event": "reply", "seq": int, "time_ns": int, "rtt_us": float, "ttl": int|null,
 "from": address, "duplicate"?: true}
{"event": "error", "seq": int|null, "time_ns": int, "from": address|null,
 "kind": "fragmentation-needed"|"destination-unreachable"|"time-exceeded"|"local",
 "code": int|null, "mtu": int|null, "text": str}
{"event": "end", "sent": int, "received": int, "time_ns": int}
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Callable

from netdiag_probe.echo.packets import Family, kind_of_error, text_of_error
from netdiag_probe.echo.sockets import Received, Refused

Write = Callable[[str], object]
"""Takes one line."""


class Teller:
    """Tells each event at once."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def ready(self, source: str | None, destination: str, number: int) -> None:
        """Tell that it begins."""
        self._tell("ready", source=source, destination=destination, id=number)

    def sent(self, seq: int, time_ns: int, size: int) -> None:
        """Tell of a request; ``size``: bytes of its payload."""
        self._tell("sent", seq=seq, time_ns=time_ns, size=size)

    def reply(self, seq: int, received: Received, rtt_ns: int, *, is_duplicate: bool) -> None:
        """Tell of a reply."""
        more = {"duplicate": True} if is_duplicate else {}
        self._tell(
            "reply", seq=seq, time_ns=received.time_ns, rtt_us=rtt_ns / 1000, ttl=received.ttl,
            **{"from": received.sender}, **more,
        )  # fmt: skip

    def refused(self, family: Family, seq: int | None, told: Refused) -> None:
        """Tell of an ICMP error, or of what the kernel did not send."""
        if told.is_local:
            mtu = told.info if told.number == errno.EMSGSIZE else None
            self.local_error(seq, told.number, mtu or None)
            return
        kind = kind_of_error(family, told.type, told.code)
        mtu = told.info if kind == "fragmentation-needed" else None
        text = text_of_error(family, told.type, told.code)
        self._error(seq, told.time_ns, told.sender, kind, told.code, mtu or None, text)

    def local_error(self, seq: int | None, number: int, mtu: int | None) -> None:
        """Tell of what the kernel did not send."""
        self._error(seq, time.time_ns(), None, "local", None, mtu, os.strerror(number).lower())

    def end(self, sent: int, received: int) -> None:
        """Tell that it ends."""
        self._tell("end", sent=sent, received=received, time_ns=time.time_ns())

    def _error(
        self,
        seq: int | None,
        time_ns: int,
        sender: str | None,
        kind: str,
        code: int | None,
        mtu: int | None,
        text: str,
    ) -> None:
        self._tell(
            "error", seq=seq, time_ns=time_ns, **{"from": sender}, kind=kind, code=code, mtu=mtu,
            text=text,
        )  # fmt: skip

    def _tell(self, event: str, **values: object) -> None:
        self._write(json.dumps({"event": event, **values}) + "\n")
