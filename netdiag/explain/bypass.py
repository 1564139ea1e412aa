"""Pods whose packets do not cross their host's interfaces, so that silence there proves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.plugins import find_plugin
from netdiag.explain.truths.truths import Truths
from netdiag.model.facts.kernel import Namespace

Way = Literal["hardware", "parent"]
"""``hardware``: the NIC itself takes the packets (SR-IOV, host-device). ``parent``: they cross the
NIC that a macvlan or ipvlan hangs on, unless both pods do, and nothing else of the host."""

KINDS: dict[str | None, Way] = {
    "": "hardware",
    "macvlan": "parent",
    "macvtap": "parent",
    "ipvlan": "parent",
}
FAMILIES: dict[str, Way] = {"sriov": "hardware", "host-device": "hardware"}


class Bypass:
    """Knows which pods bypass their host, by address."""

    def __init__(self, truths: Truths | None = None) -> None:
        self._ways: Mapping[str, Way] = {}
        self._families: Mapping[str, Way] = {}
        if truths is not None:
            self._ways = {address: way for node in truths.nodes for address, way in _told(node)}
            self._families = dict(_configured(truths))

    def way_of(self, address: str, node: str | None) -> Way | None:
        """Return how a pod bypasses its host; None if it does not, as far as is known."""
        return self._ways.get(address) or self._families.get(node or "")

    def hides(self, node: str | None, source: str, destination: str, is_nic: bool) -> bool:
        """Return True if packets between two addresses need not cross a node's interfaces.

        ``is_nic``: the interface that is silent is a NIC.
        """
        ways = {self.way_of(source, node), self.way_of(destination, node)}
        if "hardware" in ways:
            return True
        if "parent" not in ways:
            return False
        return not is_nic or ways == {"parent"}


def _told(node: ClusterNode) -> Iterator[tuple[str, Way]]:
    for namespace in (node.facts.pods if node.facts else {}).values():
        yield from _by_devices(namespace)
    for pod in node.pods:
        for _, interface, addresses in pod.attachments:
            if interface is not None and interface in pod.pci_attachments:
                yield from ((address, "hardware") for address in addresses)


def _by_devices(namespace: Namespace) -> Iterator[tuple[str, Way]]:
    kinds = {
        link.name: link.kind for link in namespace.links or () if link.type not in ("loopback",)
    }
    for address in namespace.addresses or ():
        way = KINDS.get(kinds.get(address.device, "veth"))
        if way is not None:
            yield address.address, way


def _configured(truths: Truths) -> Iterator[tuple[str, Way]]:
    """Yield the nodes whose only network bypasses them, where no pod's devices are known."""
    cluster = truths.facts.cluster.configuration
    for node in truths.nodes:
        plugin = find_plugin(node, cluster)
        if plugin is not None and plugin.family in FAMILIES:
            yield node.name, FAMILIES[plugin.family]
