"""Kubernetes objects of any kind and in any container become facts of the cluster.

What ``kubectl get … -A -o json`` or ``-o yaml`` prints; each object tells its own kind, so one
file may hold several.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from netdiag.facts.configuration.calico import read_felix, read_ip_pool
from netdiag.facts.kubernetes.config import ConfigMapObject, read_config_map
from netdiag.facts.kubernetes.daemon_sets import DaemonSetObject, read_daemon_set
from netdiag.facts.kubernetes.ipam import (
    AffinityObject,
    BlockObject,
    read_affinity,
    read_block,
)
from netdiag.facts.kubernetes.nodes import NodeObject, read_node
from netdiag.facts.kubernetes.objects import (
    KubernetesObject,
    limit_problems,
    name_bad,
    read_objects,
)
from netdiag.facts.kubernetes.pods import PodObject, read_pod
from netdiag.facts.kubernetes.policies import (
    PolicyObject,
    read_calico_policy,
    read_network_policy,
)
from netdiag.facts.kubernetes.services import (
    EndpointsObject,
    ServiceObject,
    SliceObject,
    read_endpoint_slice,
    read_endpoints,
    read_service,
)
from netdiag.facts.parsed import Parsed
from netdiag.model.facts.cluster import Cluster


class _Kind(NamedTuple):
    """How objects of a kind are read."""

    decoder: msgspec.json.Decoder[Any]
    read: Callable[[Any, str], Parsed[Any]]
    field: str = ""
    """Of ``Cluster``, where an empty list tells that there are none."""


def _kind(shape: Any, read: Callable[[Any, str], Parsed[Any]], field: str = "") -> _Kind:
    return _Kind(msgspec.json.Decoder(shape), read, field)


_CALICO: Final = "projectcalico.org"
_GROUPS: Final = frozenset({"", "apps", "extensions", "networking.k8s.io", "discovery.k8s.io"})
"""Of the core's kinds; others have a Service, too."""
_CORE: Final[Mapping[str, _Kind]] = {
    "pod": _kind(PodObject, read_pod, "pods"),
    "node": _kind(NodeObject, read_node, "nodes"),
    "service": _kind(ServiceObject, read_service, "services"),
    "endpointslice": _kind(SliceObject, read_endpoint_slice, "endpoint_slices"),
    "endpoints": _kind(EndpointsObject, read_endpoints, "endpoint_slices"),
    "networkpolicy": _kind(PolicyObject, read_network_policy, "network_policies"),
    "daemonset": _kind(DaemonSetObject, read_daemon_set, "daemon_sets"),
    "configmap": _kind(ConfigMapObject, read_config_map),
}
_OF_CALICO: Final[Mapping[str, _Kind]] = {
    "networkpolicy": _kind(PolicyObject, read_calico_policy),
    "globalnetworkpolicy": _kind(PolicyObject, read_calico_policy),
    "ipamblock": _kind(BlockObject, read_block, "ipam_blocks"),
    "blockaffinity": _kind(AffinityObject, read_affinity, "ipam_blocks"),
    "ippool": _kind(dict[str, Any], read_ip_pool),
    "felixconfiguration": _kind(dict[str, Any], read_felix),
}
_PLURALS: Final = {"networkpolicies": "networkpolicy", "blockaffinities": "blockaffinity"}


def parse_kubernetes(data: bytes, document: str) -> Parsed[Any]:
    """Return facts: of ``model.facts.cluster``, and ``…configuration`` for what configures it.

    An empty list gives a ``Cluster`` that says so, if its kind or the document's name tells of
    what. Objects of kinds that do not matter are left out.
    """
    objects = read_objects(data)
    items: list[Any] = []
    problems = list(objects.problems)
    bad: list[int] = []
    for position, one in enumerate(objects.found):
        kind = _kind_of(one)
        if kind is None:
            continue
        try:
            parsed = kind.read(kind.decoder.decode(one.json), document)
        except (ValueError, RecursionError):
            bad.append(position)
            continue
        items += parsed.items
        problems += parsed.problems
    items += [replace(Cluster(), **{name: ()}) for name in _told_empty(objects.empty, document)]
    return Parsed(tuple(items), limit_problems([*problems, *name_bad("object", bad)]))


def _kind_of(one: KubernetesObject) -> _Kind | None:
    name = one.kind.lower()
    if one.group.endswith(_CALICO):
        return _OF_CALICO.get(name)
    if one.group not in _GROUPS:
        return None
    return _CORE.get(name) or _OF_CALICO.get(name)


def _told_empty(kinds: list[str], document: str) -> list[str]:
    """Return the fields of a cluster that empty lists say are empty."""
    stem = document.rpartition("/")[2].partition(".")[0].lower().replace("_", "").replace("-", "")
    by_name = _PLURALS.get(stem) or (stem if stem in _CORE else stem.removesuffix("s"))
    fields: list[str] = []
    for kind in kinds:
        name = kind.lower().removesuffix("list") or by_name
        known = _CORE.get(name) or _OF_CALICO.get(name)
        if known and known.field and known.field not in fields:
            fields.append(known.field)
    return fields
