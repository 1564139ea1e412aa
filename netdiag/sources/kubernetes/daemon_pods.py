"""Probe pods that stay: those of the DaemonSet, looked for while other things are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from netdiag.sources.kubernetes.kubectl import Kubectl, Object, pods_path
from netdiag.sources.kubernetes.manifests import COMPONENT, DAEMON, DAEMON_COMMAND, LABELS
from netdiag.sources.kubernetes.objects import read_pod
from netdiag.sources.kubernetes.probe_pods import ProbePod
from netdiag.sources.kubernetes.refusals import KubectlError

DAEMON_NAMESPACE: Final = "netdiag"
MOST_LISTED: Final = 100
"""In larger clusters those of the nodes in question are asked for."""


class DaemonPods:
    """A request for them that runs."""

    def __init__(self, kubectl: Kubectl, namespace: str | None) -> None:
        """Ask for some; ``namespace``: another than that of the manifests."""
        self._kubectl = kubectl
        self._namespace = namespace or DAEMON_NAMESPACE
        labels = {**LABELS, COMPONENT: DAEMON}
        self._selector = ",".join(f"{key}={value}" for key, value in labels.items())
        self._request = kubectl.get(
            pods_path(self._namespace), labelSelector=self._selector, limit=MOST_LISTED
        )

    def on(self, nodes: Sequence[str]) -> Mapping[str, ProbePod]:
        """Return those on these nodes, by node: all of them, or none."""
        try:
            listed = self._request.items()
            found = self._ready(listed)
            if len(listed) == MOST_LISTED:
                for node in [each for each in nodes if each not in found]:
                    found |= self._ready(self._asked_for(node))
        except KubectlError:  # temporary ones may be allowed
            return {}
        return {node: found[node] for node in nodes} if set(nodes) <= set(found) else {}

    def give_up(self) -> None:
        """Ask no longer."""
        self._request.give_up()

    def _asked_for(self, node: str) -> list[Object]:
        return self._kubectl.get(
            pods_path(self._namespace), labelSelector=self._selector,
            fieldSelector=f"spec.nodeName={node}", limit=5,
        ).items()  # fmt: skip

    def _ready(self, listed: Sequence[Object]) -> dict[str, ProbePod]:
        pods = [pod for pod in map(read_pod, listed) if pod.is_ready and not pod.is_being_deleted]
        return {
            pod.node: ProbePod(self._namespace, pod.name, pod.image, pod.command == DAEMON_COMMAND)
            for pod in pods
            if pod.node
        }
