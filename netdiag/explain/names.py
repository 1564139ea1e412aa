"""Names of addresses: the pod, service or node that has them."""

from __future__ import annotations

from collections.abc import Iterable

from netdiag.model.facts.cluster import Cluster, Pod
from netdiag.model.facts.facts import NO_FACTS, Facts

ENDED = ("Succeeded", "Failed")
"""Phases of pods whose addresses may be others' by now."""


class Names:
    """Knows who has an address, as far as facts tell."""

    def __init__(self, facts: Facts = NO_FACTS) -> None:
        self._pods = _pods_by_folder(facts) | _pods_by_object(facts.cluster.pods or ())
        self._others = _nodes(facts) | _services(facts.cluster)

    def pod_of(self, address: str | None) -> str | None:
        """Return a pod as ``namespace/name``, or as its folder is called."""
        return self._pods.get(address or "")

    def of(self, address: str) -> str | None:
        """Return a pod's name, ``service namespace/name``, or a node's name."""
        return self._pods.get(address) or self._others.get(address)

    def named(self, addresses: Iterable[str]) -> dict[str, str]:
        """Return the names of those addresses that have one."""
        found = ((address, self.of(address)) for address in dict.fromkeys(addresses))
        return {address: name for address, name in found if name is not None}

    def told(self, address: str) -> str:
        """Return an address, with its pod's name if it is known: ``10.244.1.2 (web-0)``."""
        name = self.of(address)
        return f"{address} ({name})" if name else address

    def way(self, source: str, destination: str) -> str:
        """Return from where to where: ``10.244.1.2 (pod-a) → 10.244.2.2``."""
        return f"{self.told(source)} → {self.told(destination)}"


def _pods_by_object(pods: Iterable[Pod]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pod in pods:
        if pod.host_network or pod.phase in ENDED:
            continue
        for address in pod.addresses:
            found.setdefault(address, pod.full_name)
        for _, _, addresses in pod.attachments:
            for address in addresses:
                found.setdefault(address, pod.full_name)
    return found


def _pods_by_folder(facts: Facts) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in facts.nodes.values():
        own = {address.address for address in node.host.addresses or ()}
        for name, namespace in node.pods.items():
            for address in namespace.addresses or ():
                if address.scope in ("global", None) and address.address not in own:
                    found.setdefault(address.address, name)
    return found


def _nodes(facts: Facts) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in facts.cluster.nodes or ():
        for address in node.internal_ips:
            found.setdefault(address, node.name)
    for name, told in facts.nodes.items():
        for own in told.host.addresses or ():
            if own.scope in ("global", None) and not own.address.startswith(("127.", "::1")):
                found.setdefault(own.address, name)
    return found


def _services(cluster: Cluster) -> dict[str, str]:
    return {
        address: f"service {service.full_name}"
        for service in cluster.services or ()
        for address in (*service.cluster_ips, *service.external_ips)
    }
