"""What a user typed as SRC or DST -> a pod or a node of the cluster, none but these fetched.

A cluster may have ten thousand pods: they are never listed. Names that are like a wrong one are
looked for among the first few hundred of its namespace, and under the same name in others.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from netdiag.sources.inventory.ends import PREFIXES, address_typed
from netdiag.sources.inventory.places import InventoryError
from netdiag.sources.kubernetes.kubectl import (
    Kubectl,
    Object,
    Request,
    as_unreachable,
    namespaced_path,
    node_path,
    pods_path,
)
from netdiag.sources.kubernetes.objects import ClusterPod, read_node, read_pod
from netdiag.sources.kubernetes.refusals import Kind, KubectlError
from netdiag.sources.kubernetes.second_addresses import holder_of

MOST_COMPARED: Final = 250
"""Pods whose names are compared with a wrong one."""

MOST_NAMED: Final = 5


@dataclass(frozen=True)
class ClusterEnd:
    """One end of a ping, found in the cluster."""

    typed: str
    """As it is to be typed for the inventory, without doubt which it is."""
    pod: ClusterPod | None = None
    told: Object | None = None
    """The pod's object."""
    node_told: Object | None = None
    """The node's, where that was asked for."""
    node: str | None = None
    """The pod's, or the node itself; None: an address of neither."""


def find_ends(
    kubectl: Kubectl, typed: Sequence[str], namespace: str,
    meanwhile: Callable[[], None], warn: Callable[[str], None],
) -> tuple[ClusterEnd, ...]:  # fmt: skip
    """Return what was typed, looked up side by side: ``web``, ``default/web``, ``node/n1``, an IP.

    ``meanwhile`` is called while the answers are on their way, ``warn`` gets a sentence on what is
    doubtful. Raises InventoryError or LackingError: there is none, it does not run, or may not be
    looked at.
    """
    searches = [_Search(kubectl, each, namespace) for each in typed]
    try:
        meanwhile()
        ends = tuple(search.end() for search in searches)
        return tuple(_held(kubectl, end, _first_version(ends), warn) for end in ends)
    except KubectlError as error:
        raise as_unreachable(error) from None
    finally:
        for search in searches:
            search.give_up()


def _first_version(ends: Sequence[ClusterEnd]) -> int | None:
    """Return of which IP version pods' first addresses are, as far as a pod is known."""
    pods = [end.pod for end in ends if end.pod is not None and end.pod.addresses]
    return pods[0].addresses[0].version if pods else None


def _held(
    kubectl: Kubectl, end: ClusterEnd, first: int | None, warn: Callable[[str], None]
) -> ClusterEnd:
    """Return an end; of an address that is nobody's first, with whose second one it is."""
    address = address_typed(end.typed) if end.node is None else None
    if address is None or address.version == first:
        return end
    holder = holder_of(kubectl, address, warn)
    if holder.node is not None:
        return replace(end, node=read_node(holder.node).name, node_told=holder.node)
    return replace(_end_of(holder.pod), typed=end.typed) if holder.pod is not None else end


class _Search:
    """One end that is being looked up."""

    def __init__(self, kubectl: Kubectl, typed: str, namespace: str) -> None:
        self._kubectl = kubectl
        self._typed = typed
        self._prefix = next((each for each in PREFIXES if typed.startswith(each)), "")
        name = typed.removeprefix(self._prefix)
        self._address = None if self._prefix == "node/" else address_typed(typed)
        given, slash, self._name = name.rpartition("/")
        self._namespace = given if slash else namespace
        self._may_be_node = self._prefix == "node/" or (not self._prefix and not slash)
        if not self._name or "/" in given:
            raise InventoryError(f"{typed!r} names no pod: NAMESPACE/NAME, or NAME")
        self._request = self._begin()

    def _begin(self) -> Request:
        if self._address is not None:
            where = f"status.podIP={self._address}"
            return self._kubectl.get(pods_path(None), fieldSelector=where, limit=MOST_COMPARED)
        if self._prefix == "node/":
            return self._kubectl.get(node_path(self._name))
        return self._kubectl.get(pods_path(self._namespace, self._name))

    def end(self) -> ClusterEnd:
        """Wait for it and return it."""
        if self._address is not None:
            return self._at_address(self._request.items())
        try:
            told = self._request.object()
        except KubectlError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            return self._node_instead()
        if self._prefix == "node/":
            return ClusterEnd(f"node/{self._name}", node=self._name, node_told=told)
        return _end_of(told)

    def give_up(self) -> None:
        self._request.give_up()

    def _node_instead(self) -> ClusterEnd:
        if self._may_be_node and self._prefix != "node/":
            try:
                told = self._kubectl.get(node_path(self._name)).object()
                return ClusterEnd(f"node/{self._name}", node=self._name, node_told=told)
            except KubectlError as error:
                if error.kind not in (Kind.NOT_FOUND, Kind.FORBIDDEN):
                    raise
        raise InventoryError(self._unknown())

    def _at_address(self, found: Sequence[Object]) -> ClusterEnd:
        """Return whose an address is; pods on their host's network tell which node's."""
        for told in found:
            pod = read_pod(told)
            if pod.phase == "Running":
                end = _end_of(told)
                return end if pod.is_on_host_network else replace(end, typed=f"ip/{self._address}")
        return ClusterEnd(f"ip/{self._address}")

    def _unknown(self) -> str:
        if self._prefix == "node/":
            return f"there is no node {self._name!r} in the cluster"
        service = self._service()
        others = [f"{pod.namespace}/{pod.name}" for pod in self._of_the_same_name()]
        there = [pod.name for pod in self._some_of(self._namespace)]
        if service is not None:
            return self._told_of_service(service)
        like = [f"{self._namespace}/{name}" for name in _like(self._name, there)]
        listed = [*others[:MOST_NAMED], *like]
        what = "pod or node" if self._may_be_node else "pod"
        sentence = f"there is no {what} {self._name!r} in the namespace {self._namespace!r}"
        if listed:
            return f"{sentence}; there is {', '.join(listed)}"
        return sentence if there else f"{sentence}, nor any other pod"

    def _service(self) -> Object | None:
        """Return the Service of that name, if there is one that may be looked at."""
        path = namespaced_path("/api/v1", self._namespace, "services", self._name)
        try:
            return self._kubectl.get(path).object()
        except KubectlError:
            return None

    def _told_of_service(self, service: Object) -> str:
        """Return that a Service cannot be pinged, and which pods are behind it."""
        name = f"{self._namespace}/{self._name}"
        sentence = f"{name} is a Service, and its address answers no ping"
        spec = service.get("spec")
        selector = spec.get("selector") if isinstance(spec, dict) else None
        if not isinstance(selector, dict) or not selector:
            return f"{sentence}: name a pod"
        labels = ",".join(f"{key}={value}" for key, value in selector.items())
        path = pods_path(self._namespace)
        pods = self._pods(self._kubectl.get(path, labelSelector=labels, limit=MOST_NAMED))
        listed = ", ".join(pod.full_name for pod in pods)
        return f"{sentence}: name one of its pods" + (f", {listed}" if listed else "")

    def _of_the_same_name(self) -> list[ClusterPod]:
        selector = f"metadata.name={self._name}"
        return self._pods(self._kubectl.get(pods_path(None), fieldSelector=selector, limit=50))

    def _some_of(self, namespace: str) -> list[ClusterPod]:
        return self._pods(self._kubectl.get(pods_path(namespace), limit=MOST_COMPARED))

    def _pods(self, request: Request) -> list[ClusterPod]:
        """Return what may be listed: that is no more than a help."""
        try:
            return [read_pod(told) for told in request.items()]
        except KubectlError:
            return []


def _like(name: str, there: Sequence[str]) -> list[str]:
    """Return names that are like one: a Deployment's pods begin with its name."""
    begin = [each for each in there if each.startswith(f"{name}-")]
    near = difflib.get_close_matches(name, there, n=MOST_NAMED)
    return list(dict.fromkeys((*begin, *near)))[:MOST_NAMED]


def _end_of(told: Object) -> ClusterEnd:
    """Return a pod that runs. Raises InventoryError: it does not."""
    pod = read_pod(told)
    if pod.node is None or pod.phase != "Running":
        why = f" ({pod.reason})" if pod.reason else ""
        raise InventoryError(f"the pod {pod.full_name} is not running: it is {pod.phase}{why}")
    if pod.is_on_host_network:
        return ClusterEnd(f"node/{pod.node}", pod, told, node=pod.node)
    if not pod.addresses:
        raise InventoryError(f"the pod {pod.full_name} has no address yet")
    return ClusterEnd(f"pod/{pod.full_name}", pod, told, node=pod.node)
