"""One node looked at: its probe pod, its pods, and where their network namespaces are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final

from netdiag.sources.inventory.places import Address, LackingError, PlacedNode, PlacedPod
from netdiag.sources.kubernetes.configuration import ConfigurationReading
from netdiag.sources.kubernetes.images import placed_nodes
from netdiag.sources.kubernetes.inventory import Cluster, placed_pod
from netdiag.sources.kubernetes.kubectl import Object, Request, pods_path
from netdiag.sources.kubernetes.objects import ClusterNode, ClusterPod, read_pod
from netdiag.sources.kubernetes.probe_pool import ProbePool
from netdiag.sources.kubernetes.refusals import Kind, KubectlError
from netdiag.sources.live.documents import Question

MOST_PODS: Final = 300
"""Of a node; the kubelet's own bound is 110, where nobody has changed it."""
_NAME: Final = re.compile(r"[a-z0-9-]{1,63}/[a-z0-9.-]{1,253}")


@dataclass(frozen=True)
class LookedAt:
    """What is there."""

    node: PlacedNode
    pods: tuple[PlacedPod, ...]
    objects: tuple[Object, ...]
    """Its pods, as the cluster tells of them."""
    documents: Mapping[str, bytes]
    """What configures the cluster's network now."""
    problems: tuple[str, ...]


def look_at(cluster: Cluster, node: ClusterNode, pool: ProbePool) -> LookedAt:
    """Have a probe pod on a node, and find what pods it has.

    Raises InventoryError or LackingError: what is wrong, or missing.
    """
    reading = ConfigurationReading(cluster.kubectl)
    listing = _ask_for_pods(cluster, node.name, None)
    try:
        reading.begin()
        probe = {node.name: pool.probe(node.name)}
        (placed,), lacks = placed_nodes(cluster.kubectl, (node,), probe)
        objects, problem = _pods(cluster, node.name, listing)
        told = {} if placed.is_without_python else _ask_places(placed)
        found = (*_named(told, node.name), *_placed(objects, told))
        pods = {pod.netns: pod for pod in found}
        documents = reading.documents()
        problems = (*lacks, *reading.problems, *((problem,) if problem else ()))
        return LookedAt(placed, tuple(pods.values()), tuple(objects), documents, problems)
    finally:
        reading.give_up()
        listing.give_up()


def _ask_for_pods(cluster: Cluster, node: str, namespace: str | None) -> Request:
    where = f"spec.nodeName={node}"
    return cluster.kubectl.get(pods_path(namespace), fieldSelector=where, limit=MOST_PODS)


def _pods(cluster: Cluster, node: str, listing: Request) -> tuple[list[Object], str]:
    """Return the pods of a node, those of one namespace if others may not be listed; and why."""
    try:
        return listing.items(), ""
    except KubectlError as error:
        if error.kind is not Kind.FORBIDDEN:
            return [], f"the pods of {node} are not known: {error}"
    try:
        return _ask_for_pods(cluster, node, cluster.namespace).items(), ""
    except KubectlError as error:
        return [], f"the pods of {node} are not known: {error}"


def _placed(objects: Sequence[Object], told: Mapping[str, Any]) -> Iterator[PlacedPod]:
    """Yield pods that run and whose namespaces are found: others do no harm."""
    for pod in map(read_pod, objects):
        if pod.phase == "Running" and not pod.is_on_host_network and pod.addresses:
            found = _by_namespaces(pod, told) if told else placed_pod(pod)
            if found is not None:
                yield found


def _named(told: Mapping[str, Any], node: str) -> Iterator[PlacedPod]:
    """Yield pods by what the node itself calls them: those that may not be listed, too."""
    listed = told.get("pods")
    for each in listed if isinstance(listed, list) else ():
        name, process = (each.get("name"), each.get("pid")) if isinstance(each, dict) else ("", 0)
        if isinstance(name, str) and _NAME.fullmatch(name) and isinstance(process, int):
            yield PlacedPod(name, node, tuple(_addresses(each.get("addresses"))), str(process))


def _addresses(listed: Any) -> Iterator[Address]:
    for each in listed if isinstance(listed, list) else ():
        try:
            yield ip_address(str(each).partition("/")[0])
        except ValueError:
            continue


def _ask_places(node: PlacedNode) -> Mapping[str, Any]:
    """Return which network namespaces a node has. Raises LackingError: a probe does not run."""
    from netdiag.sources.zipapp import probe_archive

    answer, why = Question(node, ["--places"], probe_archive()).answer()
    if answer is None:
        raise LackingError(f"{node.name}: its probe pod does not work: {why}")
    return answer


def _by_namespaces(pod: ClusterPod, told: Mapping[str, Any]) -> PlacedPod | None:
    """Return where a pod's network namespace is; None: it is not found."""
    listed = told.get("pods")
    spaces = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    addresses = {str(address) for address in pod.addresses}
    for is_its in (
        lambda space: space.get("uid") == pod.uid,
        lambda space: not set(_strings(space.get("containers"))).isdisjoint(pod.containers),
        lambda space: any(
            each.partition("/")[0] in addresses for each in _strings(space.get("addresses"))
        ),
    ):
        for space in spaces:
            if is_its(space) and isinstance(space.get("pid"), int):
                also = tuple(each for each in (pod.uid,) if each)
                netns = str(space["pid"])
                return PlacedPod(pod.full_name, str(pod.node), pod.addresses, netns, also)
    return None


def _strings(told: Any) -> list[str]:
    return [each for each in told if isinstance(each, str)] if isinstance(told, list) else []
