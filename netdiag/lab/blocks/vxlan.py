"""A VXLAN device with static entries, as flannel and Calico make it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from netdiag.lab.cluster import NIC, Cluster, Node
from netdiag.lab.site import Site


@dataclass(frozen=True)
class Vxlan:
    """The kernel's VXLAN, no learning: neighbour, FDB entry and route for each other node."""

    device: str = "flannel.1"
    vni: int = 1
    port: int = 8472
    mtu: int = 1450
    protocol: int = 3
    """What its routes say who made them: 3 = boot (flannel), 80 (Calico)."""
    encapsulation: str = "vxlan"

    def lacking(self) -> str | None:
        """Return None: every kernel that pod networks run on has it."""
        return None

    def stand_in(self) -> str | None:
        """Return None: it is the kernel's own."""
        return None

    def vtep(self, node: Node) -> IPv4Address:
        """Return the address of a node's VXLAN device."""
        return node.pod_subnet.network_address

    def mac(self, node: Node) -> str:
        """Return the MAC address of a node's VXLAN device."""
        return f"be:1a:5c:00:01:{node.number:02x}"

    def prepare(
        self,
        site: Site,
        cluster: Cluster,
        node: Node,
        *,
        vni: int | None = None,
        port: int | None = None,
        underlay: str = NIC,
        local: IPv4Address | None = None,
    ) -> None:
        """Make the device; keywords: what differs from the plan."""
        netlink = site.netlink(node.name)
        netlink.add_link(
            self.device,
            "vxlan",
            vxlan_id=self.vni if vni is None else vni,
            vxlan_port=port or self.port,
            vxlan_local=str(local or node.address),
            vxlan_link=netlink.index(underlay),
            vxlan_learning=False,
            mtu=self.mtu,
            address=self.mac(node),
        )
        netlink.set_up(self.device)
        netlink.add_address(self.device, IPv4Interface((self.vtep(node), 32)))

    def connect(self, site: Site, cluster: Cluster, node: Node, peer: Node) -> None:
        """Add the static entries and the route for another node."""
        netlink = site.netlink(node.name)
        netlink.set_neighbour(self.device, self.vtep(peer), self.mac(peer))
        netlink.set_fdb(self.device, self.mac(peer), peer.address)
        self.add_route(site, node, peer)

    def add_route(self, site: Site, node: Node, peer: Node) -> None:
        """Add the route to another node's pods."""
        site.netlink(node.name).add_route(
            peer.pod_subnet, via=self.vtep(peer), device=self.device, onlink=True,
            protocol=self.protocol,
        )  # fmt: skip

    def finish(self, site: Site, cluster: Cluster) -> None:
        """Wait for nothing."""
