"""Addresses that two have."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from netdiag.lab import files
from netdiag.lab.blocks.bridged import DEFAULT_ROUTE
from netdiag.lab.running import Running


@dataclass(frozen=True)
class SameAddress:
    """A pod that has another pod's address instead of its own."""

    pod: str
    other: str

    def apply(self, lab: Running) -> None:
        """Give it the address, and announce it as a container runtime does."""
        pod, address = lab.cluster.pod(self.pod), lab.address(self.other)
        inside = lab.netlink(self.pod)
        prefix = pod.node.pod_subnet.prefixlen
        inside.add_address("eth0", IPv4Interface((address, prefix)))

    def undo(self, lab: Running) -> None:
        """Take it."""
        pod, address = lab.cluster.pod(self.pod), lab.address(self.other)
        prefix = pod.node.pod_subnet.prefixlen
        lab.netlink(self.pod).delete_address("eth0", IPv4Interface((address, prefix)))


@dataclass(frozen=True)
class SameSubnet:
    """A node whose bridge and pod are in another node's pod subnet, and whose lease says so."""

    node: str
    other: str
    pod: str
    address: str
    """What the pod gets."""

    def apply(self, lab: Running) -> None:
        """Renumber bridge, pod and flannel's lease."""
        self._renumber(lab, lab.cluster.node(self.other).bridge, IPv4Address(self.address))

    def undo(self, lab: Running) -> None:
        """Give them their own addresses."""
        node = lab.cluster.node(self.node)
        self._renumber(lab, node.bridge, lab.cluster.pod(self.pod).address)

    def _renumber(self, lab: Running, bridge: IPv4Interface, address: IPv4Address) -> None:
        node, pod = lab.cluster.node(self.node), lab.cluster.pod(self.pod)
        other = lab.cluster.node(self.other)
        prefix = bridge.network.prefixlen
        own = bridge == node.bridge
        on_node, inside = lab.netlink(self.node), lab.netlink(self.pod)
        if not own:
            on_node.delete_route(other.pod_subnet)
        on_node.delete_address(lab.interface("@bridge"), (other if own else node).bridge)
        on_node.add_address(lab.interface("@bridge"), bridge)
        before = IPv4Address(self.address) if own else pod.address
        inside.delete_address("eth0", IPv4Interface((before, prefix)))
        inside.add_address("eth0", IPv4Interface((address, prefix)))
        inside.add_route(DEFAULT_ROUTE, via=bridge.ip)
        inside.add_route(lab.cluster.network, via=bridge.ip)
        if own:
            lab.reconnect(node)
        lease = files.subnet_env(lab.cluster.network, bridge, lab.mode.pods.mtu)
        lab.site.write_file(self.node, files.SUBNET_ENV, lease)
