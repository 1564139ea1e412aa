"""IP in IP, as Calico and kube-router use it: the kernel's, or what stands in for it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Interface

from netdiag.lab.cluster import Cluster, Node
from netdiag.lab.errors import LabError
from netdiag.lab.kernel_devices import kernel_has, lacks_tun
from netdiag.lab.netlink import PROTOCOL_BIRD, Netlink
from netdiag.lab.site import Site


@dataclass(frozen=True)
class Ipip:
    """One device for all other nodes: their addresses are the routes' gateways."""

    device: str = "tunl0"
    mtu: int = 1480
    protocol: int = PROTOCOL_BIRD
    """What its routes say who made them."""
    encapsulation: str = "ipip"

    def lacking(self) -> str | None:
        """Return what is missing where neither the kernel nor the stand-in can do it."""
        return (
            None if kernel_has("ipip") else lacks_tun("this kernel has no ipip, and its stand-in")
        )

    def stand_in(self) -> str | None:
        """Return what stands in for the kernel's device, if anything does."""
        if kernel_has("ipip"):
            return None
        return f"{self.device}: a TUN device and a program stand in for the kernel's ipip"

    def daemon(self, node: Node) -> str:
        """Return the name of a node's stand-in, as the keeper knows it."""
        return f"ipip-{node.name}"

    def prepare(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Make the device, with the first address of the pods' subnet."""
        netlink = site.netlink(node.name)
        if kernel_has("ipip"):
            self._make(netlink)
        else:
            self.start(site, cluster, node)
        netlink.set_link(self.device, mtu=self.mtu)
        netlink.set_up(self.device)
        netlink.add_address(self.device, IPv4Interface((node.pod_subnet.network_address, 32)))

    def _make(self, netlink: Netlink) -> None:
        """Make it if it is not there: the module gives every new namespace a ``tunl0``."""
        if netlink.has(self.device):
            return
        try:
            netlink.add_link(self.device, "ipip")
        except LabError:
            if not netlink.has(self.device):  # asking for it has loaded the module
                raise

    def start(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Start what stands in: the device comes with it, and goes with it."""
        site.start_own(
            self.daemon(node),
            node.name,
            "netdiag.lab.daemons.ipip",
            device=self.device,
            local=str(node.address),
            peers=[(str(p.pod_subnet), str(p.address)) for p in cluster.peers(node)],
        )

    def connect(self, site: Site, cluster: Cluster, node: Node, peer: Node) -> None:
        """Add the route to another node's pods."""
        self.add_route(site, node, peer)

    def add_route(self, site: Site, node: Node, peer: Node) -> None:
        """Add the route to another node's pods."""
        site.netlink(node.name).add_route(
            peer.pod_subnet, via=peer.address, device=self.device, onlink=True,
            protocol=self.protocol,
        )  # fmt: skip

    def finish(self, site: Site, cluster: Cluster) -> None:
        """Wait for nothing."""
