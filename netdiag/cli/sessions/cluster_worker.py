"""A process that looks at a cluster: lists it, has probe pods where that is wanted, removes them.

Whatever waits for the cluster is a thread of its own (``cluster_tasks``); what comes of it is taken
in, and told, by the main one. Its standard input is its lifeline: when that closes, the pods are
deleted; should it be killed, their guards do that.
"""

from __future__ import annotations

import os
import selectors

from netdiag.cli.sessions.cluster_documents import ClusterDocuments
from netdiag.cli.sessions.cluster_frames import (
    ClusterTold,
    EndsListed,
    FindPlaces,
    ListAgain,
    LookAtNode,
    NodeLookedAt,
    NodesListed,
    NoteTold,
    PlacesLacking,
    ProbesLeft,
)
from netdiag.cli.sessions.cluster_tasks import (
    Missing,
    NodeSaid,
    NodesRead,
    PodsRead,
    Result,
    find_places,
    look,
    read_nodes,
    read_pods,
)
from netdiag.cli.sessions.cluster_threads import Tasks
from netdiag.cli.sessions.faults import fault_words
from netdiag.cli.sessions.frames import (
    CountLinks,
    FactsRead,
    Failed,
    ProblemsMet,
    StepTaken,
    Wish,
    read_wish,
    tell,
)
from netdiag.cli.sessions.framing import STDIN
from netdiag.cli.sessions.job import ClusterJob, read_cluster_job
from netdiag.cli.sessions.listed_nodes import pod_ends, told_node, without_unasked
from netdiag.cli.sessions.reader import inspection_of
from netdiag.cli.sessions.told_counting import told_counting
from netdiag.sources.inventory.places import PlacedNode
from netdiag.sources.kubernetes.inventory import Cluster
from netdiag.sources.kubernetes.objects import ClusterNode
from netdiag.sources.kubernetes.probe_pool import ProbePool


def main() -> None:
    """Look at the cluster until nobody listens any longer."""
    try:
        worker = ClusterWorker(read_cluster_job())
    except EOFError:
        os._exit(0)
    try:
        worker.run()
    except (BrokenPipeError, EOFError):
        pass
    except Exception as error:
        tell(Failed(fault_words(error)))
    finally:
        worker.end()
        os._exit(0)  # threads may still wait; what they have begun ends with the process


class ClusterWorker:
    """What is known of it, and what runs there."""

    def __init__(self, job: ClusterJob) -> None:
        self._tasks = Tasks()
        self._cluster = Cluster(*job, lambda words: self._tasks.put(StepTaken(words)), self._warn)
        self._pool = ProbePool(self._cluster)
        self._documents = ClusterDocuments()
        self._nodes: dict[str, ClusterNode] = {}
        self._of_pods: dict[str, None] = {}
        """Names of nodes that pods tell of."""
        self._are_nodes_hidden = False
        self._are_pods_asked = False
        self._problems: dict[str, tuple[str, ...]] = {}
        self._counting = told_counting(())
        self._counted: dict[str, PlacedNode] = {}
        """Nodes to count on, while that is wanted."""
        self._is_counting = False
        self._left: list[str] | None = None
        """Sentences on what may be left; None: it is not the end yet."""

    def run(self) -> None:
        """List nodes and pods, then do what is wished. Raises EOFError when stdin closes."""
        self._tasks.begin(read_nodes(self._cluster), NoteTold)
        while True:
            ready = self._await()
            if STDIN in ready:
                self._fulfil(read_wish())
            if self._tasks.woken in ready:
                for result in self._tasks.take():
                    self._take(result)
            self._counting.turn(ready)

    def end(self) -> None:
        """Delete all probe pods, and tell which may be left."""
        self._left = []
        self._pool.close()
        if self._left:
            try:
                tell(ProbesLeft("; ".join(self._left)))
            except BrokenPipeError:
                return

    def _warn(self, words: str) -> None:
        if self._left is None:
            self._tasks.put(NoteTold(words))
        else:
            self._left.append(words)

    def _await(self) -> list[int]:
        with selectors.DefaultSelector() as selector:
            for descriptor in (STDIN, self._tasks.woken, *self._counting.descriptors()):
                selector.register(descriptor, selectors.EVENT_READ)
            return [key.fd for key, _ in selector.select()]

    # What is wished

    def _fulfil(self, wish: Wish) -> None:
        match wish:
            case CountLinks(is_wanted):
                self._count(is_wanted)
            case LookAtNode(name):
                node = self._nodes.get(name) or ClusterNode(name, (), "", True)
                task = look(self._cluster, node, self._pool)
                self._tasks.begin(task, lambda fault: NodeLookedAt(name, fault))
            case ListAgain():
                self._are_pods_asked = False
                self._tasks.begin(read_nodes(self._cluster), NoteTold)
            case FindPlaces(number):
                task = find_places(self._cluster, wish, self._pool)
                self._tasks.begin(task, lambda fault: PlacesLacking(number, fault))

    def _count(self, is_wanted: bool) -> None:
        self._is_counting = is_wanted
        self._counting.stop()
        for node in self._counted.values() if is_wanted else ():
            self._counting.add(node)

    def _count_on(self, node: PlacedNode) -> None:
        """Count there, too, as far as that can be done without Python: not at all."""
        if not node.is_without_python:
            self._counted[node.name] = node
            if self._is_counting:
                self._counting.add(node)

    # What has come

    def _take(self, result: Result) -> None:
        match result:
            case ClusterTold(problem):
                tell(result)
                if not problem and not self._are_pods_asked:
                    self._are_pods_asked = True
                    self._tasks.begin(read_pods(self._cluster), NoteTold)
            case NodesRead(listed, documents):
                self._are_nodes_hidden = not listed.nodes
                if listed.nodes:
                    self._nodes = {node.name: node for node in listed.nodes}
                self._documents.take_cluster(listed.objects, documents)
                self._tell_nodes()
                self._take_nodes_of_pods()
                self._tell_facts()
            case PodsRead(pods, is_first):
                self._of_pods |= dict.fromkeys(pod.node for pod in pods)
                self._take_nodes_of_pods()
                tell(EndsListed(pod_ends(pods), is_first))
            case Missing(what, problems):
                self._note(what, problems)
            case NodeSaid(looked, said, problems):
                self._documents.take_node(looked, said)
                self._note(looked.node.name, problems)
                self._tell_facts()
                self._count_on(looked.node)
            case _:
                tell(result)

    def _take_nodes_of_pods(self) -> None:
        """Where nodes may not be listed, know of those that pods tell of."""
        new = self._of_pods.keys() - self._nodes.keys() if self._are_nodes_hidden else ()
        if new:
            self._nodes |= {name: ClusterNode(name, (), "", True) for name in sorted(new)}
            self._tell_nodes()

    def _note(self, what: str, problems: tuple[str, ...]) -> None:
        self._problems[what] = problems
        told = [sentence for each in self._problems.values() for sentence in each]
        tell(ProblemsMet(tuple(dict.fromkeys(told))))

    def _tell_nodes(self) -> None:
        tell(NodesListed(tuple(map(told_node, self._nodes.values()))))

    def _tell_facts(self) -> None:
        facts = self._documents.facts()
        tell(FactsRead(facts, without_unasked(inspection_of(facts), facts.nodes.keys())))


if __name__ == "__main__":
    main()
