"""What a trace sends: the ping, attempts at ports beside it, a sweep over sizes after it."""

from __future__ import annotations

import contextlib
from typing import Final

from netdiag.sources.inventory.ends import address_typed
from netdiag.sources.inventory.places import Address, LackingError
from netdiag.sources.live.connecting import NOT_ASKED, Connecting, ConnectWanted
from netdiag.sources.live.listening import listening_at
from netdiag.sources.live.mtu_sweep import MtuSweep, directions
from netdiag.sources.live.patience import Tell
from netdiag.sources.live.pings import Pinging
from netdiag.sources.live.traced import TraceTaken, TraceWanted

ANSWERED: Final = frozenset(("connected", "reply", "refused"))
LEAST_SWEPT: Final = 500
"""Bytes of payload: if smaller pings die, size is not why."""


class Sending:
    """The probes that send, and what they say; ``stop`` keeps that in the bundle."""

    def __init__(self, wanted: TraceWanted, archive: bytes, tell: Tell, taken: TraceTaken) -> None:
        """Send nodes this probe; ``tell`` gets a sentence for each step."""
        self._wanted = wanted
        self._archive = archive
        self._tell = tell
        self._taken = taken
        self._pinging: Pinging | None = None
        self._connecting: list[Connecting] = []
        self._sent_from: Address | None = None
        self._sweep = MtuSweep(archive)
        self.is_over = False
        """Whether all that was begun has told that it sends nothing more."""

    def prepare(self) -> None:
        """Have Python start where the ping will, which takes a while where nodes are far."""
        with contextlib.suppress(OSError):  # raised again, and told, when it is its turn
            self._pinging = self._new_ping()

    def ping(self) -> None:
        """Ping and try ports, side by side, until both have ended.

        Raises LackingError if nothing can be sent from there.
        """
        wanted = self._wanted
        self._tell(f"pinging {wanted.destination.name} from {wanted.source.name}")
        try:
            pinging = self._pinging = self._pinging or self._new_ping()
        except OSError as error:
            why = error.strerror or error
            raise LackingError(f"the ping from {wanted.source.name} failed: {why}") from None
        pinging.begin()
        for each in self._attempts():
            self._tell(f"trying {each.protocol.upper()} port {each.port}")
            self._connecting.append(Connecting(*wanted.ends, each, self._archive))
            self._connecting[-1].begin()
        self._hear_ping(pinging)
        for connecting in self._connecting:
            for event in connecting.events():
                self._taken.connected += event.get("event") in ANSWERED
        self.is_over = True

    def sweep_sizes(self) -> None:
        """Find the path's MTU, unless nothing at all gets through."""
        self.is_over = False
        ping = self._wanted.ping
        if not self._taken.received and ping.size < LEAST_SWEPT:
            self._taken.problems.append("no ping was answered, so sizes were not swept")
            return
        wanted = directions(*self._wanted.ends, ping, self._sent_from)
        self._tell(f"sweeping sizes from {' and '.join(each.begin.name for each in wanted)}")
        if len(wanted) == 1:
            name = self._wanted.destination.name
            self._taken.problems.append(f"sizes were swept one way only, not from {name}")
        self._sweep.run(wanted)

    @property
    def has_failed(self) -> bool:
        """Tell whether something was lost, and so a second look is worth its time."""
        taken = self._taken
        tried = sum(
            connecting.wanted.count
            for connecting in self._connecting
            if connecting.wanted.protocol == "tcp"
        )
        return taken.received < max(1, taken.sent) or taken.connected < tried

    def stop(self) -> None:
        """End all that still runs; keep what was said, and what went wrong."""
        lines: dict[str, bytes] = {}
        if self._pinging is not None:
            lines |= self._end_ping(self._pinging)
        self._end_attempts()
        self._sweep.stop()
        for node, said in self._sweep.lines.items():
            lines[node] = lines.get(node, b"") + said
        for node, said in lines.items():
            self._taken.gathered.add_document(said, node, "ping.jsonl")
        self._taken.is_partial |= bool(self._sweep.problems)
        self._taken.problems += self._sweep.problems

    def _new_ping(self) -> Pinging:
        return Pinging(*self._wanted.ends, self._wanted.ping, self._archive)

    def _attempts(self) -> tuple[ConnectWanted, ...]:
        if self._wanted.ports is None:
            return ()
        listening = listening_at(self._wanted.destination, self._taken.gathered)
        return self._wanted.ports.runs(listening)

    def _hear_ping(self, pinging: Pinging) -> None:
        for event in pinging.events():
            kind = event.get("event")
            self._taken.sent += kind == "sent"
            self._taken.received += kind == "reply"
            if kind == "ready":
                self._sent_from = address_typed(str(event.get("source")))
            elif kind == "error":
                self._taken.errors.append(event)
            elif kind == "end":  # what it ran in takes a moment longer to end
                return

    def _end_ping(self, pinging: Pinging) -> dict[str, bytes]:
        """Return what the ping said, by its node."""
        if not pinging.has_begun:
            pinging.give_up()
            return {}
        status, complaint = pinging.end()
        if status != 0:
            self._taken.miss(f"the ping failed: {complaint or f'exit status {status}'}")
        return {pinging.node.name: b"".join(pinging.lines)}

    def _end_attempts(self) -> None:
        lines: dict[str, bytes] = {}
        for connecting in self._connecting:
            status, complaint = connecting.end()
            if status != 0:
                what = f"{connecting.wanted.protocol.upper()} port {connecting.wanted.port}"
                why = complaint or f"exit status {status}"
                self._taken.miss(f"{what} was not tried to the end: {why}")
            node = connecting.node.name
            lines[node] = lines.get(node, b"") + b"".join(connecting.lines)
            lines[node] += b"" if connecting.wanted.is_asked else NOT_ASKED
        for node, told in lines.items():
            self._taken.gathered.add_document(told, node, "connect.jsonl")
