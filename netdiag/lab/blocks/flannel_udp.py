"""flannel's udp backend: a TUN device whose packets flanneld itself carries."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Interface

from netdiag.lab.cluster import Cluster, Node
from netdiag.lab.kernel_devices import lacks_tun
from netdiag.lab.site import Site


@dataclass(frozen=True)
class FlannelUdp:
    """One device and one route for the whole pod network; the daemon knows the nodes."""

    device: str = "flannel0"
    port: int = 8285
    mtu: int = 1472
    encapsulation: str = "udp"

    def lacking(self) -> str | None:
        """Return what the daemon lacks here."""
        return lacks_tun("flanneld's udp backend")

    def stand_in(self) -> str | None:
        """Return None: on real nodes it is a program too."""
        return None

    def daemon(self, node: Node) -> str:
        """Return the name of a node's flanneld, as the keeper knows it."""
        return f"flanneld-{node.name}"

    def prepare(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Start flanneld, and give its device the first address of the pods' subnet."""
        site.start_own(
            self.daemon(node),
            node.name,
            "netdiag.lab.daemons.flannel_udp",
            device=self.device,
            local=str(node.address),
            port=self.port,
            peers=[(str(p.pod_subnet), str(p.address)) for p in cluster.peers(node)],
        )
        netlink = site.netlink(node.name)
        netlink.set_link(self.device, mtu=self.mtu)
        netlink.set_up(self.device)
        netlink.add_address(self.device, IPv4Interface((node.pod_subnet.network_address, 32)))
        netlink.add_route(cluster.network, device=self.device)

    def connect(self, site: Site, cluster: Cluster, node: Node, peer: Node) -> None:
        """Add nothing: one route leads to all."""

    def finish(self, site: Site, cluster: Cluster) -> None:
        """Wait for nothing."""
