"""Temporary probe pods that were left behind: found by their labels, and deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from netdiag.sources.kubernetes.kubectl import Kubectl, Request, as_unreachable, pods_path
from netdiag.sources.kubernetes.makers import is_gone
from netdiag.sources.kubernetes.manifests import COMPONENT, MANAGED_BY, TEMPORARY
from netdiag.sources.kubernetes.objects import ClusterPod, read_pod
from netdiag.sources.kubernetes.refusals import Kind, KubectlError

SELECTOR: Final = f"{MANAGED_BY}=netdiag,{COMPONENT}={TEMPORARY}"
MOST_AT_ONCE: Final = 8
MOST_LISTED: Final = 500


@dataclass(frozen=True)
class Deleted:
    """What came of a pod."""

    pod: ClusterPod
    problem: str
    """Why it is still there; empty: it is gone."""


def left_pods(kubectl: Kubectl, namespace: str | None) -> list[ClusterPod]:
    """Return the temporary probe pods of a namespace; None: of all.

    Raises InventoryError or LackingError: they cannot be listed.
    """
    request = kubectl.get(pods_path(namespace), labelSelector=SELECTOR, limit=MOST_LISTED)
    try:
        return [read_pod(told) for told in request.items()]
    except KubectlError as error:
        raise as_unreachable(error) from None


def may_be_in_use(pod: ClusterPod) -> bool:
    """Tell whether a trace may still run in a probe pod: unless it has ended, or its maker has."""
    return pod.phase in ("Pending", "Running") and not is_gone(pod.maker)


def delete_pods(kubectl: Kubectl, pods: list[ClusterPod]) -> list[Deleted]:
    """Delete pods, several side by side."""
    done: list[Deleted] = []
    for first in range(0, len(pods), MOST_AT_ONCE):
        some = pods[first : first + MOST_AT_ONCE]
        requests = [kubectl.delete(pods_path(pod.namespace, pod.name)) for pod in some]
        done += [
            Deleted(pod, _problem(request)) for pod, request in zip(some, requests, strict=True)
        ]
    return done


def _problem(request: Request) -> str:
    try:
        request.text()
    except KubectlError as error:
        return "" if error.kind is Kind.NOT_FOUND else str(error)
    return ""
