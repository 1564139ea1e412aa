"""The plan of a lab: its nodes, pods and addresses, before anything of it exists."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Final

MAX_NODES: Final = 20
NIC: Final = "ens33"
NIC_MTU: Final = 1500
UNDERLAY: Final = IPv4Network("10.1.10.0/24")
_FIRST_POD_NAMES: Final = ("pod-a", "pod-b")
"""Pods of the first node; every other node has one."""


@dataclass(frozen=True)
class Node:
    """A node of the cluster."""

    name: str
    number: int
    """From 1 on."""
    nic: IPv4Interface
    gateway: IPv4Address
    pod_subnet: IPv4Network
    """What its pods' addresses are from, as its network plugin has it."""

    @property
    def address(self) -> IPv4Address:
        """Return the address of its NIC."""
        return self.nic.ip

    @property
    def nic_mac(self) -> str:
        """Return the MAC address of its NIC."""
        return f"00:0c:29:11:22:{self.number + 8:02x}"

    @property
    def bridge(self) -> IPv4Interface:
        """Return the address of its bridge: the first of the pods' subnet."""
        return IPv4Interface((self.pod_subnet[1], self.pod_subnet.prefixlen))


@dataclass(frozen=True)
class Pod:
    """A pod of the namespace ``default``."""

    name: str
    node: Node
    address: IPv4Address

    def digest(self, length: int) -> str:
        """Return hex digits that belong to this pod, for the name of its interface."""
        return hashlib.sha1(f"default.{self.name}".encode()).hexdigest()[:length]


@dataclass(frozen=True)
class Cluster:
    """All that a lab consists of."""

    nodes: tuple[Node, ...]
    pods: tuple[Pod, ...]
    routed: bool
    """Each node in a subnet of its own, behind a router."""
    network: IPv4Network
    """What all pods' addresses are from."""

    def node(self, name: str) -> Node:
        """Return a node. Raises KeyError."""
        return {node.name: node for node in self.nodes}[name]

    def pod(self, name: str) -> Pod:
        """Return a pod. Raises KeyError."""
        return {pod.name: pod for pod in self.pods}[name]

    def pods_of(self, node: Node) -> tuple[Pod, ...]:
        """Return the pods of a node."""
        return tuple(pod for pod in self.pods if pod.node == node)

    def peers(self, node: Node) -> tuple[Node, ...]:
        """Return all other nodes."""
        return tuple(other for other in self.nodes if other != node)


@dataclass(frozen=True)
class Addressing:
    """Which addresses pods get."""

    network: IPv4Network
    subnet: Callable[[IPv4Network, Node], IPv4Network]
    """(network, node without subnet) -> the node's subnet."""
    first: int
    """Number of the first pod's address in its node's subnet."""
    shared: bool = False
    """All nodes' pods are numbered through one subnet."""


def subnet_per_node(network: str = "10.244.0.0/16") -> Addressing:
    """Return a /24 for each node: 10.244.1.0/24 for the first; .1 is the bridge, .2 a pod."""
    return Addressing(
        IPv4Network(network), lambda all_, node: _nth_subnet(all_, 24, node.number), first=2
    )


def block_per_node(network: str = "192.168.0.0/16") -> Addressing:
    """Return a /26 for each node, scattered as Calico's allocation does."""
    return Addressing(
        IPv4Network(network),
        lambda all_, node: _nth_subnet(all_, 26, 214 + 403 * node.number),
        first=1,
    )


def same_subnet_everywhere(network: str = "172.17.0.0/16") -> Addressing:
    """Return one subnet that every node has for itself, as docker's bridge."""
    return Addressing(IPv4Network(network), lambda all_, node: all_, first=2)


def of_the_underlay() -> Addressing:
    """Return the NIC's own subnet, from .101 on, for pods that are on it directly."""
    return Addressing(UNDERLAY, lambda all_, node: node.nic.network, first=101, shared=True)


def plan(addressing: Addressing, *, nodes: int, routed: bool) -> Cluster:
    """Return the plan of a cluster with so many nodes."""
    made = tuple(_node(number, addressing, routed) for number in range(1, nodes + 1))
    pods: list[Pod] = []
    for node in made:
        names = _FIRST_POD_NAMES if node.number == 1 else (_pod_name(node.number),)
        for at, name in enumerate(names):
            number = addressing.first + (len(pods) if addressing.shared else at)
            pods.append(Pod(name, node, node.pod_subnet[number]))
    return Cluster(made, tuple(pods), routed, addressing.network)


def _node(number: int, addressing: Addressing, routed: bool) -> Node:
    subnet = IPv4Network(f"10.1.{10 * number}.0/24") if routed else UNDERLAY
    nic = IPv4Interface((subnet[number + 8], subnet.prefixlen))
    bare = Node(f"node-{number}", number, nic, subnet[1], subnet)
    return Node(bare.name, number, nic, subnet[1], addressing.subnet(addressing.network, bare))


def _pod_name(node: int) -> str:
    return f"pod-{chr(ord('a') + node)}"


def _nth_subnet(network: IPv4Network, prefix: int, number: int) -> IPv4Network:
    count = 1 << (prefix - network.prefixlen)
    first = int(network.network_address) + (number % count) * (1 << (32 - prefix))
    return IPv4Network((first, prefix))
