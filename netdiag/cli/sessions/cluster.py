"""A session over a Kubernetes cluster: nothing runs on a node before somebody looks at it.

One process does all that concerns the cluster as a whole (``cluster_worker``): it lists nodes and
pods, has a probe pod on each node that is looked at or traced, asks and counts there. Traces are
processes of their own, as everywhere; their probes run in the same pods.
"""

from __future__ import annotations

import pickle
from dataclasses import replace

from netdiag.cli.output import say
from netdiag.cli.sessions.cluster_frames import (
    ClusterTold,
    EndsLacking,
    EndsListed,
    FindPlaces,
    ListAgain,
    LookAtNode,
    NodeLookedAt,
    NodesListed,
    NoteTold,
    PlacesFound,
    PlacesLacking,
    ProbesLeft,
)
from netdiag.cli.sessions.frames import Failed, Frame, NodeFailed, ProblemsMet, Wish
from netdiag.cli.sessions.job import ClusterJob, job_bytes
from netdiag.cli.sessions.known import with_trace_ended
from netdiag.cli.sessions.listed_nodes import node_ends, with_probe, without_probes
from netdiag.cli.sessions.live import TRACE, LiveSession
from netdiag.cli.sessions.worker import Worker
from netdiag.sources.inventory.places import Inventory
from netdiag.sources.kubernetes.inventory import Cluster, ClusterPlaces
from netdiag.tui.session import (
    Deliver,
    ListedNode,
    Outcome,
    ProbeState,
    Progress,
    Snapshot,
    TraceEnd,
    TraceOptions,
    Tracing,
    Trouble,
)

WORKER = "netdiag.cli.sessions.cluster_worker"
CLUSTER = "the cluster"
"""Source of troubles."""

LISTING = "listing pods and nodes"
PATIENCE_SECONDS, END_SECONDS = 1.0, 6.0
"""How long probe pods may take to be removed before that is told, and before nobody waits."""


class ClusterSession(LiveSession):
    """Starts the process, hands wishes to it, and delivers what it tells."""

    def __init__(self, cluster: Cluster) -> None:
        name = f"the cluster {cluster.context!r}" if cluster.context else "the cluster"
        super().__init__(Inventory(name, (), ()))
        self.actions = replace(self.actions, look_at=self._look_at)
        self._snapshot = Snapshot(is_complete=False, takes_names=True)
        self._namespace = cluster.namespace
        self._job = job_bytes(
            ClusterJob(cluster.kubectl, cluster.context, cluster.namespace, cluster.probe)
        )
        self._pods: tuple[TraceEnd, ...] = ()
        self._number = 0
        """Of the latest trace; answers to earlier wishes come too late."""
        self._asked: tuple[str, str, TraceOptions] | None = None
        """What is to be traced as soon as its ends are found."""
        self._traced: tuple[str, ...] = ()
        """Nodes of the latest trace."""
        self._left = ""

    def open(self, deliver: Deliver) -> None:
        """Begin to list."""
        self._deliver = deliver
        self._tell(self._snapshot)
        self._tell(Progress(LISTING, 0, 0))
        self._nodes = Worker(WORKER, self._job, self._take_of_nodes)

    def close(self) -> None:
        """End the trace, have probe pods deleted, and say which may be left."""
        self._is_closed = True
        self._packets.close()
        self._forget_trace()
        worker = self._nodes
        if worker is None:
            return
        worker.let_go()
        if not worker.has_ended(PATIENCE_SECONDS):
            say("removing the probes from the cluster …")
            if not worker.has_ended(END_SECONDS):
                nodes = ", ".join(self._probed()) or "nodes"
                self._left = (
                    f"probe pods may be left on {nodes}: the cluster does not answer;"
                    " 'netdiag cleanup' deletes them"
                )
        worker.kill()
        worker.await_end()
        if self._left:
            say(self._left)

    def _probed(self) -> list[str]:
        return [node.name for node in self._snapshot.listed if node.probe in ("on", "starting")]

    # What is asked for

    def _look_at(self, name: str) -> None:
        self._set_probe(name, "starting")
        self._tell(Trouble(name, ""))
        self._wish(LookAtNode(name))

    def _start(self, source: str, destination: str, options: TraceOptions) -> None:
        self._forget_trace()
        self._number += 1
        self._asked = (source, destination, options)
        self._tell(Trouble(TRACE, ""))
        self._tell(Progress("looking for both ends", 0, 0))
        tracing = Tracing(source, destination, is_on=True, is_continuous=options.count is None)
        self._show(lambda known: replace(known, tracing=tracing))
        self._wish(FindPlaces(self._number, source, destination))

    def _stop(self) -> None:
        if self._tracer is None and self._asked is not None:
            self._number += 1
            self._asked = None
            self._tell(Progress("tracing", 1, 1))
            self._show(with_trace_ended)
        super()._stop()

    def _ask_again(self) -> None:
        """List the cluster once more, and ask the nodes that have a probe."""
        self._tell(Outcome("nodes and pods are listed once more"))
        self._wish(ListAgain())
        for node in self._snapshot.listed:
            if node.probe == "on":
                self._wish(LookAtNode(node.name))

    def _wish(self, wish: Wish) -> None:
        """Hand a wish to the process; to a new one if it has ended, whose probes ended, too."""
        if self._nodes is not None and not self._nodes.wish(wish):
            self._nodes = Worker(WORKER, self._job, self._take_of_nodes)
            self._count(self._is_counting)
            self._nodes.wish(wish)

    # What is told

    def _take_of_nodes(self, worker: Worker, frame: Frame) -> None:
        match frame:
            case ClusterTold() | NodesListed() | EndsListed() | EndsLacking():
                self._take_listed(frame)
            case NodeLookedAt(node, problem):
                self._take_look(node, problem)
            case NodeFailed(node, reason):
                gone = f"its probe is gone: {reason}"
                self._set_probe(node, "refused", gone)
                self._tell(Trouble(node, f"{gone}; Enter on the node starts another"))
            case PlacesFound(number, places):
                self._take_places(number, places)
            case PlacesLacking(number, reason):
                self._take_lack(number, reason)
            case NoteTold(words):
                self._tell(Outcome(words))
            case ProbesLeft(words):
                self._left = words
            case ProblemsMet(problems):
                self._tell(Progress(LISTING, 1, 1))
                self._asked_problems = problems
                self._show(lambda known: replace(known, problems=problems, is_complete=True))
            case Failed():
                super()._take_of_nodes(worker, frame)
                self._show(lambda known: replace(known, listed=without_probes(known.listed)))
            case _:
                super()._take_of_nodes(worker, frame)

    def _take_listed(self, frame: ClusterTold | NodesListed | EndsListed | EndsLacking) -> None:
        match frame:
            case ClusterTold(problem):
                self._tell(Trouble(CLUSTER, problem))
            case NodesListed(nodes):
                self._show(lambda known: self._with_nodes(known, nodes))
            case EndsListed(ends, is_first):
                self._pods = ends if is_first else (*self._pods, *ends)
                self._show(self._with_ends)
            case EndsLacking(words):
                self._show(lambda known: replace(known, ends_note=words))

    def _with_nodes(self, known: Snapshot, nodes: tuple[ListedNode, ...]) -> Snapshot:
        """Return nodes as they are listed, those with a probe as they were."""
        before = {node.name: node for node in known.listed if node.probe != "none"}
        listed = tuple(
            replace(before[node.name], addresses=node.addresses, is_ready=node.is_ready)
            if node.name in before
            else node
            for node in nodes
        )
        return self._with_ends(replace(known, listed=listed))

    def _with_ends(self, known: Snapshot) -> Snapshot:
        """Return what can be traced between, first of all pods of the user's own namespace."""
        own = f"{self._namespace}/"
        pods = sorted(self._pods, key=lambda end: not end.name.startswith(own))
        return replace(known, ends=(*pods, *node_ends(known.listed)))

    def _take_look(self, node: str, problem: str) -> None:
        self._tell(Progress("looking", 1, 1))
        self._tell(Trouble(node, problem))
        self._set_probe(node, "refused" if problem else "on", problem)

    def _set_probe(self, node: str, probe: ProbeState, note: str = "") -> None:
        self._show(lambda known: replace(known, listed=with_probe(known.listed, node, probe, note)))

    def _take_places(self, number: int, data: bytes) -> None:
        if number != self._number or self._asked is None:
            return
        places: ClusterPlaces = pickle.loads(data)
        source, destination, options = self._asked
        self._asked = None
        self._traced = tuple(node.name for node in places.inventory.nodes)
        for node in self._traced:
            self._set_probe(node, "on")
        if not {source, destination} <= {end.name for end in self._snapshot.ends}:
            options = replace(options, points=None)  # around pods not listed none can be ticked
        begin, end = places.typed
        self._trace(places.inventory, (source, destination), (begin, end), options)

    def _take_lack(self, number: int, reason: str) -> None:
        if number == self._number:
            self._asked = None
            self._tell(Trouble(TRACE, reason))
            self._end_trace()

    def _end_trace(self) -> None:
        """Look at the nodes of the trace once more: the facts of now are those of its report."""
        super()._end_trace()
        traced, self._traced = self._traced, ()
        for node in traced:
            self._wish(LookAtNode(node))
