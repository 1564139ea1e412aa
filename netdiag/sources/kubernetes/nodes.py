"""The nodes that pods are on, as the cluster tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from netdiag.sources.inventory.places import Address, InventoryError
from netdiag.sources.kubernetes.ends import ClusterEnd
from netdiag.sources.kubernetes.kubectl import Kubectl, Object, as_unreachable, node_path
from netdiag.sources.kubernetes.objects import ClusterNode, read_node
from netdiag.sources.kubernetes.refusals import Kind, KubectlError

WINDOWS: Final = "windows"


@dataclass(frozen=True)
class NodesFound:
    """Nodes, and what the cluster says of them."""

    nodes: tuple[ClusterNode, ...]
    objects: tuple[Object, ...] = ()
    not_asked: tuple[str, ...] = ()
    """The names of those whose objects are still to be asked for."""
    problems: tuple[str, ...] = ()


def nodes_told(ends: Sequence[ClusterEnd], names: Sequence[str]) -> NodesFound:
    """Return nodes that probes run on already, without asking: pods tell their addresses."""
    known = {end.node: end.node_told for end in ends if end.node_told is not None}
    nodes = tuple(
        replace(read_node(known[name]), name=name)
        if name in known
        else ClusterNode(name, _addresses_by_pods(ends, name), "", True)
        for name in names
    )
    not_asked = tuple(name for name in names if name not in known)
    return NodesFound(nodes, tuple(known.values()), not_asked)


def find_nodes(kubectl: Kubectl, ends: Sequence[ClusterEnd], names: Sequence[str]) -> NodesFound:
    """Ask for nodes, side by side. Raises InventoryError or LackingError: one is of no use."""
    known = {end.node: end.node_told for end in ends if end.node_told is not None}
    requests = {name: kubectl.get(node_path(name)) for name in names if name not in known}
    nodes: list[ClusterNode] = []
    objects: list[Object] = []
    problems: list[str] = []
    try:
        for name in names:
            try:
                told = known.get(name) or requests[name].object()
                objects.append(told)
                nodes.append(replace(read_node(told), name=name))
            except KubectlError as error:
                if error.kind is Kind.NOT_FOUND:
                    raise InventoryError(f"the cluster has no node {name} any more") from None
                if error.kind is not Kind.FORBIDDEN:
                    raise
                nodes.append(ClusterNode(name, _addresses_by_pods(ends, name), "", True))
                problems.append(f"what the cluster says of {name} is missing: {error}")
    except KubectlError as error:
        raise as_unreachable(error) from None
    finally:
        for request in requests.values():
            request.give_up()
    return NodesFound(tuple(nodes), tuple(objects), (), (*problems, *_check(nodes)))


def _check(nodes: Sequence[ClusterNode]) -> list[str]:
    """Return what is wrong with nodes. Raises InventoryError: no probe runs on one of them."""
    for node in nodes:
        if node.system.lower() == WINDOWS:
            raise InventoryError(f"the node {node.name} runs Windows: netdiag works on Linux only")
        if node.is_lost:
            raise InventoryError(
                f"the kubelet of {node.name} tells the cluster nothing any more, so no probe can be"
                " started there: look after that node first"
            )
    return [f"the node {node.name} is not ready, the cluster says"
            for node in nodes if not node.is_ready]  # fmt: skip


def _addresses_by_pods(ends: Sequence[ClusterEnd], node: str) -> tuple[Address, ...]:
    told = [each for end in ends if end.pod and end.node == node for each in end.pod.host_addresses]
    return tuple(dict.fromkeys(told))
