"""Pods that probes run in, one on each node: those of a DaemonSet, or temporary ones.

Temporary ones are deleted when the block ends; by their guard if we are killed; by the kubelet
after their deadline if the guard is killed, too.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netdiag.sources.inventory.places import LackingError
from netdiag.sources.kubernetes.guard import Guard
from netdiag.sources.kubernetes.kubectl import Kubectl, Object, pods_path
from netdiag.sources.kubernetes.manifests import (
    COMPONENT,
    DAEMON,
    LABELS,
    ProbeWanted,
    new_name,
    probe_pod,
)
from netdiag.sources.kubernetes.objects import ClusterPod, read_pod
from netdiag.sources.kubernetes.refusals import Kind, KubectlError

DAEMON_NAMESPACE: Final = "netdiag"
READY_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.2
_HOPELESS: Final = (
    "ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName",
    "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff",
)  # fmt: skip
Tell = Callable[[str], None]


@dataclass(frozen=True)
class ProbePod:
    """A pod that probes are run in."""

    namespace: str
    name: str


def daemon_pods(
    kubectl: Kubectl, nodes: Sequence[str], namespace: str | None
) -> Mapping[str, ProbePod]:
    """Return the pods of the DaemonSet on these nodes, by node: all of them, or none."""
    where = namespace or DAEMON_NAMESPACE
    selector = ",".join(f"{key}={value}" for key, value in {**LABELS, COMPONENT: DAEMON}.items())
    requests = [
        kubectl.get(
            pods_path(where), labelSelector=selector, fieldSelector=f"spec.nodeName={node}", limit=5
        )
        for node in nodes
    ]
    found: dict[str, ProbePod] = {}
    for node, request in zip(nodes, requests, strict=True):
        with contextlib.suppress(KubectlError):  # temporary ones may be allowed
            for pod in map(read_pod, request.items()):
                if pod.is_ready:
                    found[node] = ProbePod(where, pod.name)
    return found if len(found) == len(nodes) else {}


def manifests(nodes: Sequence[str], namespace: str, wanted: ProbeWanted) -> list[Object]:
    """Return the temporary pods that would be made on nodes."""
    return [probe_pod(new_name(node), namespace, node, wanted) for node in nodes]


@contextlib.contextmanager
def temporary_pods(
    kubectl: Kubectl, pods: Sequence[Object], tell: Tell, warn: Tell
) -> Iterator[Mapping[str, ProbePod]]:
    """Make pods side by side, wait until all are ready, and delete them in the end.

    ``warn`` gets a sentence if they are not deleted. Raises LackingError: why they cannot be made.
    """
    made = {
        str(pod["spec"]["nodeName"]): ProbePod(
            str(pod["metadata"]["namespace"]), str(pod["metadata"]["name"])
        )
        for pod in pods
    }
    namespace = next(iter(made.values())).namespace
    guard = Guard(kubectl, namespace, [each.name for each in made.values()])
    is_sure = False
    try:
        request = kubectl.create(pods)
        try:
            request.text()
            is_sure = True
        except KubectlError as error:
            is_sure = error.kind is not Kind.NO_CLUSTER
            raise LackingError(_not_made(namespace, error)) from None
        finally:
            request.give_up()
        tell(f"waiting for probe pods on {', '.join(made)}")
        _await(kubectl, made)
        yield made
    finally:
        why = guard.delete(is_sure=is_sure)
        if why:
            names = ", ".join(f"{each.namespace}/{each.name}" for each in made.values())
            warn(f"probe pods may be left ({names}): {why}; 'netdiag cleanup' deletes them")


def _not_made(namespace: str, error: KubectlError) -> str:
    remedy = ""
    if "PodSecurity" in str(error):
        remedy = ": name a namespace that allows privileged pods, by --probe-namespace"
    return f"no probe pod can be made in the namespace {namespace!r}: {error}{remedy}"


def _await(kubectl: Kubectl, made: Mapping[str, ProbePod]) -> None:
    """Wait until all are ready. Raises LackingError: one is too late, or never will be."""
    deadline = time.monotonic() + READY_SECONDS
    waiting = dict(made)
    while waiting:
        requests = {
            node: kubectl.get(pods_path(each.namespace, each.name))
            for node, each in waiting.items()
        }
        try:
            for node, request in requests.items():
                pod = read_pod(request.object())
                if pod.is_ready:
                    del waiting[node]
                else:
                    _check(pod, node, time.monotonic() > deadline)
        except KubectlError as error:
            raise LackingError(f"a probe pod cannot be waited for: {error}") from None
        finally:
            for request in requests.values():
                request.give_up()
        if waiting:
            time.sleep(_LOOK_SECONDS)


def _check(pod: ClusterPod, node: str, is_late: bool) -> None:
    """Raise LackingError if a pod is never going to be ready."""
    why = pod.reason or f"it is {pod.phase}"
    if any(word in pod.reason for word in ("ImagePull", "InvalidImageName", "ErrImage")):
        raise LackingError(
            f"the probe pod on {node} gets no image: {why}; --image names another,"
            " any with Python 3.9 or newer"
        )
    if pod.reason.startswith(_HOPELESS) or pod.phase in ("Failed", "Succeeded"):
        raise LackingError(
            f"the probe pod on {node} does not start: {why};"
            " it needs an image with Python 3.9 or newer (--image)"
        )
    if is_late:
        raise LackingError(
            f"the probe pod on {node} is not ready after {READY_SECONDS:.0f} s: {why}"
        )
