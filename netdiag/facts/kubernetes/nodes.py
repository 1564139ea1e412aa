"""Nodes, with what flannel, Calico and Cilium note in their annotations.

https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct, field

from netdiag.facts.configuration.flannel import read_lease_data
from netdiag.facts.kubernetes.objects import Metadata
from netdiag.facts.parsed import Parsed
from netdiag.facts.values import address_of, addresses_of, interface_address_of, prefixes_of
from netdiag.model.facts.cluster import Node

_FLANNEL: Final = "flannel.alpha.coreos.com/"
_CALICO: Final = "projectcalico.org/"
_FLANNEL_KEYS: Final = ("backend-type", "backend-data", "public-ip", "public-ip-overwrite")
_CALICO_TUNNELS: Final = {
    "IPv4IPIPTunnelAddr": "calico_ipip_address",
    "IPv4VXLANTunnelAddr": "calico_vxlan_address",
    "IPv4WireguardInterfaceAddr": "calico_wireguard_address",
}
_CILIUM_HOST: Final = ("network.cilium.io/ipv4-cilium-host", "io.cilium.network.ipv4-cilium-host")
_OS: Final = ("kubernetes.io/os", "beta.kubernetes.io/os")


class _Metadata(Metadata):
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None


class _Spec(Struct, gc=False):
    first: str | None = field(default=None, name="podCIDR")
    all: list[str] | None = field(default=None, name="podCIDRs")


class _Address(Struct, gc=False):
    type: str | None = None
    address: str | None = None


class _Info(Struct, rename="camel", gc=False):
    operating_system: str | None = None


class _Status(Struct, rename="camel", gc=False):
    addresses: list[_Address] | None = None
    node_info: _Info | None = None


class NodeObject(Struct, gc=False):
    """What is read of a Node."""

    metadata: _Metadata
    spec: _Spec | None = None
    status: _Status | None = None


def read_node(node: NodeObject, document: str) -> Parsed[Node]:
    """Return a node."""
    metadata = node.metadata
    spec, status = node.spec or _Spec(), node.status or _Status()
    told = status.addresses or []
    noted, problems = _noted(metadata.annotations or {}, metadata.name)
    found = Node(
        name=metadata.name,
        internal_ips=addresses_of(one.address for one in told if one.type == "InternalIP"),
        hostname=next((one.address for one in told if one.type == "Hostname"), None),
        pod_cidrs=prefixes_of((spec.first, *(spec.all or ()))),
        source=metadata.source(document),
        os=_operating_system(status, metadata.labels or {}),
        labels=metadata.labels or {},
        **noted,
    )
    return Parsed((found,), problems)


def _operating_system(status: _Status, labels: dict[str, str]) -> str | None:
    told = status.node_info.operating_system if status.node_info else None
    return told or next((labels[name] for name in _OS if name in labels), None)


def _noted(annotations: dict[str, str], name: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what network plugins note, by field, and what is wrong with it."""
    flannel = {key: annotations.get(_FLANNEL + key) for key in _FLANNEL_KEYS}
    data, problems = _backend_data(flannel["backend-data"], name)
    mac, vni = read_lease_data(data)
    backend = flannel["backend-type"]
    fields: dict[str, Any] = {
        "flannel_backend": backend.lower() if backend else None,
        "flannel_public_ip": address_of(flannel["public-ip"]),
        "flannel_public_ip_overwrite": address_of(flannel["public-ip-overwrite"]),
        "flannel_vtep_mac": mac,
        "flannel_vni": vni,
        "calico_ipv4": interface_address_of(annotations.get(_CALICO + "IPv4Address")),
        "calico_as_number": annotations.get(_CALICO + "ASNumber"),
        "cilium_address": next(filter(None, map(annotations.get, _CILIUM_HOST)), None),
    }
    fields |= {
        field: address_of(annotations.get(_CALICO + key)) for key, field in _CALICO_TUNNELS.items()
    }
    return fields, problems


def _backend_data(written: str | None, name: str) -> tuple[object, tuple[str, ...]]:
    if not written:
        return None, ()
    try:
        return msgspec.json.decode(written), ()
    except (ValueError, RecursionError):
        return None, (f"flannel's backend-data of node {name} is not understood",)
