"""What a fault consists of: steps that can be undone, and what they must lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from netdiag.lab.running import Running

Answered = Literal["all", "some", "none", "any"]
"""How many pings of several come back; any: that cannot be foretold."""

Shown = Literal["ping", "tcp", "udp", "sweep"]
"""What brings a fault to light: pings, attempts to connect by TCP or to get an answer by UDP (the
responder's ports), or pings of rising sizes that must not be fragmented."""


class Step(Protocol):
    """One change of a lab."""

    def apply(self, lab: Running) -> None:
        """Break it."""

    def undo(self, lab: Running) -> None:
        """Put it right again."""


@dataclass(frozen=True, kw_only=True)
class Ping:
    """The ping that shows a fault."""

    source: str = "pod-a"
    destination: str = "pod-c"
    """A pod, a node, or an address."""
    count: int = 3
    size: int = 56
    """Bytes of data, as ``ping -s`` has it."""
    dont_fragment: bool = False
    """Insist on it, as ``ping -M do`` does."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What ``trace --mtu`` between the ends of the ping must find."""

    finding: str
    node: str | None = None
    also: tuple[str, ...] = ()
    """Codes of findings that may stand beside it."""
    there: int
    """The largest packets that pass, in bytes."""
    back: int


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault: where it can be, what it changes, and what must be found."""

    name: str
    summary: str
    modes: tuple[str, ...]
    finding: str | None
    """The code of the first finding that it must lead to; None: healthy, it leads to none."""
    node: str | None = None
    """The node of that finding; None: of none, or of several."""
    also: tuple[str, ...] = ()
    """Codes of findings that may stand beside it."""
    backend: str | None = None
    """What the report calls the mode then; None: what it calls it without the fault."""
    shown_by: Shown = "ping"
    """What leads to that finding. If it is not ping, the fault's pings are healthy."""
    by_ping: str | None = None
    """If it is not: the finding that the nodes' facts lead to, however healthy pings are."""
    steps: tuple[Step, ...]
    ping: Ping = Ping()
    answered: Answered = "none"
    """How many of its pings come back."""
    back: Answered | None = None
    """The same for pings from the destination to the source; None: as answered."""
    same_node: Answered = "all"
    """The same for pings between pod-a and pod-b."""
    routed: bool = False
    """It needs a lab whose nodes are behind a router."""
    one_subnet: bool = False
    """It needs a lab whose nodes are on one switch."""
    nodes: int = 2
    """How many nodes it needs."""
    sweep: Sweep | None = None
    """None: sizes have nothing to do with it."""
    passing: bool = False
    """It comes and goes while it is recorded."""

    @property
    def spares_pings(self) -> bool:
        """Tell whether pings are healthy, and what else there is must show it."""
        return self.shown_by != "ping"
