"""Pods on a bridge of their node: cni0, cbr0, docker0, kube-bridge."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network

from netdiag.lab.cluster import Cluster, Node, Pod
from netdiag.lab.site import Site

DEFAULT_ROUTE = IPv4Network("0.0.0.0/0")


@dataclass(frozen=True)
class BridgedPods:
    """A veth pair for each pod, its other end a port of the bridge, which is the gateway."""

    bridge: str = "cni0"
    mtu: int = 1450
    hairpin: bool = True
    network_route: bool = True
    """Pods have a route to the whole pod network besides the default, as flannel gives them."""
    mac_prefix: str = "0a:58"
    name_digits: int = 8
    """Hex digits of ``vethXXXXXXXX``."""

    def prepare(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Make the bridge."""
        netlink = site.netlink(node.name)
        netlink.add_link(
            self.bridge, "bridge", mtu=self.mtu, address=self._mac(node.bridge.ip.packed)
        )
        netlink.add_address(self.bridge, node.bridge)
        netlink.set_up(self.bridge)

    def attach(self, site: Site, cluster: Cluster, pod: Pod) -> None:
        """Make the pair, plug it in, give the pod its address and routes."""
        netlink = site.netlink(pod.node.name)
        veth = self.host_interface(pod)
        digits = pod.digest(12)
        netlink.add_veth(
            veth,
            mtu=self.mtu,
            address="e2:" + ":".join(digits[at : at + 2] for at in range(2, 12, 2)),
            peer={"ifname": "eth0", "mtu": self.mtu, "address": self._mac(pod.address.packed)},
            peer_process=site.places[pod.name],
        )
        netlink.set_port(veth, self.bridge, hairpin=self.hairpin)
        netlink.set_up(veth)
        inside = site.netlink(pod.name)
        inside.set_up("lo", "eth0")
        inside.add_address("eth0", IPv4Interface((pod.address, pod.node.pod_subnet.prefixlen)))
        self.add_pod_routes(site, cluster, pod)

    def add_pod_routes(self, site: Site, cluster: Cluster, pod: Pod) -> None:
        """Add the default route, and flannel's."""
        inside = site.netlink(pod.name)
        inside.add_route(DEFAULT_ROUTE, via=pod.node.bridge.ip)
        if self.network_route:
            inside.add_route(cluster.network, via=pod.node.bridge.ip)

    def host_interface(self, pod: Pod) -> str:
        """Return the name of the veth on the node."""
        return f"veth{pod.digest(self.name_digits)}"

    def _mac(self, address: bytes) -> str:
        return f"{self.mac_prefix}:{address.hex(':')}"
