"""A session over a cluster of the tests, and what it delivers."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import TypeVar

from netdiag.cli.sessions.cluster import ClusterSession
from netdiag.sources.kubernetes.inventory import Cluster
from netdiag.sources.kubernetes.kubectl import Kubectl
from netdiag.sources.kubernetes.manifests import ProbeWanted
from netdiag.tui.session import Delivery, ListedNode, Snapshot, TraceOptions
from tests.kubernetes import cluster as clusters

SECONDS = 120.0
Kind = TypeVar("Kind")


class Opened:
    """A session, and what it delivers."""

    def __init__(self, here: clusters.Cluster) -> None:
        kubectl = Kubectl(kubeconfig=str(here.kubeconfig))
        probe = ProbeWanted(seconds=600)
        nobody = lambda words: None  # noqa: E731
        cluster = Cluster(kubectl, "tests", "default", probe, nobody, nobody)
        self.session = ClusterSession(cluster)
        self._came: queue.Queue[Delivery] = queue.Queue()
        self.session.open(self._came.put)

    def await_one(self, kind: type[Kind], is_it: Callable[[Kind], object] = lambda _: True) -> Kind:
        """Wait for a delivery of a kind that is as it should be; what comes before is dropped."""
        deadline = time.monotonic() + SECONDS
        while True:
            delivery = self._came.get(timeout=max(deadline - time.monotonic(), 0.01))
            if isinstance(delivery, kind) and is_it(delivery):
                return delivery

    def await_listed(self, pods: int = 3) -> Snapshot:
        """Wait until nodes, pods and the configuration are there."""
        return self.await_one(
            Snapshot,
            lambda each: (
                each.inspection and len([end for end in each.ends if end.kind == "pod"]) >= pods
            ),
        )

    def look_at(self, node: str) -> None:
        """Look at a node."""
        assert self.session.actions.look_at is not None
        self.session.actions.look_at(node)

    def trace(self, source: str, destination: str, count: int | None = 2) -> None:
        """Begin to trace."""
        assert self.session.actions.start_trace is not None
        options = TraceOptions(count=count, interval=0.05)
        self.session.actions.start_trace(source, destination, options)

    def await_trace(self) -> Snapshot:
        """Wait for the end of it."""
        return self.await_one(Snapshot, lambda each: each.tracing and not each.tracing.is_on)


def probes(here: clusters.Cluster) -> list[str]:
    """Return the nodes of the probe pods that are there."""
    named = [pod for pod in here.pods() if pod["metadata"]["name"].startswith("netdiag-")]
    return [pod["spec"]["nodeName"] for pod in named]


def listed(known: Snapshot, name: str) -> ListedNode:
    return next(node for node in known.listed if node.name == name)
