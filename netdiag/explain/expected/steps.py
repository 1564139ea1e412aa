"""What an expected path is made of: the interfaces in order, and where the packet ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from netdiag.explain.expected.packet import Packet
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.model.prefixes import Prefix
from netdiag.model.report import Evidence, Finding


class Outer(NamedTuple):
    """The tunnel around a packet on its way between nodes."""

    kind: str
    source: str | None
    destination: str | None
    vni: int | None = None
    port: int | None = None


class Step(NamedTuple):
    """One interface that the packet crosses."""

    node: str
    pod: str | None
    interface: str
    outer: Outer | None
    note: str
    """Why it goes there: a route, a neighbour, an FDB entry, in the words of iproute2."""
    evidence: tuple[Evidence, ...] = ()


class Obstacle(NamedTuple):
    """Where facts say that a packet ends, and why: a finding, once packets bear it out."""

    code: str
    node: str
    interface: str | None
    title: str
    explanation: str
    remedy: str
    evidence: tuple[Evidence, ...]


def obstacle_finding(
    obstacle: Obstacle, seen: str = "", evidence: tuple[Evidence, ...] = ()
) -> Finding:
    """Return an obstacle as a finding: after what was ``seen``, with more evidence."""
    return Finding(
        obstacle.code,
        "error",
        obstacle.node,
        obstacle.interface,
        obstacle.title,
        f"{seen} {obstacle.explanation}".lstrip(),
        obstacle.remedy,
        (*obstacle.evidence, *evidence),
    )


@dataclass
class Journey:
    """A packet under way: the steps so far, and what stopped it."""

    packet: Packet
    steps: list[Step] = field(default_factory=list)
    obstacle: Obstacle | None = None
    doubts: list[str] = field(default_factory=list)
    """What facts do not tell, so that the rest of the way is not sure."""
    arrived: bool = False
    optional: list[Step] = field(default_factory=list)
    """Interfaces that may show the packet, or not: it is not on its way there."""

    def may_cross(self, node: ClusterNode, interface: str) -> None:
        """Add an interface where the packet may be seen, though it does not get by."""
        self.optional.append(Step(node.name, None, interface, None, ""))

    def cross(
        self,
        node: ClusterNode,
        interface: str,
        note: str = "",
        *,
        pod: str | None = None,
        outer: Outer | None = None,
        evidence: tuple[Evidence, ...] = (),
    ) -> None:
        """Add an interface."""
        self.steps.append(Step(node.name, pod, interface, outer, note, evidence))

    @property
    def is_over(self) -> bool:
        """Return True if nothing more is known of the way."""
        return self.obstacle is not None or self.arrived or bool(self.doubts)


class Target(NamedTuple):
    """A node that a packet is sent to, and the address there."""

    node: ClusterNode
    address: Prefix
