"""Pods on the node's NIC itself, by macvlan: past the node's stack."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network

from netdiag.lab.cluster import NIC, NIC_MTU, Cluster, Node, Pod
from netdiag.lab.site import Site

_DEFAULT_ROUTE = IPv4Network("0.0.0.0/0")


@dataclass(frozen=True)
class MacvlanPods:
    """A macvlan device for each pod; the node and its own pods do not reach each other."""

    mtu: int = NIC_MTU
    bridge: str | None = None

    def prepare(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Make nothing: the NIC is there."""

    def attach(self, site: Site, cluster: Cluster, pod: Pod) -> None:
        """Make the device, in the pod, with an address of the NIC's subnet."""
        netlink = site.netlink(pod.node.name)
        netlink.add_link(
            "eth0",
            "macvlan",
            link=netlink.index(NIC),
            macvlan_mode="bridge",
            mtu=self.mtu,
            address=f"0a:58:{pod.address.packed.hex(':')}",
            net_ns_pid=site.places[pod.name],
        )
        inside = site.netlink(pod.name)
        inside.set_up("lo", "eth0")
        inside.add_address("eth0", IPv4Interface((pod.address, pod.node.nic.network.prefixlen)))
        self.add_pod_routes(site, cluster, pod)

    def add_pod_routes(self, site: Site, cluster: Cluster, pod: Pod) -> None:
        """Add the default route: by the nodes' gateway, not by the node."""
        site.netlink(pod.name).add_route(_DEFAULT_ROUTE, via=pod.node.gateway)

    def host_interface(self, pod: Pod) -> None:
        """Return None: nothing of it is on the node."""
