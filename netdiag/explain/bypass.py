"""Interfaces that a packet need not cross, by what facts say of pods: their silence is no proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from netdiag.explain.truths.plugins import find_plugin
from netdiag.explain.truths.truths import Truths
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.cluster import Pod
from netdiag.model.facts.kernel import Namespace

Way = Literal["hardware", "parent"]
"""``hardware``: the NIC itself takes the packets (SR-IOV, host-device). ``parent``: they cross the
NIC that a macvlan or ipvlan hangs on, unless both pods do, and nothing else of the host."""

Folder = tuple[str, str]
"""A node and what its folder calls the pod."""

KINDS: dict[str | None, Way] = {
    "": "hardware",
    "macvlan": "parent",
    "macvtap": "parent",
    "ipvlan": "parent",
}
FAMILIES: dict[str, Way] = {"sriov": "hardware", "host-device": "hardware"}


class Bypass:
    """Knows which pods bypass their host, by address, and whose addresses are whose."""

    def __init__(self, truths: Truths | None = None) -> None:
        self._ways: Mapping[str, tuple[str, Way]] = {}
        self._families: Mapping[str, Way] = {}
        self._nodes: frozenset[str] = frozenset()
        self._folders: dict[str, set[Folder]] = {}
        self._hosts: dict[str, set[str]] = {}
        if truths is not None:
            self._ways = {address: (node, way) for node, address, way in _told(truths)}
            self._families = dict(_configured(truths))
            self._nodes = frozenset(node.name for node in truths.nodes)
            for folder, address in _held(truths):
                self._folders.setdefault(address, set()).add(folder)
            for node in truths.nodes:
                for own in node.addresses:
                    self._hosts.setdefault(str(own), set()).add(node.name)

    def way_of(self, address: str, node: str | None) -> Way | None:
        """Return how a pod bypasses a node's interfaces; None if it does not, as far as known.

        One that is on another node does not: its packets come in as those of any host.
        """
        host, way = self._ways.get(address, (None, None))
        if host is not None and host != node and node in self._nodes:
            return None
        return way or self._families.get(node or "")

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

    def holds(self, point: CapturePoint, address: str) -> bool | None:
        """Return whether the pod whose interface a point is has an address; None = not known."""
        folders = self._folders.get(address)
        if folders is None:
            return None
        if (point.node, point.pod) not in folders:
            return False
        return True if len({node for node, _ in folders}) == 1 else None

    def node_of(self, address: str) -> str | None:
        """Return the only node that has an address, itself or by one of its pods; None = unsure."""
        nodes = {node for node, _ in self._folders.get(address, ())} | self._hosts.get(
            address, set()
        )
        return nodes.pop() if len(nodes) == 1 else None


def _told(truths: Truths) -> Iterator[tuple[str, str, Way]]:
    for node in truths.nodes:
        own = {address.address for address in node.host.addresses or ()}
        for namespace in node.pod_namespaces.values():
            for address, way in _by_devices(namespace):
                if address not in own:
                    yield node.name, address, way
    for name, pod in _pods(truths):
        for _, interface, addresses in pod.attachments:
            if interface is not None and interface in pod.pci_attachments:
                yield from ((name, address, "hardware") for address in addresses)


def _pods(truths: Truths) -> Iterator[tuple[str, Pod]]:
    """Yield the pods of Kubernetes with their nodes, of whose objects nothing may be told."""
    known: set[str] = set()
    for node in truths.nodes:
        known.update((node.name, node.object.name if node.object else node.name))
        yield from ((node.name, pod) for pod in node.pods)
    for pod in truths.facts.cluster.pods or ():
        if pod.node is not None and pod.node not in known and not pod.host_network:
            yield pod.node, pod


def _held(truths: Truths) -> Iterator[tuple[Folder, str]]:
    """Yield the addresses of pods, by the folders that their captures may be in."""
    for name, pod in _pods(truths):
        for address in (*pod.addresses, *(ip for _, _, ips in pod.attachments for ip in ips)):
            yield (name, pod.name), address
            yield (name, f"{pod.namespace}_{pod.name}"), address
    for node in truths.nodes:
        for folder, namespace in node.pod_namespaces.items():
            for told in namespace.addresses or ():
                if told.device != "lo":
                    yield (node.name, folder), told.address


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
