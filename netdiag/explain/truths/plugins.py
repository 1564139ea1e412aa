"""Which network plugin gives a node's pods their network, by configuration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.model.facts.configuration import CniNetwork, CniPlugin, Configuration
from netdiag.model.facts.source import Source

CHAINED = ("portmap", "bandwidth", "tuning", "firewall", "sbr", "loopback", "vrf", "dummy")
"""Plugins that only add to what the one before them made."""

_TYPES = {
    "flannel": "flannel",
    "calico": "calico",
    "calico-ipam": "calico",
    "cilium-cni": "cilium",
    "weave-net": "weave",
    "aws-cni": "aws-vpc",
    "azure-vnet": "azure-vnet",
    "antrea": "antrea",
    "kube-ovn": "kube-ovn",
    "ovn-k8s-cni-overlay": "ovn-kubernetes",
}


class Plugin(NamedTuple):
    """The plugin, and who says so."""

    family: str
    """flannel, calico, canal, cilium, kube-router, kubenet, docker, macvlan, bridge, ptp, …"""
    source: Source
    text: str
    node: str
    """Whose documents were asked."""


def find_plugin(node: ClusterNode, cluster: Configuration) -> Plugin | None:
    """Return a node's plugin; ``cluster`` is what Kubernetes' objects configure. None = unknown."""
    own = node.configuration
    for network in (*own.cni[:1], *(() if own.cni else cluster.cni[:1])):
        main = main_plugin(network)
        if main is not None:
            found = _of_cni(node, network, main, cluster)
            return Plugin(found, network.source, f'"type": "{main.type}"', node.name)
    return next(_without_cni(node.name, own, cluster), None)


def main_plugin(network: CniNetwork) -> CniPlugin | None:
    """Return the plugin that makes a pod's interface; that which multus calls first."""
    for plugin in network.plugins:
        if plugin.type in CHAINED:
            continue
        if plugin.type in ("multus", "multus-shim") and plugin.delegates:
            return next((d for d in plugin.delegates if d.type not in CHAINED), plugin)
        return plugin
    return None


def _of_cni(node: ClusterNode, network: CniNetwork, main: CniPlugin, cluster: Configuration) -> str:
    own = node.configuration
    if main.type == "calico":
        host_local = main.uses_pod_cidr or main.ipam == "host-local"
        has_flannel = bool(
            own.flannel or own.flannel_subnets or cluster.flannel or cluster.is_canal
        )
        return "canal" if has_flannel and (host_local or cluster.is_canal) else "calico"
    if main.type == "bridge":
        if main.bridge == "kube-bridge" or own.kube_router or cluster.kube_router:
            return "kube-router"
        if main.bridge == "cbr0" and any(k.network_plugin == "kubenet" for k in own.kubelet):
            return "kubenet"
    if main.type == "ptp" and network.name == "kindnet":
        return "kindnet"
    return _TYPES.get(main.type, main.type)


def _without_cni(node: str, own: Configuration, cluster: Configuration) -> Iterator[Plugin]:
    """Yield what else tells of the plugin, the surest first."""
    for kubelet in own.kubelet:
        if kubelet.network_plugin == "kubenet":
            yield Plugin("kubenet", kubelet.source, "--network-plugin=kubenet", node)
    for router in (*own.kube_router, *cluster.kube_router):
        yield Plugin("kube-router", router.source, "kube-router", node)
    flannel = [told.source for told in (*cluster.flannel, *own.flannel)]
    flannel += [told.source for told in own.flannel_subnets]
    pools = (*cluster.ip_pools, *own.ip_pools)
    if flannel and cluster.is_canal:
        yield Plugin("canal", flannel[0], "canal-config", node)
    if flannel and not pools:
        yield Plugin("flannel", flannel[0], "flannel's configuration", node)
    if pools and not flannel:
        yield Plugin("calico", pools[0].source, f"IPPool {pools[0].name}", node)
    for cilium in (*cluster.cilium, *own.cilium):
        yield Plugin("cilium", cilium.source, "cilium-config", node)
    if not flannel and not pools:
        for docker in own.docker:
            yield Plugin("docker", docker.source, "dockerd", node)
