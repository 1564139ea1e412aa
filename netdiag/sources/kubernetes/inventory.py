"""A cluster as an inventory: some of its pods and nodes, and a probe pod on each of these nodes."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from netdiag.sources.inventory.late_documents import LateDocuments
from netdiag.sources.inventory.places import (
    Inventory,
    InventoryError,
    LackingError,
    PlacedPod,
)
from netdiag.sources.kubernetes.configuration import ConfigurationReading
from netdiag.sources.kubernetes.daemon_pods import DaemonPods
from netdiag.sources.kubernetes.dispatcher import Direct
from netdiag.sources.kubernetes.ends import ClusterEnd, find_ends
from netdiag.sources.kubernetes.images import placed_nodes
from netdiag.sources.kubernetes.kubectl import Kubectl, Object
from netdiag.sources.kubernetes.manifests import ProbeWanted
from netdiag.sources.kubernetes.nodes import NodesFound, find_nodes, nodes_told
from netdiag.sources.kubernetes.objects import ClusterPod
from netdiag.sources.kubernetes.probe_pods import (
    NoSleepError,
    ProbePod,
    manifests,
    temporary_pods,
)

Tell = Callable[[str], None]


def do_nothing() -> None:
    """Have nothing to do meanwhile."""


_MOST_CONTAINERS: Final = 2
"""By which a pod is looked for: what is run by kubectl is told in a URL, which has its bounds."""
_WORD: Final = re.compile(r"[0-9A-Za-z_.-]{1,128}")


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
    meanwhile: Callable[[], None] = do_nothing
    """Is called once, when the first answers are waited for."""

    @property
    def probe_namespace(self) -> str:
        """Return where temporary pods are made."""
        return self.probe.namespace or self.namespace


@dataclass(frozen=True)
class ClusterPlaces:
    """An inventory, and what was typed as it is to be typed for it."""

    inventory: Inventory
    typed: tuple[str, ...]


Probes = Callable[[Sequence[str]], contextlib.AbstractContextManager[Mapping[str, ProbePod]]]
"""Has a probe pod on each of some nodes while the block lasts. Raises LackingError."""


@contextlib.contextmanager
def open_cluster(
    cluster: Cluster, *typed: str, probes_on: Probes | None = None
) -> Iterator[ClusterPlaces]:
    """Find pods and nodes, have a probe pod on each of the nodes, and remove these in the end.

    ``probes_on``: has those pods, where the DaemonSet has none. Raises InventoryError or
    LackingError: what is wrong, or missing.
    """
    with contextlib.ExitStack() as opened:
        daemons = DaemonPods(cluster.kubectl, cluster.probe.namespace)
        opened.callback(daemons.give_up)
        direct = Direct(cluster.kubectl)
        opened.callback(direct.give_up)
        ends = _find(cluster, typed)
        names = _nodes_of(ends)
        standing = daemons.on(names)
        cluster = replace(cluster, kubectl=direct.kubectl())
        reading = ConfigurationReading(replace(cluster.kubectl, is_patient=True))
        opened.callback(reading.give_up)
        found = nodes_told(ends, names) if standing else find_nodes(cluster.kubectl, ends, names)
        names = [node.name for node in found.nodes]
        if standing:
            cluster.tell("the probe pods of the DaemonSet are used")
            probes = standing
        elif probes_on is not None:
            probes = opened.enter_context(probes_on(names))
        else:
            probes = opened.enter_context(temporary_probes(cluster, names, reading.begin))
        nodes, problems = placed_nodes(cluster.kubectl, found.nodes, probes)
        documents = LateDocuments(
            lambda: _ask(reading, ends, found), lambda: _answered(reading, cluster.warn)
        )
        name = f"the cluster {cluster.context!r}" if cluster.context else "the cluster"
        pods = tuple(map(placed_pod, _pods_of(ends)))
        told = (*found.problems, *problems)
        inventory = Inventory(name, nodes, pods, told, documents)
        yield ClusterPlaces(inventory, tuple(end.typed for end in ends))


def planned_pods(cluster: Cluster, *typed: str) -> list[Object]:
    """Return the pods that would be made; none if those of a DaemonSet are there."""
    daemons = DaemonPods(cluster.kubectl, cluster.probe.namespace)
    try:
        ends = _find(cluster, typed)
        names = _nodes_of(ends)
        if daemons.on(names):
            return []
        find_nodes(cluster.kubectl, ends, names)
        return manifests(names, cluster.probe_namespace, cluster.probe)
    finally:
        daemons.give_up()


def _find(cluster: Cluster, typed: Sequence[str]) -> tuple[ClusterEnd, ...]:
    ends = find_ends(cluster.kubectl, typed, cluster.namespace, cluster.meanwhile, cluster.warn)
    if ends[0].node is None:
        raise InventoryError(f"{typed[0]!r} is no pod or node of the cluster")
    for end in ends:
        if end.pod is not None:
            _tell_of(end.pod, cluster.warn)
    return ends


def _tell_of(pod: ClusterPod, warn: Tell) -> None:
    """Say what may surprise of a pod."""
    if pod.is_on_host_network:
        warn(f"{pod.full_name} is on its node's network: it is traced as node {pod.node}")
    elif pod.is_being_deleted:
        warn(f"the pod {pod.full_name} is being deleted")
    elif not pod.is_ready and pod.reason:
        warn(f"the pod {pod.full_name} is not ready: {pod.reason}")


def _nodes_of(ends: Sequence[ClusterEnd]) -> list[str]:
    return list(dict.fromkeys(end.node for end in ends if end.node is not None))


def _ask(reading: ConfigurationReading, ends: Sequence[ClusterEnd], found: NodesFound) -> None:
    """Ask for what is not known yet, and keep what is."""
    reading.begin()
    reading.add("nodes", "Node", found.objects)
    reading.ask_for_nodes(found.not_asked)
    reading.add("pods", "Pod", [end.told for end in ends if end.told is not None])
    reading.ask_for_policies(pod.namespace for pod in _pods_of(ends))


def _answered(reading: ConfigurationReading, warn: Tell) -> dict[str, bytes]:
    """Wait for the documents, and tell what is missing of them."""
    documents = reading.documents()
    for problem in reading.problems:
        warn(problem)
    return documents


@contextlib.contextmanager
def temporary_probes(
    cluster: Cluster, nodes: Sequence[str], meanwhile: Callable[[], None]
) -> Iterator[Mapping[str, ProbePod]]:
    """Have temporary pods on nodes while the block lasts, whatever the image sleeps by.

    ``meanwhile`` is called while they start. Raises LackingError: why they cannot be made.
    """

    def made(stack: contextlib.ExitStack, *, by_python: bool) -> Mapping[str, ProbePod]:
        pods = manifests(nodes, cluster.probe_namespace, cluster.probe, by_python=by_python)
        making = temporary_pods(cluster.kubectl, pods, cluster.tell, cluster.warn, meanwhile)
        return stack.enter_context(making)

    with contextlib.ExitStack() as stack:
        try:
            probes = made(stack, by_python=False)
        except NoSleepError:
            cluster.tell("the image has no sleep: they are made anew")
            try:
                probes = made(stack, by_python=True)
            except NoSleepError:
                raise LackingError(
                    f"probe pods do not start: the image {cluster.probe.image!r} has neither"
                    " python3 nor sleep; it needs Python 3.9 or newer, or tcpdump and ip (--image)"
                ) from None
        yield probes


def _pods_of(ends: Sequence[ClusterEnd]) -> tuple[ClusterPod, ...]:
    """Return those that have a network of their own, each once."""
    pods = [end.pod for end in ends if end.pod and not end.pod.is_on_host_network]
    return tuple({pod.full_name: pod for pod in pods}.values())


def placed_pod(pod: ClusterPod) -> PlacedPod:
    """Return where a pod's network namespace is: probes find it by what the cluster knows."""
    told = (pod.uid, *pod.containers[:_MOST_CONTAINERS])
    words = [each for each in told if _WORD.fullmatch(each)]
    netns = ",".join((*words, *(f"@{address}" for address in pod.addresses)))
    also = (pod.uid,) if pod.uid else ()
    return PlacedPod(pod.full_name, str(pod.node), pod.addresses, f"pod:{netns}", also)
