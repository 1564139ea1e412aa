"""What waits for a cluster, each to be run in a thread of its own: generators of what has come.

What they yield is a frame that is told as it is, or something that the process takes in first.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from netdiag.cli.sessions.cluster_frames import (
    ClusterTold,
    EndsLacking,
    FindPlaces,
    NodeLookedAt,
    NoteTold,
    PlacesFound,
    PlacesLacking,
)
from netdiag.cli.sessions.frames import StepTaken
from netdiag.sources.inventory.places import InventoryError, LackingError
from netdiag.sources.kubernetes.configuration import ConfigurationReading
from netdiag.sources.kubernetes.inventory import Cluster, open_cluster
from netdiag.sources.kubernetes.listing import ListedNodes, ListedPod, list_nodes, list_pods
from netdiag.sources.kubernetes.looking import LookedAt, look_at
from netdiag.sources.kubernetes.objects import ClusterNode
from netdiag.sources.kubernetes.probe_pool import ProbePool
from netdiag.sources.kubernetes.refusals import Kind, KubectlError
from netdiag.sources.live.documents import Asking
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.zipapp import probe_archive

AGAIN_SECONDS: Final = 5.0
"""After which a cluster that does not answer is asked again."""

MOST_PODS_ASKED: Final = 64
"""Of one node; of more, none tells of its own namespace."""

NODES, PODS = "nodes", "pods"


class NodesRead(NamedTuple):
    """What the cluster says of its nodes and its network."""

    listed: ListedNodes
    documents: Mapping[str, bytes]


class NodeSaid(NamedTuple):
    """What a node says of itself."""

    looked: LookedAt
    said: Gathered
    problems: tuple[str, ...]


class PodsRead(NamedTuple):
    """Some pods that run."""

    pods: tuple[ListedPod, ...]
    is_first: bool


class Missing(NamedTuple):
    """What could not be read of something, a sentence each; replaces earlier ones."""

    what: str
    problems: tuple[str, ...]


Result = (
    NodesRead | NodeSaid | PodsRead | Missing
    | ClusterTold | EndsLacking | NodeLookedAt | NoteTold | PlacesFound | PlacesLacking | StepTaken
)  # fmt: skip


def read_nodes(cluster: Cluster) -> Iterator[Result]:
    """List nodes and read the network's configuration, as soon as the cluster answers."""
    while True:
        reading = ConfigurationReading(cluster.kubectl)
        reading.begin()
        try:
            listed = list_nodes(cluster.kubectl)
            problems: tuple[str, ...] = ()
        except KubectlError as error:
            if error.kind is Kind.NO_CLUSTER:
                reading.give_up()
                yield ClusterTold(f"{error}; it is asked again")
                time.sleep(AGAIN_SECONDS)
                continue
            listed, problems = ListedNodes((), ()), (f"the cluster's nodes are not known: {error}",)
        yield ClusterTold("")
        documents = reading.documents()
        yield Missing(NODES, (*problems, *reading.problems))
        yield NodesRead(listed, documents)
        return


def read_pods(cluster: Cluster) -> Iterator[Result]:
    """List pods: of all namespaces, or else of the one that is the user's."""
    try:
        yield from _pods_of(cluster, None)
        yield Missing(PODS, ())
        return
    except KubectlError as error:
        why = error
    if why.kind is Kind.FORBIDDEN:
        try:
            yield from _pods_of(cluster, cluster.namespace)
            words = f"only pods of the namespace {cluster.namespace!r} are listed"
            yield from _lacking(f"{words}, type the names of others: {why}")
            return
        except KubectlError as error:
            why = error
    yield from _lacking(f"pods are not listed, type their names: {why}")


def _pods_of(cluster: Cluster, namespace: str | None) -> Iterator[Result]:
    seen = 0
    for page in list_pods(cluster.kubectl, namespace):
        yield PodsRead(page, is_first=seen == 0)
        seen += len(page)
        yield StepTaken(f"listing pods: {seen:,}")


def _lacking(words: str) -> Iterator[Result]:
    yield Missing(PODS, (words,))
    yield EndsLacking(words)


def look(cluster: Cluster, node: ClusterNode, pool: ProbePool) -> Iterator[Result]:
    """Have a probe on a node, and ask it."""
    try:
        looked = look_at(cluster, node, pool)
    except (InventoryError, LackingError, KubectlError, OSError) as error:
        yield NodeLookedAt(node.name, str(error))
        return
    yield StepTaken(f"asking {node.name}")
    problems: list[str] = list(looked.problems)
    asking = Asking(probe_archive(), problems.append)
    asking.start(looked.node, looked.pods if len(looked.pods) <= MOST_PODS_ASKED else ())
    said = Gathered()
    asking.keep(said, "facts")
    if said.documents():
        yield NodeSaid(looked, said, (*problems, *asking.problems))
        yield NodeLookedAt(node.name, "")
    else:
        said.close()
        why = "; ".join(asking.problems) or f"{node.name}: it says nothing of itself"
        yield NodeLookedAt(node.name, why.removeprefix(f"{node.name}: "))


def find_places(cluster: Cluster, wish: FindPlaces, pool: ProbePool) -> Iterator[Result]:
    """Find the ends of a trace, and have probes on their nodes."""
    try:
        typed = wish.source, wish.destination
        with open_cluster(cluster, *typed, probes_on=pool.probes_on) as places:
            yield PlacesFound(wish.number, pickle.dumps(places))
    except (InventoryError, LackingError, KubectlError, OSError) as error:
        yield PlacesLacking(wish.number, str(error))
