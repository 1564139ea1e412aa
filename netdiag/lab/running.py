"""A lab that is up: what is known of it, and the hands to work on it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Final

from netdiag.lab.cluster import NIC, NIC_MTU, Cluster, Node
from netdiag.lab.errors import LabError
from netdiag.lab.mode import Carrier, Mode
from netdiag.lab.site import Site
from netdiag.lab.state import Lab

if TYPE_CHECKING:
    from netdiag.lab.netlink import Netlink

OVERLAY: Final = "@overlay"
"""Stands for the mode's overlay device: flannel.1, tunl0."""

_BRIDGE_FILTER: Final = Path("/proc/sys/net/bridge/bridge-nf-call-iptables")
"""There in all network namespaces, or in none."""

BRIDGE: Final = "@bridge"
"""Stands for the bridge of the mode's pods: cni0, docker0."""


@dataclass(frozen=True)
class Known:
    """A lab and its plan: what is known without entering it."""

    lab: Lab
    mode: Mode
    cluster: Cluster

    @property
    def carrier(self) -> Carrier:
        """Return what carries packets between its nodes."""
        return self.mode.carrier(self.cluster)

    @property
    def lacks(self) -> tuple[str, ...]:
        """Return what a real node has and this machine's kernel does not, one sentence each."""
        if self.mode.pods.bridge is None or _BRIDGE_FILTER.exists():
            return ()
        return (
            "br_netfilter is not loaded here (modprobe br_netfilter): packet filters and services "
            "don't see what stays on a bridge",
        )

    def address(self, place: str) -> IPv4Address:
        """Return the address of a node or pod; as an address itself, that one."""
        if place in {node.name for node in self.cluster.nodes}:
            return self.cluster.node(place).address
        if place in {pod.name for pod in self.cluster.pods}:
            return self.cluster.pod(place).address
        return IPv4Address(place)

    def reached_at(self, source: str, destination: str) -> IPv4Address:
        """Return the address by which one place reaches another.

        Where pods are behind their node's address, another node's pod is reached at that.
        """
        pods = {pod.name: pod for pod in self.cluster.pods}
        if self.mode.translated and destination in pods and source in pods:
            node = pods[destination].node
            if node != pods[source].node:
                return node.address
        return self.address(destination)


@dataclass(frozen=True)
class Running(Known):
    """A lab, its plan, and its places."""

    site: Site

    def netlink(self, place: str) -> Netlink:
        """Return the network configuration of a place."""
        return self.site.netlink(place)

    def interface(self, name: str) -> str:
        """Return an interface's name; ``@overlay``, ``@bridge``, ``@POD`` (its end on the node)."""
        if not name.startswith("@"):
            return name
        found = {OVERLAY: self.carrier.device, BRIDGE: self.mode.pods.bridge}.get(name)
        if name not in (OVERLAY, BRIDGE):
            found = self.mode.pods.host_interface(self.cluster.pod(name[1:]))
        if found is None:
            raise LabError(f"mode {self.mode.name} has no {name[1:]} interface")
        return found

    def healthy_mtu(self, name: str) -> int:
        """Return the MTU that an interface has by the plan; names as for ``interface``."""
        if name == NIC:
            return NIC_MTU
        return int(getattr(self.carrier, "mtu", 0)) if name == OVERLAY else self.mode.pods.mtu

    def fill(self, text: str) -> str:
        """Return a text with the plan's values for ``{overlay}``, ``{bridge}``, ``{network}``…

        ``{pod-a}``, ``{node-1}``: addresses; ``{pod-a.dev}``: its end on the node;
        ``{node-1.pods}``: the node's pod subnet; ``{port}``: of the tunnel.
        """
        for word, value in self._words().items():
            text = text.replace("{" + word + "}", str(value))
        return text

    def _words(self) -> dict[str, object]:
        words: dict[str, object] = {
            "overlay": self.carrier.device,
            "bridge": self.mode.pods.bridge,
            "network": self.cluster.network,
            "port": getattr(self.carrier, "port", None),
        }
        for node in self.cluster.nodes:
            words |= {node.name: node.address, f"{node.name}.pods": node.pod_subnet}
        for pod in self.cluster.pods:
            words |= {pod.name: pod.address, f"{pod.name}.dev": self.mode.pods.host_interface(pod)}
        return words

    def reconnect(self, node: Node) -> None:
        """Let a node reach all others again, after its overlay device was made anew."""
        for peer in self.cluster.peers(node):
            self.carrier.connect(self.site, self.cluster, node, peer)

    def subnet(self, node: str) -> IPv4Network:
        """Return the pods' subnet of a node."""
        return self.cluster.node(node).pod_subnet
