"""The subnets that nodes have for their pods, by whoever tells most surely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdiag.model.facts.source import Source, place_in
from netdiag.model.prefixes import Prefix, parse_prefix

if TYPE_CHECKING:
    from netdiag.explain.truths.cluster_nodes import ClusterNode

BLOCK_PROTOCOLS = ("bird", "80", "12", "ospf", "bgp")
"""Who makes Calico's blackhole routes for a node's own blocks: bird, and felix (80)."""

SHORTEST_BLOCKS = {4: 20, 6: 116}
"""Calico's blocks are no larger; what is, is a network of services that it advertises."""

CLAIMING_BRIDGES = ("cni0", "cbr0", "kube-bridge")
"""Bridges of CNI plugins that give each node a subnet of its own."""

LOCAL_NETWORKS = ("169.254.0.0/16", "fe80::/10", "127.0.0.0/8", "::1/128")

WITHOUT_SUBNETS = ("macvlan", "ipvlan", "sriov", "host-device")


@dataclass(frozen=True)
class Claim:
    """A subnet that a node has for its pods, and who says so."""

    subnet: Prefix
    source: Source
    text: str


def is_local(address: Prefix) -> bool:
    """Return True for an address, or a prefix, that has no meaning beyond its link or host."""
    networks = (parse_prefix(text) for text in LOCAL_NETWORKS)
    return any(network is not None and network.covers(address) for network in networks)


def claims_of(node: ClusterNode) -> tuple[Claim, ...]:
    """Return the subnets of a node's pods; empty if nobody tells."""
    for find in (_by_blocks, _by_subnet_env, _by_bridge, _by_object, _by_kubelet):
        found = tuple(find(node))
        if found:
            return found
    return ()


def claiming_bridges(node: ClusterNode) -> frozenset[str]:
    """Return the bridges whose address tells the node's pod subnet."""
    return node.cni_bridges.union(CLAIMING_BRIDGES)


def _by_blocks(node: ClusterNode) -> Iterator[Claim]:
    yield from node.blocks
    if node.blocks:
        return
    for route in node.host.routes or ():
        subnet = parse_prefix(route.destination)
        if route.type != "blackhole" or route.protocol not in BLOCK_PROTOCOLS or subnet is None:
            continue
        if subnet.length >= SHORTEST_BLOCKS[subnet.version] and subnet not in node.shared:
            text = f"blackhole {route.destination} proto {route.protocol}"
            yield Claim(subnet, place_in(route.document, route.position), text)


def _by_subnet_env(node: ClusterNode) -> Iterator[Claim]:
    for told in node.configuration.flannel_subnets:
        for text in (told.subnet, told.ipv6_subnet):
            subnet = parse_prefix(text)
            if subnet is not None:
                yield Claim(subnet, told.source, f"FLANNEL_SUBNET={text}")


def _by_bridge(node: ClusterNode) -> Iterator[Claim]:
    for address in node.host.addresses or ():
        is_pod_bridge = address.device in claiming_bridges(node)
        subnet = parse_prefix(f"{address.address}/{address.prefix_length}")
        if is_pod_bridge and subnet is not None and not subnet.is_host and not is_local(subnet):
            text = f"{address.device} {address.address}/{address.prefix_length}"
            yield Claim(subnet, place_in(address.document, address.position), text)


def _by_object(node: ClusterNode) -> Iterator[Claim]:
    if node.object is None or uses_calico_ipam(node):
        return
    for text in node.object.pod_cidrs:
        subnet = parse_prefix(text)
        if subnet is not None:
            yield Claim(subnet, node.object.source, f"podCIDR {text}")


def uses_calico_ipam(node: ClusterNode) -> bool:
    """Return True if pods get addresses from Calico's blocks and not from the node's podCIDR."""
    return any(
        plugin.ipam == "calico-ipam"
        for network in node.configuration.cni
        for plugin in network.plugins
    )


def _by_kubelet(node: ClusterNode) -> Iterator[Claim]:
    for kubelet in node.configuration.kubelet:
        subnet = parse_prefix(kubelet.pod_cidr)
        if subnet is not None:
            yield Claim(subnet, kubelet.source, f"--pod-cidr={kubelet.pod_cidr}")
    for network in node.configuration.cni[:1]:
        for plugin in network.plugins:
            if plugin.type in WITHOUT_SUBNETS:
                continue
            for text in plugin.subnets:
                subnet = parse_prefix(text)
                if subnet is not None:
                    yield Claim(subnet, network.source, f"subnet {text}")
