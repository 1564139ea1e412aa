"""ConfigMaps that configure the network; nothing else of them is kept.

kube-flannel-cfg, canal-config, calico-config, multus-cni-config, cilium-config, kube-proxy,
kubelet-config, kubeadm-config.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from msgspec import Struct

from netdiag.facts.configuration.cilium import read_cilium
from netdiag.facts.configuration.cni import parse_cni
from netdiag.facts.configuration.flannel import parse_net_conf
from netdiag.facts.configuration.kube_proxy import parse_kube_proxy
from netdiag.facts.configuration.kubelet import parse_kubelet_configuration
from netdiag.facts.documents import read_object
from netdiag.facts.kubernetes.objects import Metadata
from netdiag.facts.parsed import Parsed
from netdiag.facts.values import mapping_of, prefixes_in
from netdiag.model.facts.configuration import CniNetwork, Configuration

CILIUM: Final = "cilium-config"
CANAL: Final = "canal-config"

_PLACEHOLDER: Final = re.compile(rb"__[A-Z_]+__")


class ConfigMapObject(Struct, gc=False):
    """What is read of a ConfigMap."""

    metadata: Metadata
    data: dict[str, str] | None = None


class _Entry(NamedTuple):
    """A key of some ConfigMap's data, and what reads it."""

    key: str
    name: str
    """With which the ConfigMap's name begins."""
    parse: Callable[[bytes, str, str], Parsed[Any]]


def read_config_map(config_map: ConfigMapObject, document: str) -> Parsed[Any]:
    """Return what a ConfigMap says: each of a type of ``model.facts.configuration``.

    What has no type of its own, as the prefixes of the cluster, is a ``Configuration``.
    """
    name, data = config_map.metadata.name, config_map.data or {}
    source = config_map.metadata.source(document)
    items: list[Any] = []
    problems: list[str] = []
    if name == CANAL:
        items.append(Configuration(is_canal=True))
    if name == CILIUM and data:
        items.append(read_cilium(data, source))
    for entry in _ENTRIES:
        if entry.key in data and name.startswith(entry.name):
            place = f"{source.key} {entry.key}"
            parsed = entry.parse(data[entry.key].encode("utf-8", "replace"), document, place)
            items += parsed.items
            problems += [f"{place}: {problem}" for problem in parsed.problems]
    return Parsed(tuple(items), tuple(problems))


def _parse_template(data: bytes, document: str, key: str) -> Parsed[CniNetwork]:
    """Return a network; a template with placeholders that are no JSON is none."""
    parsed = parse_cni(data, document, key)
    if parsed.problems and _PLACEHOLDER.search(data):
        return Parsed(parsed.items)
    return parsed


def _parse_kube_proxy(data: bytes, document: str, key: str) -> Parsed[Any]:
    """Return kube-proxy's settings, and the prefixes of the cluster that they name."""
    parsed = parse_kube_proxy(data, document, key)
    named = prefixes_in(parsed.items[0].cluster_cidr) if parsed.items else ()
    return Parsed((*parsed.items, *_cluster(named)), parsed.problems)


def _parse_kubeadm(data: bytes, document: str, key: str) -> Parsed[Configuration]:
    """Return the prefixes of the cluster.

    https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta3/
    """
    found, problems = read_object(data)
    networking = mapping_of((found or {}).get("networking"))
    return Parsed(_cluster(prefixes_in(networking.get("podSubnet"))), problems)


def _cluster(cidrs: tuple[str, ...]) -> tuple[Configuration, ...]:
    return (Configuration(cluster_cidrs=cidrs),) if cidrs else ()


_ENTRIES: Final = (
    _Entry("net-conf.json", "", parse_net_conf),
    _Entry("cni-conf.json", "", _parse_template),
    _Entry("cni_network_config", "", _parse_template),
    _Entry("config.conf", "kube-proxy", _parse_kube_proxy),
    _Entry("kubelet", "kubelet-config", parse_kubelet_configuration),
    _Entry("ClusterConfiguration", "kubeadm-config", _parse_kubeadm),
    _Entry("MasterConfiguration", "kubeadm-config", _parse_kubeadm),
)
