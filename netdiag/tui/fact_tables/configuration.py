"""What network plugins, kubelet and docker are told to do: a row per document or object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from netdiag.model.facts.configuration import CniNetwork, CniPlugin, Configuration
from netdiag.model.facts.source import Source
from netdiag.tui.fact_tables.table import FactTable, joined

KINDS = {
    "flannel": "flannel network",
    "flannel_subnets": "flannel subnet",
    "flannel_leases": "flannel lease",
    "ip_pools": "Calico IP pool",
    "felix": "Calico Felix",
    "cilium": "Cilium",
    "kube_router": "kube-router",
    "docker": "docker",
    "kubelet": "kubelet",
    "flanneld": "flanneld",
    "kube_proxy": "kube-proxy",
}
"""Fields of ``Configuration`` that are settings by name."""


@dataclass(frozen=True)
class _Item:
    kind: str
    words: str
    source: Source | None


def configuration_table(configuration: Configuration) -> FactTable:
    """Return what is configured; what is not given is left out."""
    items = [*_networks(configuration.cni), *_settings(configuration)]
    if configuration.cluster_cidrs:
        items.append(_Item("cluster pods", " ".join(configuration.cluster_cidrs), None))
    return FactTable("Configuration", ("of", "settings"), items, _cells, _source)


def _networks(networks: tuple[CniNetwork, ...]) -> Iterator[_Item]:
    for network in networks:
        for plugin in network.plugins:
            yield _Item(f"CNI {network.name}", _plugin(plugin), network.source)


def _plugin(plugin: CniPlugin) -> str:
    delegates = [f"delegates to ({_plugin(each)})" for each in plugin.delegates]
    return joined([plugin.type, _given(plugin, {"type", "delegates"}), *delegates])


def _settings(configuration: Configuration) -> Iterator[_Item]:
    for field, kind in KINDS.items():
        for item in getattr(configuration, field):
            yield _Item(kind, _given(item, {"source"}), item.source)


def _given(item: msgspec.Struct, left_out: set[str]) -> str:
    """Return ``name=value`` of all that is not what it is without being given."""
    return joined(
        f"{field.name}={_value(getattr(item, field.name))}"
        for field in msgspec.structs.fields(item)
        if field.name not in left_out and getattr(item, field.name) not in (None, (), False, "")
    )


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"  # as documents have it
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _cells(item: _Item) -> tuple[str, ...]:
    return item.kind, item.words


def _source(item: _Item) -> Source | None:
    return item.source
