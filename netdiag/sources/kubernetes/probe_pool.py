"""Probe pods that stay for a while: each made when its node is first looked at, all removed later.

Safe to be used by several threads at once: nodes do not wait for each other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Final

from netdiag.sources.inventory.places import LackingError
from netdiag.sources.kubernetes.daemon_pods import DaemonPods
from netdiag.sources.kubernetes.inventory import Cluster, do_nothing, temporary_probes
from netdiag.sources.kubernetes.kubectl import pods_path
from netdiag.sources.kubernetes.objects import read_pod
from netdiag.sources.kubernetes.probe_pods import ProbePod
from netdiag.sources.kubernetes.refusals import Kind, KubectlError

SIDE_BY_SIDE: Final = 16


@dataclass
class _Kept:
    """What there is on a node."""

    lock: Lock = field(default_factory=Lock)
    """Held while it changes."""
    pod: ProbePod | None = None
    """The temporary one; None: there is none."""
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    """Deletes it when it is closed."""


class ProbePool:
    """Those of one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        """Have none at first; those of the DaemonSet are used where they are."""
        self._cluster = cluster
        self._lock = Lock()
        self._kept: dict[str, _Kept] = {}

    def probe(self, node: str) -> ProbePod:
        """Return the probe pod of a node, made now if there is none; waits until it is ready.

        Raises LackingError: why there cannot be one.
        """
        with self._lock:
            kept = self._kept.setdefault(node, _Kept())
        with kept.lock:
            if kept.pod is not None and self._is_there(kept.pod):
                return kept.pod
            kept.pod = None
            kept.stack.close()
            cluster = self._cluster
            standing = DaemonPods(cluster.kubectl, cluster.probe.namespace).on([node])
            if standing:
                return standing[node]
            cluster.tell(f"starting a probe on {node}")
            made = temporary_probes(replace(cluster, tell=_say_nothing), [node], do_nothing)
            kept.pod = kept.stack.enter_context(made)[node]
            return kept.pod

    @contextlib.contextmanager
    def probes_on(self, nodes: Sequence[str]) -> Iterator[Mapping[str, ProbePod]]:
        """Have a probe pod on each of these nodes; they stay when the block ends."""
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            yield dict(zip(nodes, threads.map(self.probe, nodes), strict=True))

    def close(self) -> None:
        """Delete all that are ready, side by side; others are their guards' business."""
        with self._lock:
            ready = [kept for kept in self._kept.values() if kept.lock.acquire(blocking=False)]
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            list(threads.map(lambda kept: kept.stack.close(), ready))

    def _is_there(self, probe: ProbePod) -> bool:
        """Tell whether it still can be used. Raises LackingError: nobody knows."""
        try:
            told = self._cluster.kubectl.get(pods_path(probe.namespace, probe.name)).object()
        except KubectlError as error:
            if error.kind is Kind.NOT_FOUND:
                return False
            raise LackingError(str(error)) from None
        pod = read_pod(told)
        return pod.is_ready and not pod.is_being_deleted


def _say_nothing(step: str) -> None:
    """Keep a step to oneself."""
