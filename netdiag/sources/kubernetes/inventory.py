"""A cluster as an inventory: two ends, their nodes, and a probe pod on each of these."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from netdiag.sources.inventory.places import (
    Inventory,
    InventoryError,
    LackingError,
    PlacedNode,
    PlacedPod,
)
from netdiag.sources.kubernetes.configuration import ConfigurationReading
from netdiag.sources.kubernetes.ends import ClusterEnd, find_ends
from netdiag.sources.kubernetes.kubectl import Kubectl, Object, as_unreachable, node_path
from netdiag.sources.kubernetes.manifests import CONTAINER, PYTHON, ProbeWanted
from netdiag.sources.kubernetes.objects import ClusterNode, ClusterPod, read_node
from netdiag.sources.kubernetes.probe_pods import (
    ProbePod,
    daemon_pods,
    manifests,
    temporary_pods,
)
from netdiag.sources.kubernetes.refusals import Kind, KubectlError
from netdiag.sources.live.documents import Question

WINDOWS: Final = "windows"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Cluster:
    """Which cluster, and how it is worked in."""

    kubectl: Kubectl
    context: str | None
    namespace: str
    """Of pods that are typed without one."""
    probe: ProbeWanted
    tell: Tell
    """Gets a sentence for each step."""
    warn: Tell
    """Gets one if something is to be known."""

    @property
    def probe_namespace(self) -> str:
        """Return where temporary pods are made."""
        return self.probe.namespace or self.namespace


@dataclass(frozen=True)
class ClusterPlaces:
    """An inventory, and the two ends as they are to be typed for it."""

    inventory: Inventory
    source: str
    destination: str


@dataclass(frozen=True)
class _Found:
    """Ends, and the nodes that they are on."""

    ends: tuple[ClusterEnd, ...]
    nodes: tuple[ClusterNode, ...]
    objects: tuple[Object, ...]
    standing: Mapping[str, ProbePod]
    """Probe pods of a DaemonSet, by node."""
    problems: tuple[str, ...]

    @property
    def pods(self) -> tuple[ClusterPod, ...]:
        """Return those that have a network of their own, each once."""
        pods = [end.pod for end in self.ends if end.pod and not end.pod.is_on_host_network]
        return tuple({pod.full_name: pod for pod in pods}.values())


Probes = Callable[[Sequence[str]], contextlib.AbstractContextManager[Mapping[str, ProbePod]]]
"""Has a probe pod on each of some nodes while the block lasts. Raises LackingError."""


@contextlib.contextmanager
def open_cluster(
    cluster: Cluster, source: str, destination: str, probes_on: Probes | None = None
) -> Iterator[ClusterPlaces]:
    """Find both ends, have a probe pod on each of their nodes, and remove these in the end.

    ``probes_on``: has those pods, where the DaemonSet has none. Raises InventoryError or
    LackingError: what is wrong, or missing.
    """
    reading = ConfigurationReading(cluster.kubectl)
    try:
        found = _find(cluster, source, destination)
        reading.ask_for_policies(pod.namespace for pod in found.pods)
        reading.add("nodes", "Node", found.objects)
        reading.add("pods", "Pod", [end.told for end in found.ends if end.told is not None])
        with _probe_pods(cluster, found, probes_on) as probes:
            nodes = tuple(
                placed_node(cluster.kubectl, node, probes[node.name]) for node in found.nodes
            )
            pods = _placed_pods(found.pods, nodes)
            documents = reading.documents()
            name = f"the cluster {cluster.context!r}" if cluster.context else "the cluster"
            problems = (*found.problems, *reading.problems)
            inventory = Inventory(name, nodes, pods, problems, documents)
            yield ClusterPlaces(inventory, *(end.typed for end in found.ends))
    finally:
        reading.give_up()


def planned_pods(cluster: Cluster, source: str, destination: str) -> list[Object]:
    """Return the pods that would be made; none if those of a DaemonSet are there."""
    found = _find(cluster, source, destination)
    if found.standing:
        return []
    nodes = [node.name for node in found.nodes]
    return manifests(nodes, cluster.probe_namespace, cluster.probe)


def _find(cluster: Cluster, source: str, destination: str) -> _Found:
    ends = find_ends(cluster.kubectl, (source, destination), cluster.namespace)
    if ends[0].node is None:
        raise InventoryError(f"{source!r} is no pod or node of the cluster")
    for end in ends:
        if end.pod is not None and end.pod.is_on_host_network:
            name, node = end.pod.full_name, end.node
            cluster.warn(f"{name} is on its node's network: it is traced as node {node}")
    names = list(dict.fromkeys(end.node for end in ends if end.node is not None))
    return _with_nodes(cluster, ends, names)


def _with_nodes(cluster: Cluster, ends: tuple[ClusterEnd, ...], names: Sequence[str]) -> _Found:
    requests = {name: cluster.kubectl.get(node_path(name)) for name in names}
    nodes: list[ClusterNode] = []
    objects: list[Object] = []
    problems: list[str] = []
    try:
        standing = daemon_pods(cluster.kubectl, names, cluster.probe.namespace)
        for name, request in requests.items():
            try:
                objects.append(request.object())
                nodes.append(replace(read_node(objects[-1]), name=name))
            except KubectlError as error:
                if error.kind is not Kind.FORBIDDEN:
                    raise
                nodes.append(ClusterNode(name, _addresses_by_pods(ends, name), "", True))
                problems.append(f"what the cluster says of {name} is missing: {error}")
    except KubectlError as error:
        raise as_unreachable(error) from None
    finally:
        for request in requests.values():
            request.give_up()
    for node in nodes:
        if node.system.lower() == WINDOWS:
            raise InventoryError(f"the node {node.name} runs Windows: netdiag works on Linux only")
        if not node.is_ready:
            problems.append(f"the node {node.name} is not ready, the cluster says")
    return _Found(ends, tuple(nodes), tuple(objects), standing, tuple(problems))


def _addresses_by_pods(ends: Sequence[ClusterEnd], node: str) -> tuple[Any, ...]:
    told = [end.pod.host_address for end in ends if end.pod and end.node == node]
    return tuple(dict.fromkeys(address for address in told if address is not None))


@contextlib.contextmanager
def _probe_pods(
    cluster: Cluster, found: _Found, probes_on: Probes | None
) -> Iterator[Mapping[str, ProbePod]]:
    if found.standing:
        cluster.tell("the probe pods of the DaemonSet are used")
        yield found.standing
        return
    nodes = [node.name for node in found.nodes]
    if probes_on is not None:
        with probes_on(nodes) as had:
            yield had
        return
    pods = manifests(nodes, cluster.probe_namespace, cluster.probe)
    with temporary_pods(cluster.kubectl, pods, cluster.tell, cluster.warn) as made:
        yield made


def placed_node(kubectl: Kubectl, node: ClusterNode, probe: ProbePod) -> PlacedNode:
    """Return a node whose probes run in a pod."""
    run = kubectl.exec_words(probe.namespace, probe.name, CONTAINER)
    return PlacedNode(node.name, run, node.addresses, PYTHON, is_container=True)


def _placed_pods(pods: Sequence[ClusterPod], nodes: Sequence[PlacedNode]) -> tuple[PlacedPod, ...]:
    """Return where pods' network namespaces are."""
    told = ask_places([node for node in nodes if any(pod.node == node.name for pod in pods)])
    return tuple(placed_pod(pod, told[str(pod.node)]) for pod in pods)


def ask_places(nodes: Sequence[PlacedNode]) -> Mapping[str, Mapping[str, Any]]:
    """Return which network namespaces nodes have, asked side by side.

    Raises LackingError: a probe does not run.
    """
    from netdiag.sources.zipapp import probe_archive

    questions = {node.name: Question(node, ["--places"], probe_archive()) for node in nodes}
    told: dict[str, Mapping[str, Any]] = {}
    try:
        for name in list(questions):
            answer, why = questions.pop(name).answer()
            if answer is None:
                raise LackingError(f"{name}: its probe pod does not work: {why}")
            told[name] = answer
    finally:
        for question in questions.values():
            question.give_up()
    return told


def placed_pod(pod: ClusterPod, told: Mapping[str, Any]) -> PlacedPod:
    """Return where a pod's network namespace is. Raises InventoryError: it is not found."""
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
    raise InventoryError(
        f"the network of {pod.full_name} is not found on {pod.node}: no process there is its"
        " (does it run in a virtual machine, as Kata's do?)"
    )


def _strings(told: Any) -> list[str]:
    return [each for each in told if isinstance(each, str)] if isinstance(told, list) else []
