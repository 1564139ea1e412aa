"""A trace: captures armed, nodes asked, a ping sent, sizes swept, everything stopped."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Final

from netdiag.sources.inventory.ends import End, address_typed
from netdiag.sources.inventory.places import (
    Address,
    Inventory,
    LackingError,
    PlacedNode,
    PlacedPod,
)
from netdiag.sources.live.captures import LiveCaptures, Wanted
from netdiag.sources.live.connecting import (
    NOT_ASKED,
    Connecting,
    ConnectWanted,
    PortsWanted,
)
from netdiag.sources.live.documents import Asking
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.kernel_watch import DROPS, RULES, KernelWatch
from netdiag.sources.live.listening import listening_at
from netdiag.sources.live.mtu_sweep import MtuSweep, directions, sweep_ids
from netdiag.sources.live.patience import Tell
from netdiag.sources.live.pings import Pinging, PingWanted

MOST_NODES_WATCHED: Final = 8
"""Up to so many nodes are all watched; of more, those of the two ends and routers."""

MOST_PODS_ASKED: Final = 16
TOKEN_BYTES: Final = 8
ANSWERED: Final = frozenset(("connected", "reply", "refused"))
NEIGHBOUR_SECONDS: Final = 3.5
"""Three unanswered ARP requests, a second apart, and a little more: then the packet is dropped."""
LEAST_SWEPT: Final = 500
"""Bytes of payload: if smaller pings die, size is not why."""
_LOOK_SECONDS: Final = 0.05
_SPARE_SECONDS: Final = 120.0


@dataclass(frozen=True)
class TraceWanted:
    """What is traced, and how."""

    source: End
    destination: End
    ping: PingWanted
    ports: PortsWanted | None = None
    """Ports that are tried as well."""
    drops: bool = True
    """Whether kernels are asked why they drop packets."""
    rules: bool = False
    """Whether rules of packet filters are asked which of them drops a packet."""
    mtu: bool = False
    """Whether the path's MTU is looked for."""
    command: str = "netdiag trace"
    """How it was asked for: what the bundle says of itself."""


@dataclass
class TraceTaken:
    """What came of it."""

    gathered: Gathered
    problems: list[str] = field(default_factory=list)
    interrupted: bool = False
    is_partial: bool = False
    """Some place was not captured to the end, or the ping did not run to its end."""
    not_watched: dict[str, str] = field(default_factory=dict)
    """Why a node's kernel was not asked for the packets that it drops, by the node's name."""
    sent: int = 0
    received: int = 0
    connected: int = 0
    """Attempts by TCP or UDP that were answered, or refused."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    """What the ping was told: too large, unreachable."""


def new_ping(**settings: Any) -> PingWanted:
    """Return a ping with a token and an id of its own."""
    token = secrets.token_hex(TOKEN_BYTES)
    return PingWanted(token=token, identifier=secrets.randbelow(0xFFFE) + 1, **settings)


def watched_nodes(inventory: Inventory, *ends: End) -> tuple[PlacedNode, ...]:
    """Return the nodes that are captured on."""
    if len(inventory.nodes) <= MOST_NODES_WATCHED:
        return inventory.nodes
    named = {end.node.name for end in ends if end.node is not None}
    return tuple(node for node in inventory.nodes if node.name in named or node.is_between)


def take_trace(
    inventory: Inventory, wanted: TraceWanted, archive: bytes, tell: Tell, warn: Tell
) -> TraceTaken:
    """Trace a ping; ``archive`` is the probe, ``tell`` gets a sentence for each step,
    ``warn`` one if a node keeps all waiting.

    Ctrl-C ends it with what there is. Raises LackingError if nothing could be captured.
    """
    taken = TraceTaken(Gathered())
    trace = _Trace(inventory, wanted, archive, tell, warn, taken)
    try:
        trace.run()
    except KeyboardInterrupt:
        taken.interrupted = True
    finally:
        trace.stop()
    return taken


class _Trace:
    """The steps of a trace, and what runs meanwhile."""

    def __init__(
        self, inventory: Inventory, wanted: TraceWanted, archive: bytes, tell: Tell,
        warn: Tell, taken: TraceTaken,
    ) -> None:  # fmt: skip
        self._wanted = wanted
        self._archive = archive
        self._tell = tell
        self._taken = taken
        self._inventory = inventory
        self._ends = (wanted.source, wanted.destination)
        self._nodes = watched_nodes(inventory, *self._ends)
        hosts = tuple(each for node in self._nodes for each in node.addresses)
        self._capturing = Wanted(
            wanted.ping.token, wanted.ping.identifier, hosts,
            ports=tuple(wanted.ports.source_ports) if wanted.ports else (),
            deadline=wanted.ping.seconds + _SPARE_SECONDS,
        )  # fmt: skip
        self._captures = LiveCaptures(taken.gathered, self._capturing, archive, warn)
        words = [*self._capturing.ours(), "--deadline", f"{self._capturing.deadline:g}"]
        self._drops = KernelWatch(DROPS, words, taken.gathered, archive, warn)
        self._rules = KernelWatch(RULES, words, taken.gathered, archive, warn)
        self._asking = Asking(archive, warn)
        self._pinging: Pinging | None = None
        self._connecting: list[Connecting] = []
        self._sent_from: Address | None = None
        self._sweep = MtuSweep(archive)
        self._lines: dict[str, bytes] = {}
        """What pings said, by node."""

    def run(self) -> None:
        self._describe()
        for node in self._nodes:
            self._captures.start(node, self._pods_on(node))
            if self._wanted.drops:
                self._drops.start(node, self._pods_asked(node))
        self._drops.send()
        self._ask()
        armed = self._captures.arm()
        if armed == 0:
            raise LackingError("; ".join(self._captures.died()) or "no capture could be started")
        self._tell(f"capturing in {armed} network namespaces of {len(self._nodes)} nodes")
        self._asking.give_up_on(self._captures.silent)
        self._asking.keep(self._taken.gathered, "facts")
        begin = self._wanted.source.node
        if begin is not None and begin.name in self._captures.silent:
            raise LackingError(f"{begin.name} does not answer, and the ping would begin there")
        self._drops.give_up_on(self._captures.silent)
        self._drops.arm()
        if self._wanted.rules:
            self._trace_rules()
        self._ping()
        if self._wanted.mtu:
            self._sweep_sizes()
        self._rules.stop()
        if self._has_failed():
            self._ask()
            self._asking.keep(self._taken.gathered, "facts-after")
            self._await_neighbours()

    def stop(self) -> None:
        """End all that runs and keep what went wrong."""
        self._asking.give_up()
        if self._pinging is not None:
            self._end_ping(self._pinging)
        self._end_attempts()
        self._end_sweep()
        self._captures.stop()
        self._drops.stop()
        self._rules.stop()
        self._taken.problems += [
            f"{node}: which rule drops packets is not told: {why}"
            for node, why in (*self._rules.notes.items(), *self._rules.complaints.items())
        ]
        self._taken.not_watched |= self._drops.notes
        problems = [*self._captures.problems, *self._sweep.problems]
        self._taken.is_partial |= bool(problems)
        self._taken.problems += [*problems, *self._asking.problems]

    def _trace_rules(self) -> None:
        """Have nodes trace our packets through their rules: after the first look at those rules,
        and until the second, for meanwhile there is one more table.
        """
        for node in self._nodes:
            if node.name not in self._captures.silent:
                self._rules.start(node, self._pods_asked(node))
        self._rules.send()
        self._rules.arm()
        self._tell("tracing our packets through the rules of packet filters")

    def _await_neighbours(self) -> None:
        """Give kernels the time to give up on neighbours that do not answer, and to say so."""
        deadline = time.monotonic() + NEIGHBOUR_SECONDS
        if not self._drops.is_on or not _has_incomplete_neighbours(self._taken.gathered):
            return
        self._tell("waiting until kernels give up on neighbours that do not answer")
        while not self._drops.has_heard() and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)

    def _ask(self) -> None:
        for node in self._nodes:
            if not node.is_between:
                self._asking.start(node, self._pods_asked(node))

    def _pods_asked(self, node: PlacedNode) -> list[PlacedPod]:
        """Return the pods that are asked: of a small node all, for two may hold one address."""
        pods = [pod for pod in self._inventory.pods if pod.node == node.name]
        return pods if len(pods) <= MOST_PODS_ASKED else self._pods_on(node)

    def _pods_on(self, node: PlacedNode) -> list[PlacedPod]:
        pods = dict.fromkeys(end.pod for end in self._ends if end.pod is not None)  # may be one
        return [pod for pod in pods if pod.node == node.name]

    def _ping(self) -> None:
        wanted = self._wanted
        self._tell(f"pinging {wanted.destination.name} from {wanted.source.name}")
        self._pinging = Pinging(wanted.source, wanted.destination, wanted.ping, self._archive)
        for each in self._attempts():
            self._tell(f"trying {each.protocol.upper()} port {each.port}")
            ends = (wanted.source, wanted.destination)
            self._connecting.append(Connecting(*ends, each, self._archive))
        for event in self._pinging.events():
            kind = event.get("event")
            self._taken.sent += kind == "sent"
            self._taken.received += kind == "reply"
            if kind == "ready":
                self._sent_from = address_typed(str(event.get("source")))
            elif kind == "error":
                self._taken.errors.append(event)
        for connecting in self._connecting:
            for event in connecting.events():
                self._taken.connected += event.get("event") in ANSWERED

    def _attempts(self) -> tuple[ConnectWanted, ...]:
        if self._wanted.ports is None:
            return ()
        listening = listening_at(self._wanted.destination, self._taken.gathered)
        return self._wanted.ports.runs(listening)

    def _has_failed(self) -> bool:
        """Tell whether something was lost, and so a second look is worth its time."""
        taken = self._taken
        tried = sum(
            connecting.wanted.count
            for connecting in self._connecting
            if connecting.wanted.protocol == "tcp"
        )
        return taken.received < max(1, taken.sent) or taken.connected < tried

    def _end_attempts(self) -> None:
        lines: dict[str, bytes] = {}
        for connecting in self._connecting:
            status, complaint = connecting.end()
            what = f"{connecting.wanted.protocol.upper()} port {connecting.wanted.port}"
            if status != 0 and not self._taken.interrupted:
                self._taken.is_partial = True
                why = complaint or f"exit status {status}"
                self._taken.problems.append(f"{what} was not tried to the end: {why}")
            node = connecting.node.name
            lines[node] = lines.get(node, b"") + b"".join(connecting.lines)
            lines[node] += b"" if connecting.wanted.is_asked else NOT_ASKED
        for node, told in lines.items():
            self._taken.gathered.add_document(told, node, "connect.jsonl")

    def _sweep_sizes(self) -> None:
        """Find the path's MTU, unless nothing at all gets through."""
        ping = self._wanted.ping
        if not self._taken.received and ping.size < LEAST_SWEPT:
            self._taken.problems.append("no ping was answered, so sizes were not swept")
            return
        wanted = directions(*self._ends, ping, self._sent_from)
        self._tell(f"sweeping sizes from {' and '.join(each.begin.name for each in wanted)}")
        if len(wanted) == 1:
            name = self._wanted.destination.name
            self._taken.problems.append(f"sizes were swept one way only, not from {name}")
        self._sweep.run(wanted)

    def _end_sweep(self) -> None:
        self._sweep.stop()
        for node, lines in self._sweep.lines.items():
            self._lines[node] = self._lines.get(node, b"") + lines
        for node, lines in self._lines.items():
            self._taken.gathered.add_document(lines, node, "ping.jsonl")

    def _end_ping(self, pinging: Pinging) -> None:
        status, complaint = pinging.end()
        if status != 0 and not self._taken.interrupted:
            self._taken.is_partial = True
            self._taken.problems.append(f"the ping failed: {complaint or f'exit status {status}'}")
        assert self._wanted.source.node is not None
        self._lines[self._wanted.source.node.name] = b"".join(pinging.lines)

    def _describe(self) -> None:
        wanted, ping = self._wanted, self._wanted.ping
        told = {
            "taken_by": wanted.command,
            "inventory": self._inventory.source,
            "source": {"name": wanted.source.name, "address": str(wanted.source.address)},
            "destination": {
                "name": wanted.destination.name,
                "address": str(wanted.destination.address),
            },
            "ping": {
                "count": ping.count,
                "interval": ping.interval,
                "size": ping.size,
                "dont_fragment": ping.dont_fragment,
                "id": ping.identifier,
            },
            **({"mtu": {"ids": sweep_ids(ping)}} if wanted.mtu else {}),
        }
        text = json.dumps(told, indent=1).encode() + b"\n"
        self._taken.gathered.add_document(text, "trace.json")


def _has_incomplete_neighbours(gathered: Gathered) -> bool:
    """Tell whether a packet still waits for somebody's address on the link."""
    return any(
        parts[-1] == "ip_neigh.json" and "facts-after" in parts and b"INCOMPLETE" in text
        for parts in gathered.documents()
        for text in (gathered.read(parts),)
    )
