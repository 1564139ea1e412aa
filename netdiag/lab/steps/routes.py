"""Routes and neighbours that are missing or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from netdiag.lab.cluster import NIC
from netdiag.lab.running import Running

EVERYWHERE = IPv4Network("0.0.0.0/0")


@dataclass(frozen=True)
class NoRoute:
    """A node without its route to another node's pods."""

    node: str
    peer: str

    def apply(self, lab: Running) -> None:
        """Remove it."""
        lab.netlink(self.node).delete_route(lab.subnet(self.peer))

    def undo(self, lab: Running) -> None:
        """Have the mode add it."""
        node, peer = lab.cluster.node(self.node), lab.cluster.node(self.peer)
        lab.carrier.connect(lab.site, lab.cluster, node, peer)


@dataclass(frozen=True)
class OtherRoute:
    """A node whose route to another node's pods leads somewhere else."""

    node: str
    peer: str
    via: str
    """Node, pod or address."""

    def apply(self, lab: Running) -> None:
        """Put it in the place of the mode's."""
        lab.netlink(self.node).replace_route(
            lab.subnet(self.peer), via=lab.address(self.via), device=NIC
        )

    def undo(self, lab: Running) -> None:
        """Have the mode add its own."""
        NoRoute(self.node, self.peer).apply(lab)
        NoRoute(self.node, self.peer).undo(lab)


@dataclass(frozen=True)
class PodWithoutRoutes:
    """A pod that has no route beyond its own subnet."""

    pod: str

    def apply(self, lab: Running) -> None:
        """Remove its default route, and flannel's to the pod network."""
        inside = lab.netlink(self.pod)
        inside.delete_route(EVERYWHERE)
        if getattr(lab.mode.pods, "network_route", False):
            inside.delete_route(lab.cluster.network)

    def undo(self, lab: Running) -> None:
        """Add them as the mode does."""
        lab.mode.pods.add_pod_routes(lab.site, lab.cluster, lab.cluster.pod(self.pod))


@dataclass(frozen=True)
class NoPodRoute:
    """A node without the route to its own pod."""

    pod: str

    def apply(self, lab: Running) -> None:
        """Remove it."""
        pod = lab.cluster.pod(self.pod)
        lab.netlink(pod.node.name).delete_route(IPv4Network(pod.address))

    def undo(self, lab: Running) -> None:
        """Add it."""
        pod = lab.cluster.pod(self.pod)
        lab.netlink(pod.node.name).add_route(
            IPv4Network(pod.address), device=lab.interface(f"@{self.pod}")
        )


@dataclass(frozen=True)
class StaleNeighbour:
    """A node that keeps a wrong MAC address for another node's NIC."""

    node: str
    peer: str
    mac: str = "00:0c:29:de:ad:01"

    def apply(self, lab: Running) -> None:
        """Set it."""
        lab.netlink(self.node).set_neighbour(NIC, self._address(lab), self.mac)

    def undo(self, lab: Running) -> None:
        """Forget it, so that ARP finds the right one."""
        lab.netlink(self.node).delete_neighbour(NIC, self._address(lab))

    def _address(self, lab: Running) -> IPv4Address:
        return lab.cluster.node(self.peer).address
