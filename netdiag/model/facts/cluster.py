"""Kubernetes objects, as far as they tell how pods are reached."""

from __future__ import annotations

from msgspec import Struct

from netdiag.model.facts.configuration import Configuration
from netdiag.model.facts.source import Source


class Pod(Struct, frozen=True):
    """A pod."""

    namespace: str
    name: str
    node: str | None
    addresses: tuple[str, ...]
    """All of its IP addresses; those of a hostNetwork pod are its node's."""
    host_network: bool
    phase: str
    """Pending, Running, Succeeded, Failed, Unknown, or empty."""
    containers: tuple[str, ...]
    labels: dict[str, str]
    source: Source
    uid: str | None = None
    attachments: tuple[tuple[str, str | None, tuple[str, ...]], ...] = ()
    """Of ``k8s.v1.cni.cncf.io/network-status``: network, interface, addresses."""
    pci_attachments: tuple[str, ...] = ()
    """Interfaces of those that are SR-IOV virtual functions (``device-info`` of type pci)."""

    @property
    def full_name(self) -> str:
        """Return ``namespace/name``."""
        return f"{self.namespace}/{self.name}"


class Node(Struct, frozen=True):
    """A node."""

    name: str
    internal_ips: tuple[str, ...]
    hostname: str | None
    pod_cidrs: tuple[str, ...]
    source: Source
    os: str | None = None
    flannel_backend: str | None = None
    """Annotation ``flannel.alpha.coreos.com/backend-type``: what the running flanneld does."""
    flannel_public_ip: str | None = None
    flannel_public_ip_overwrite: str | None = None
    flannel_vtep_mac: str | None = None
    flannel_vni: int | None = None
    calico_ipv4: str | None = None
    """``projectcalico.org/IPv4Address``: address/prefix that Calico found."""
    calico_ipip_address: str | None = None
    calico_vxlan_address: str | None = None
    calico_wireguard_address: str | None = None
    calico_as_number: str | None = None
    cilium_address: str | None = None
    labels: dict[str, str] = {}


class ServicePort(Struct, frozen=True):
    """A port of a service."""

    name: str | None
    protocol: str
    port: int
    target: str | None = None
    node_port: int | None = None


class Service(Struct, frozen=True):
    """A service."""

    namespace: str
    name: str
    type: str
    cluster_ips: tuple[str, ...]
    external_ips: tuple[str, ...]
    """External and load balancer addresses."""
    ports: tuple[ServicePort, ...]
    source: Source
    external_traffic_policy: str | None = None
    internal_traffic_policy: str | None = None
    selector: dict[str, str] = {}

    @property
    def full_name(self) -> str:
        """Return ``namespace/name``."""
        return f"{self.namespace}/{self.name}"


class EndpointSlice(Struct, frozen=True):
    """Where a service leads to; also of the older Endpoints."""

    namespace: str
    service: str | None
    addresses: tuple[tuple[str, str | None, str | None, bool], ...]
    """Address, node, pod, ready."""
    ports: tuple[tuple[str | None, str, int | None], ...]
    """Name, protocol, number."""
    source: Source


class NetworkPolicy(Struct, frozen=True):
    """A NetworkPolicy of Kubernetes or of Calico."""

    namespace: str | None
    name: str
    kind: str
    types: tuple[str, ...]
    """Ingress, Egress."""
    selector: dict[str, str] | str | None
    """``podSelector.matchLabels``, or Calico's selector expression, in whose words
    ``matchExpressions`` are given, too."""
    source: Source


class DaemonSet(Struct, frozen=True):
    """A DaemonSet: which network is installed, in which version."""

    namespace: str
    name: str
    images: tuple[str, ...]
    desired: int | None
    ready: int | None
    updated: int | None
    source: Source


class IpamBlock(Struct, frozen=True):
    """A block of addresses that Calico gave a node (IPAMBlock, BlockAffinity)."""

    cidr: str
    node: str
    source: Source


class TracedPod(Struct, frozen=True):
    """A pod as a trace's inventory called it: ``web``, or ``shop/web``."""

    name: str


class Cluster(Struct, frozen=True):
    """All that was told; None = no document told of it, () = there are none."""

    pods: tuple[Pod, ...] | None = None
    nodes: tuple[Node, ...] | None = None
    services: tuple[Service, ...] | None = None
    endpoint_slices: tuple[EndpointSlice, ...] | None = None
    network_policies: tuple[NetworkPolicy, ...] | None = None
    daemon_sets: tuple[DaemonSet, ...] | None = None
    ipam_blocks: tuple[IpamBlock, ...] | None = None
    traced_pods: tuple[TracedPod, ...] | None = None
    configuration: Configuration = Configuration()
