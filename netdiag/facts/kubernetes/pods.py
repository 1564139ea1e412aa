"""Pods, with the further interfaces that multus notes in an annotation.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
https://github.com/k8snetworkplumbingwg/multi-net-spec
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct, field

from netdiag.facts.kubernetes.objects import Metadata
from netdiag.facts.parsed import Parsed
from netdiag.facts.values import addresses_of, list_of, mapping_of, text_of
from netdiag.model.facts.cluster import Pod

Attachment = tuple[str, str | None, tuple[str, ...]]

_STATUS: Final = "k8s.v1.cni.cncf.io/network-status"
_OLD_STATUS: Final = "k8s.v1.cni.cncf.io/networks-status"


class _Annotations(Struct, gc=False):
    status: str | None = field(default=None, name=_STATUS)
    old_status: str | None = field(default=None, name=_OLD_STATUS)


class _Metadata(Metadata):
    uid: str | None = None
    labels: dict[str, str] | None = None
    annotations: _Annotations | None = None


class _Container(Struct, gc=False):
    name: str


class _Spec(Struct, rename="camel", gc=False):
    node_name: str | None = None
    host_network: bool | None = None
    containers: list[_Container] | None = None


class _Address(Struct, gc=False):
    ip: str | None = None


class _Status(Struct, gc=False):
    phase: str | None = None
    first: str | None = field(default=None, name="podIP")
    all: list[_Address] | None = field(default=None, name="podIPs")


class PodObject(Struct, gc=False):
    """What is read of a Pod."""

    metadata: _Metadata
    spec: _Spec | None = None
    status: _Status | None = None


def read_pod(pod: PodObject, document: str) -> Parsed[Pod]:
    """Return a pod."""
    metadata = pod.metadata
    spec, status = pod.spec or _Spec(), pod.status or _Status()
    source = metadata.source(document)
    networks, problems = _networks(metadata.annotations, source.key)
    found = Pod(
        namespace=metadata.namespace or "default",
        name=metadata.name,
        node=spec.node_name or None,
        addresses=addresses_of((status.first, *(one.ip for one in status.all or ()))),
        host_network=spec.host_network or False,
        phase=status.phase or "",
        containers=tuple(container.name for container in spec.containers or ()),
        labels=metadata.labels or {},
        source=source,
        uid=metadata.uid,
        attachments=tuple(_attachment(network) for network in networks),
        pci_attachments=tuple(_interface(network) for network in networks if _is_pci(network)),
    )
    return Parsed((found,), problems)


def _networks(
    annotations: _Annotations | None, key: str
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return the entries of the annotation, and what is wrong with it."""
    written = (annotations.status or annotations.old_status) if annotations else None
    if not written:
        return [], ()
    try:
        entries = list_of(msgspec.json.decode(written))
    except (ValueError, RecursionError):
        return [], (f"the network-status of {key} is not understood",)
    return [entry for entry in entries if mapping_of(entry)], ()


def _attachment(network: dict[str, Any]) -> Attachment:
    interface = text_of(network.get("interface"))
    return text_of(network.get("name")) or "", interface, addresses_of(list_of(network.get("ips")))


def _interface(network: dict[str, Any]) -> str:
    return text_of(network.get("interface")) or text_of(network.get("name")) or ""


def _is_pci(network: dict[str, Any]) -> bool:
    return mapping_of(network.get("device-info")).get("type") == "pci"
