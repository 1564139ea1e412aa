"""What a network mode consists of: how pods hang on their node, what carries their packets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from netdiag.lab.cluster import Addressing, Cluster, Node, Pod
from netdiag.lab.rules import Rules
from netdiag.lab.site import Site, find_program

RuleSource = Callable[[Cluster, Node], Rules]
FileSource = Callable[[Cluster, Node], Mapping[str, str]]
"""Path on the node -> text."""


class Attachment(Protocol):
    """How pods hang on their node."""

    def prepare(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Make what all pods of a node share."""

    def attach(self, site: Site, cluster: Cluster, pod: Pod) -> None:
        """Give a pod its interface ``eth0``."""

    def add_pod_routes(self, site: Site, cluster: Cluster, pod: Pod) -> None:
        """Give a pod its routes beyond its own subnet."""

    def host_interface(self, pod: Pod) -> str | None:
        """Return the node's end of a pod's interface, None if there is none."""

    @property
    def mtu(self) -> int:
        """MTU of pods, in bytes."""

    @property
    def bridge(self) -> str | None:
        """The bridge that the pods of a node share, None if there is none."""


class Carrier(Protocol):
    """What carries packets from one node to another node's pods."""

    @property
    def encapsulation(self) -> str:
        """``none``, ``vxlan``, ``ipip``, ``udp`` or ``wireguard``, as the report calls it."""

    @property
    def device(self) -> str | None:
        """The overlay device, None if packets leave plainly."""

    def lacking(self) -> str | None:
        """Return what this machine lacks for it, in one sentence; None if nothing."""

    def stand_in(self) -> str | None:
        """Return what stands in for a kernel device that is missing here; None if nothing does."""

    def prepare(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Make a node's own side: its device."""

    def connect(self, site: Site, cluster: Cluster, node: Node, peer: Node) -> None:
        """Let a node reach another node's pods."""

    def finish(self, site: Site, cluster: Cluster) -> None:
        """Wait for what takes its time: routing daemons."""


@dataclass(frozen=True, kw_only=True)
class Mode:
    """A network mode, as declared by a file in ``modes``."""

    name: str
    summary: str
    backend: str
    """What the report calls it."""
    addressing: Addressing
    pods: Attachment
    within: Carrier
    """Between nodes of one subnet."""
    across: Carrier | None = None
    """Between nodes of different subnets; None: as within."""
    rules: tuple[RuleSource, ...] = ()
    files: FileSource
    always_routed: bool = False
    """It needs the router even when not asked for."""
    works_routed: bool = True
    """It works across a router too."""
    router_knows_pods: bool = False
    """The router has routes to the pods' subnets."""
    outside: bool = False
    """Behind the nodes' gateway, which translates addresses, there is a host outside."""
    translated: bool = False
    """Pods are not reached by their own addresses from other nodes, but by their node's."""

    def carrier(self, cluster: Cluster) -> Carrier:
        """Return what carries packets between this cluster's nodes."""
        return self.across if cluster.routed and self.across is not None else self.within

    def carriers(self) -> tuple[Carrier, ...]:
        """Return all that a node prepares."""
        return (self.within,) if self.across is None else (self.within, self.across)

    def lacking(self) -> str | None:
        """Return what this machine lacks for it, in one sentence; None if nothing."""
        if self.rules and find_program("iptables-restore") is None:
            return "iptables is not installed (Debian: apt install iptables)"
        return next((lack for each in self.carriers() if (lack := each.lacking())), None)
