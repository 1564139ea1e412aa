"""A simulated bundle and what must be found in it.

The paths of all pings, the addresses at each hop, round-trip times and frame numbers follow from
the bundle, so a case names only what has to be judged. Where the design leaves the choice,
words stand side by side: ``answered|unknown``, ``unexplained-loss|nexthop-unreachable node-2``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as replaced

from tests.bundles.network import Bundle, Fate, Network, Stream

CLOCK_SKEW = "clock-skew"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One bundle and the expectation."""

    name: str
    bundle: Bundle
    statuses: str = ""
    """One word a ping, in order of time; empty = all answered."""
    all_are: str = ""
    """One status for all pings."""
    lost_after: Mapping[int, str] = field(default_factory=dict)
    """By number of the ping: the place, None's place is ``-``."""
    found: tuple[str, ...] = ()
    """``code node`` of every error and warning, without a node = several; ``*`` = any."""
    told: tuple[str, ...] = ()
    """``code node`` that must be among the information."""
    untold: tuple[str, ...] = ()
    """``code node`` that must not."""
    clocks_us: Mapping[str, float] = field(default_factory=dict)
    """Offsets that must be in the report, relative to the node of the first ping's source."""
    observed: tuple[str, ...] = ()
    """``node > node encapsulation`` that must be among the pairs."""
    paths_known: bool = True
    """False = which hops there are is not settled by the design."""
    errors: tuple[int, ...] = ()
    """Numbers of the pings about which an ICMP error came."""

    def expected_statuses(self, count: int) -> list[str]:
        return self.statuses.split() or [self.all_are or "answered"] * count


def pings(network: Network, count: int = 3, fate: Fate | None = None) -> tuple[Stream, ...]:
    """Return the one stream of an ordinary ``ping -c``."""
    return (Stream(network=network, count=count, fate=fate or Fate()),)


def with_fates(network: Network, count: int, fates: Mapping[int, Fate]) -> tuple[Stream, ...]:
    return (Stream(network=network, count=count, fates=fates),)


def tied(network: Network) -> Network:
    """Return the network with one timestamp for all interfaces of a node."""
    return replaced(network, within_us=0)


BOTH_VXLAN = ("node-1 > node-2 vxlan", "node-2 > node-1 vxlan")
BOTH_PLAIN = ("node-1 > node-2 none", "node-2 > node-1 none")
