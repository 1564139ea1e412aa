"""Capture points as facts know them: their roles, and which namespaces are one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netdiag.correlate.places import role_of
from netdiag.explain.truths.namespaces import Devices, devices_of, is_same
from netdiag.explain.truths.node_objects import objects_by_folder
from netdiag.facts.kernel.devices import roles_of
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.facts import NO_FACTS, Facts
from netdiag.model.report import Role


class Roles:
    """Knows the role of each interface, by what facts say, or else guesses it by name."""

    def __init__(self, facts: Facts = NO_FACTS) -> None:
        self._known: Mapping[str, Mapping[str, Role]] = {
            name: roles_of(node.host) for name, node in facts.nodes.items()
        }
        self._shared = dict(_shared_namespaces(facts))

    def of(self, point: CapturePoint) -> Role:
        """Return the role of a capture point."""
        return self._told(point) or role_of(point)

    def is_guess(self, point: CapturePoint) -> bool:
        """Return True if only the interface's name tells its role."""
        return point.pod is None and point.interface != "lo" and self._told(point) is None

    def one_of(self, point: CapturePoint) -> CapturePoint:
        """Return the point by the one name that its namespace has here.

        A pod with hostNetwork has its node's namespace; containers that joined another's have it.
        """
        if point.pod is None or point.node is None:
            return point
        key = (point.node, point.pod)
        return point._replace(pod=self._shared[key]) if key in self._shared else point

    def _told(self, point: CapturePoint) -> Role | None:
        if point.pod is not None or point.node is None or point.interface is None:
            return None
        return self._known.get(point.node, {}).get(point.interface)


def _shared_namespaces(facts: Facts) -> Iterator[tuple[tuple[str, str], str | None]]:
    """Yield pods whose namespace is another pod's, or the host's (None)."""
    for name, node in facts.nodes.items():
        host = devices_of(node.host)
        first: dict[Devices, str] = {}
        for pod, namespace in node.pods.items():
            own = devices_of(namespace)
            if is_same(namespace, host):
                yield (name, pod), None
            elif own and first.setdefault(own, pod) != pod:
                yield (name, pod), first[own]
    yield from _host_network(facts)


def _host_network(facts: Facts) -> Iterator[tuple[tuple[str, str], None]]:
    """Yield the folders of pods that Kubernetes says to be in their node's network."""
    objects = objects_by_folder(facts)
    folders = {node.name: folder for folder, node in objects.items()}
    for pod in facts.cluster.pods or ():
        name = folders.get(pod.node or "", pod.node)
        node = facts.nodes.get(name or "")
        if not pod.host_network or node is None:
            continue
        for folder in (pod.name, f"{pod.namespace}_{pod.name}"):
            if folder not in node.pods:
                yield (node.name, folder), None
