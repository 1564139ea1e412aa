"""All nodes and pods of a cluster, page by page: what somebody chooses from before anything is run.

Of ten thousand pods each page is let go of before the next is asked for; what stays is a name, a
node, and addresses. https://kubernetes.io/docs/reference/using-api/api-concepts/ (chunks)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from netdiag.sources.inventory.places import Address
from netdiag.sources.kubernetes.allowed import allowed
from netdiag.sources.kubernetes.kubectl import Kubectl, Object, pods_path
from netdiag.sources.kubernetes.objects import ClusterNode, read_node, read_pod
from netdiag.sources.kubernetes.refusals import Kind, KubectlError

PAGE: Final = 500
MOST_NODES: Final = 5_000
MOST_PODS: Final = 50_000
NODES: Final = "/api/v1/nodes"
RUNNING: Final = "status.phase=Running"


@dataclass(frozen=True)
class ListedPod:
    """A pod that runs."""

    name: str
    """``namespace/name``."""
    node: str
    addresses: tuple[Address, ...]
    """Empty: it is on its node's network."""


@dataclass(frozen=True)
class ListedNodes:
    """What the cluster says of its nodes."""

    nodes: tuple[ClusterNode, ...]
    objects: tuple[dict[str, Any], ...]
    """What of them may be kept."""


def list_nodes(kubectl: Kubectl) -> ListedNodes:
    """Return all nodes, ``MOST_NODES`` at most. Raises KubectlError."""
    nodes: list[ClusterNode] = []
    objects: list[dict[str, Any]] = []
    for page in pages(kubectl, NODES, MOST_NODES):
        nodes += map(read_node, page)
        objects += (allowed(told, "Node") for told in page)
    return ListedNodes(tuple(nodes), tuple(objects))


def list_pods(kubectl: Kubectl, namespace: str | None) -> Iterator[tuple[ListedPod, ...]]:
    """Yield pods that run, ``MOST_PODS`` at most; of a namespace, None: of all.

    Raises KubectlError.
    """
    for page in pages(kubectl, pods_path(namespace), MOST_PODS, fieldSelector=RUNNING):
        yield tuple(_listed(page))


def _listed(page: list[Object]) -> Iterator[ListedPod]:
    for pod in map(read_pod, page):
        if pod.name and pod.node is not None:
            yield ListedPod(
                pod.full_name, pod.node, () if pod.is_on_host_network else pod.addresses
            )


def pages(kubectl: Kubectl, path: str, most: int, **query: str) -> Iterator[list[Object]]:
    """Yield the items of each page; a list that changed too much meanwhile just ends."""
    count, going_on = 0, ""
    while count < most:
        more = {"continue": going_on} if going_on else {}
        try:
            told = kubectl.get(path, limit=PAGE, **query, **more).object()
        except KubectlError as error:
            if going_on and error.kind is Kind.OTHER:  # 410: it is too old to be gone on with
                return
            raise
        items = told.get("items")
        found = items if isinstance(items, list) else []
        listed: list[Object] = [each for each in found if isinstance(each, dict)]
        yield listed
        count += max(len(listed), 1)
        metadata = told.get("metadata")
        token = metadata.get("continue") if isinstance(metadata, dict) else None
        if not token or not isinstance(token, str):
            return
        going_on = token
