"""Plain routes to the other nodes: flannel host-gw, and what is like it."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.lab.cluster import NIC, Cluster, Node
from netdiag.lab.errors import LabError
from netdiag.lab.site import Site


@dataclass(frozen=True)
class PlainRoutes:
    """Each node has a route to the others' pods by their NICs' addresses."""

    protocol: int = 3
    """What the routes say who made them: 3 = boot."""
    by_router: bool = False
    """Nodes behind a router leave it to the router, which knows the pods' subnets."""
    encapsulation: str = "none"
    device: str | None = None

    def lacking(self) -> str | None:
        """Return None: every kernel routes."""
        return None

    def stand_in(self) -> str | None:
        """Return None: the kernel itself routes."""
        return None

    def prepare(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Make nothing: the NIC is there."""

    def connect(self, site: Site, cluster: Cluster, node: Node, peer: Node) -> None:
        """Add the route; behind a router the kernel refuses it, as it does on real nodes."""
        via = node.gateway if self.by_router and cluster.routed else peer.address
        try:
            site.netlink(node.name).add_route(
                peer.pod_subnet, via=via, device=NIC, protocol=self.protocol
            )
        except LabError:
            if not cluster.routed:
                raise

    def finish(self, site: Site, cluster: Cluster) -> None:
        """Wait for nothing."""


@dataclass(frozen=True)
class Nothing(PlainRoutes):
    """Nodes know nothing of each other's pods: the router does, or nobody."""

    def connect(self, site: Site, cluster: Cluster, node: Node, peer: Node) -> None:
        """Add nothing."""
