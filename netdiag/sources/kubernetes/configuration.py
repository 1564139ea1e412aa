"""What configures the cluster's network, asked for while other things happen, as documents.

What cannot be read is told, and stops nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from netdiag.sources.kubernetes.allowed import allowed
from netdiag.sources.kubernetes.kubectl import (
    Kubectl,
    Object,
    Request,
    namespaced_path,
    node_path,
)
from netdiag.sources.kubernetes.refusals import Kind, KubectlError

CONFIG_MAPS: Final = ("kube-flannel-cfg", "canal-config", "calico-config", "kube-proxy")
FLANNEL_NAMESPACE: Final = "kube-flannel"
MOST_DAEMON_SETS: Final = 250
MOST_POLICIES: Final = 250
_NETWORKS: Final = re.compile(
    r"flannel|calico|canal|kube-proxy|kube-router|cilium|weave|multus|antrea|ovn|aws-node"
)
_CALICO: Final = re.compile("calico|canal")
_OF_CALICO: Final = "/apis/crd.projectcalico.org/v1"


class ConfigurationReading:
    """Requests that run; their answers become documents of a bundle."""

    def __init__(self, kubectl: Kubectl) -> None:
        """Say where; nothing is asked yet."""
        self._kubectl = kubectl
        self._requests: dict[tuple[str, str], list[Request]] = {}
        self._objects: dict[str, list[dict[str, Any]]] = {}
        self._has_begun = False
        self.problems: list[str] = []

    def begin(self) -> None:
        """Ask what is asked of any cluster, once."""
        if self._has_begun:
            return
        self._has_begun = True
        kubectl = self._kubectl
        self._requests["configmaps", "ConfigMap"] = [
            kubectl.get_named("configmaps", CONFIG_MAPS, "kube-system"),
            kubectl.get(
                namespaced_path("/api/v1", FLANNEL_NAMESPACE, "configmaps", CONFIG_MAPS[0])
            ),
        ]
        self._requests["daemonsets", "DaemonSet"] = [
            kubectl.get("/apis/apps/v1/daemonsets", limit=MOST_DAEMON_SETS)
        ]

    def ask_for_nodes(self, names: Iterable[str]) -> None:
        """Ask for nodes, too; by their names."""
        requests = [self._kubectl.get(node_path(name)) for name in names]
        if requests:
            self._requests["nodes", "Node"] = requests

    def ask_for_policies(self, namespaces: Iterable[str]) -> None:
        """Ask for the NetworkPolicies of namespaces, too."""
        self._requests["networkpolicies", "NetworkPolicy"] = [
            self._kubectl.get(
                namespaced_path("/apis/networking.k8s.io/v1", each, "networkpolicies"),
                limit=MOST_POLICIES,
            )
            for each in dict.fromkeys(namespaces)
        ]

    def add(self, name: str, kind: str, objects: Iterable[Object]) -> None:
        """Add objects that are known already; several of one name are one."""
        kept = [allowed(each, kind) for each in objects]
        self._objects[name] = list({str(each.get("metadata")): each for each in kept}.values())

    def documents(self) -> dict[str, bytes]:
        """Wait for the answers; return documents, by their names below ``kubernetes/``."""
        self._collect()
        images = json.dumps(self._objects.get("daemonsets", []))
        if _CALICO.search(images):
            for name, kind in (
                ("ippools", "IPPool"),
                ("felixconfigurations", "FelixConfiguration"),
            ):
                self._requests[name, kind] = [self._kubectl.get(f"{_OF_CALICO}/{name}", limit=250)]
            self._collect()
        return {
            f"{name}.json": json.dumps(
                {"apiVersion": "v1", "kind": "List", "items": objects}, indent=1
            ).encode()
            for name, objects in self._objects.items()
        }

    def give_up(self) -> None:
        """End those that still run."""
        for requests in self._requests.values():
            for request in requests:
                request.give_up()
        self._requests.clear()

    def _collect(self) -> None:
        while self._requests:
            (name, kind), requests = next(iter(self._requests.items()))
            found = [each for request in requests for each in self._answer(name, request)]
            kept = [allowed(each, kind) for each in found]
            if name == "daemonsets":  # by their names and images
                kept = [each for each in kept if _NETWORKS.search(json.dumps(each))]
            self._objects[name] = [*self._objects.get(name, ()), *kept]
            del self._requests[name, kind]

    def _answer(self, name: str, request: Request) -> list[Object]:
        try:
            told = request.object()
        except KubectlError as error:
            if error.kind is not Kind.NOT_FOUND:
                self.problems.append(f"the cluster's {name} are not known: {error}")
            return []
        items = told.get("items", [told] if "metadata" in told and "kind" in told else [])
        return [
            item for item in (items if isinstance(items, list) else ()) if isinstance(item, dict)
        ]
