"""Pods as Calico attaches them: no bridge, a /32 each, a next hop that only proxy ARP answers."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Final

from netdiag.lab.cluster import Cluster, Node, Pod
from netdiag.lab.netlink import PROTOCOL_BIRD
from netdiag.lab.site import Site

NEXT_HOP: Final = IPv4Address("169.254.1.1")
"""The gateway of every pod: nobody has this address."""

HOST_MAC: Final = "ee:ee:ee:ee:ee:ee"
_DEFAULT_ROUTE: Final = IPv4Network("0.0.0.0/0")


def interface_of(pod: Pod) -> str:
    """Return the name of the node's end of a pod's interface, as Calico derives it."""
    return f"cali{pod.digest(11)}"


@dataclass(frozen=True)
class CalicoPods:
    """A veth pair for each pod, whose other end answers ARP, and a route to each pod."""

    mtu: int = 1500
    blackhole: int | None = PROTOCOL_BIRD
    """Which protocol drops packets to addresses of the node's block that no pod has; None: none
    here, as with bird, which adds that route itself, and with canal, which has no blocks."""
    bridge: str | None = None

    def prepare(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Hold the node's block, so that unused addresses don't leave by the default route."""
        if self.blackhole is not None:
            site.netlink(node.name).add_route(
                node.pod_subnet, blackhole=True, protocol=self.blackhole
            )

    def attach(self, site: Site, cluster: Cluster, pod: Pod) -> None:
        """Make the pair, with the routes and settings on both sides."""
        netlink = site.netlink(pod.node.name)
        interface, digits = interface_of(pod), pod.digest(8)
        mac = "a2:5c:" + ":".join(digits[at : at + 2] for at in range(0, 8, 2))
        netlink.add_veth(
            interface,
            mtu=self.mtu,
            address=HOST_MAC,
            peer={"ifname": "eth0", "mtu": self.mtu, "address": mac},
            peer_process=site.places[pod.name],
        )
        site.set_sysctls(pod.node.name, _settings(interface))
        netlink.set_up(interface)
        netlink.add_route(IPv4Network(pod.address), device=interface)
        inside = site.netlink(pod.name)
        inside.set_up("lo", "eth0")
        inside.add_address("eth0", IPv4Interface((pod.address, 32)))
        self.add_pod_routes(site, cluster, pod)

    def add_pod_routes(self, site: Site, cluster: Cluster, pod: Pod) -> None:
        """Give the pod its routes: all by a gateway that is on the wire."""
        inside = site.netlink(pod.name)
        inside.add_route(IPv4Network(NEXT_HOP), device="eth0")
        inside.add_route(_DEFAULT_ROUTE, via=NEXT_HOP, device="eth0")

    def host_interface(self, pod: Pod) -> str:
        """Return the name of the ``cali…`` interface on the node."""
        return interface_of(pod)


def _settings(interface: str) -> dict[str, int]:
    """Return what Felix sets on a pod's interface (``configureInterface`` in endpoint_mgr.go)."""
    return {
        f"net/ipv4/conf/{interface}/proxy_arp": 1,
        f"net/ipv4/conf/{interface}/rp_filter": 1,
        f"net/ipv4/conf/{interface}/forwarding": 1,
        f"net/ipv4/neigh/{interface}/proxy_delay": 0,
    }
