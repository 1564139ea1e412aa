"""Pieces from many documents become one cluster, or the configuration of one node."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from netdiag.model.facts.cluster import (
    Cluster,
    DaemonSet,
    EndpointSlice,
    IpamBlock,
    NetworkPolicy,
    Node,
    Pod,
    Service,
    TracedPod,
)
from netdiag.model.facts.configuration import (
    CiliumSettings,
    CniNetwork,
    Configuration,
    DockerSettings,
    FelixSettings,
    FlanneldSettings,
    FlannelLease,
    FlannelNetwork,
    FlannelSubnet,
    IpPool,
    KubeletSettings,
    KubeProxySettings,
    KubeRouterSettings,
)

_OF_CLUSTER: Final[Mapping[type, str]] = {
    Pod: "pods",
    Node: "nodes",
    Service: "services",
    EndpointSlice: "endpoint_slices",
    NetworkPolicy: "network_policies",
    DaemonSet: "daemon_sets",
    IpamBlock: "ipam_blocks",
    TracedPod: "traced_pods",
}
CLUSTER_TYPES: Final = (Cluster, *_OF_CLUSTER)
"""Types of what is told of a cluster, whoever's document tells it."""

_OF_CONFIGURATION: Final[Mapping[type, str]] = {
    CniNetwork: "cni",
    FlannelNetwork: "flannel",
    FlannelSubnet: "flannel_subnets",
    FlannelLease: "flannel_leases",
    IpPool: "ip_pools",
    FelixSettings: "felix",
    CiliumSettings: "cilium",
    KubeRouterSettings: "kube_router",
    DockerSettings: "docker",
    KubeletSettings: "kubelet",
    FlanneldSettings: "flanneld",
    KubeProxySettings: "kube_proxy",
}


def gather_cluster(pieces: Iterable[object]) -> Cluster:
    """Return all that documents tell of a cluster; of an object told twice, what came first.

    Pieces of no known type are left out. A ``Cluster`` among them tells what there is none of.
    """
    pieces = list(pieces)
    told: dict[str, dict[Hashable, Any]] = {}
    for piece in pieces:
        if isinstance(piece, Cluster):
            for name in _OF_CLUSTER.values():
                _keep(told, name, getattr(piece, name))
        elif field := _OF_CLUSTER.get(type(piece)):
            _keep(told, field, (piece,))
    found = {name: tuple(objects.values()) for name, objects in told.items()}
    if "pods" in found:
        found["pods"] = _with_host_network(found["pods"], found.get("nodes", ()))
    return replace(Cluster(configuration=gather_configuration(pieces)), **found)


def gather_configuration(pieces: Iterable[object]) -> Configuration:
    """Return all that configures a network, in the order of the pieces, each once.

    A ``Configuration`` among them, or in a ``Cluster`` among them, gives all that it holds.
    """
    told: dict[str, dict[Any, None]] = {}
    is_canal = False
    calico_mtu: int | None = None
    for piece in pieces:
        if isinstance(piece, Cluster):
            piece = piece.configuration
        if isinstance(piece, Configuration):
            is_canal = is_canal or piece.is_canal
            calico_mtu = calico_mtu if calico_mtu is not None else piece.calico_mtu
            for name in (*_OF_CONFIGURATION.values(), "cluster_cidrs"):
                told.setdefault(name, {}).update(dict.fromkeys(getattr(piece, name)))
        elif field := _OF_CONFIGURATION.get(type(piece)):
            told.setdefault(field, {})[piece] = None
    found = {name: tuple(settings) for name, settings in told.items()}
    return replace(Configuration(is_canal=is_canal, calico_mtu=calico_mtu), **found)


def _keep(told: dict[str, dict[Hashable, Any]], name: str, objects: tuple[Any, ...] | None) -> None:
    if objects is not None:
        kept = told.setdefault(name, {})
        for one in objects:
            kept.setdefault(_identity(one, len(kept)), one)


def _identity(one: Any, position: int) -> Hashable:
    """Return what tells an object from others of its type."""
    match one:
        case Pod() | Service():
            return one.namespace, one.name
        case Node():
            return one.name
        case IpamBlock():
            return one.cidr, one.node
        case _:
            return position  # policies and slices share their names with others


def _with_host_network(pods: tuple[Pod, ...], nodes: tuple[Node, ...]) -> tuple[Pod, ...]:
    """Return the pods; those that have their node's address use its network.

    Tables of kubectl do not tell it.
    """
    of_node = {node.name: node.internal_ips for node in nodes}
    return tuple(
        replace(pod, host_network=True)
        if not pod.host_network and set(pod.addresses).intersection(of_node.get(pod.node or "", ()))
        else pod
        for pod in pods
    )
