"""What facts know of a cluster, as a packet on its way needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from netdiag.explain.names import Names
from netdiag.explain.pod_links import pods_by_interface
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.truths import Truths
from netdiag.model.facts.configuration import Configuration
from netdiag.model.facts.kernel import FdbEntry, Link, Namespace, Neighbour
from netdiag.model.prefixes import Prefix, parse_address


class End(NamedTuple):
    """Who has an address."""

    node: ClusterNode
    pod: str | None
    """None = the node itself."""
    namespace: Namespace | None
    """The pod's, where it was looked at."""
    address: Prefix | None = None


class World:
    """Nodes, pods and what joins them."""

    def __init__(self, truths: Truths, names: Names) -> None:
        self.truths = truths
        self.names = names
        self._ports: dict[str, Mapping[str, str]] = {}

    @property
    def cluster(self) -> Configuration:
        """Return what Kubernetes' objects configure."""
        return self.truths.facts.cluster.configuration

    def end_of(self, address: Prefix) -> End | None:
        """Return who has an address; None if that is not known."""
        node = self.truths.nodes.holder_of(str(address))
        if node is None:
            is_pod = self.truths.is_pod(str(address))
            unknown = ClusterNode("another node", None, None)
            return End(unknown, str(address), None, address) if is_pod else None
        if address in node.addresses:
            return End(node, None, None, address)
        folder, namespace = self._namespace_of(node, address)
        pod = folder or self.names.pod_of(str(address)) or str(address)
        return End(node, pod, namespace, address)

    def _namespace_of(
        self, node: ClusterNode, address: Prefix
    ) -> tuple[str | None, Namespace | None]:
        for name, namespace in node.pod_namespaces.items():
            for told in namespace.addresses or ():
                if parse_address(told.address) == address:
                    return name, namespace
        return None, None

    def broken_documents(self, node: ClusterNode) -> frozenset[str]:
        """Return the names of a node's documents of which not all was understood."""
        problems = self.truths.facts.problems
        return frozenset(p.document for p in problems if p.node == node.name)

    def port_of(self, end: End) -> str | None:
        """Return the host's end of the veth that a pod has its address on; None = not sure."""
        own = _peer_of_address(end)
        if own is not None:
            return own
        ports = self.ports_of(end)
        return ports[0] if len(ports) == 1 else None

    def ports_of(self, end: End) -> list[str]:
        """Return the host's ends of all veths of a pod."""
        if end.node.name not in self._ports:
            self._ports[end.node.name] = pods_by_interface(end.node, self.names)
        found = self._ports[end.node.name]
        return [device for device, pod in found.items() if pod == end.pod]

    def node_at(self, address: Prefix | None) -> ClusterNode | None:
        """Return the node whose own address it is."""
        if address is None:
            return None
        return next((node for node in self.truths.nodes if address in node.addresses), None)


def _peer_of_address(end: End) -> str | None:
    """Return the device whose index is the peer of the pod's device with its address."""
    inside = end.namespace
    names = {
        told.device
        for told in (inside.addresses or () if inside else ())
        if end.address is not None and parse_address(told.address) == end.address
    }
    found = [
        veth.outside.name
        for veth in end.node.veths
        if veth.pod == end.pod and veth.inside.name in names
    ]
    return found[0] if len(found) == 1 else None


def sysctl(node: ClusterNode, name: str) -> str | None:
    """Return a kernel setting of a node; None = not told."""
    told = node.facts.sysctls if node.facts else None
    return told.get(name) if told is not None else None


def interface_sysctl(node: ClusterNode, family: str, device: str, name: str) -> str | None:
    """Return a setting of an interface, whose dots sysctl writes as slashes."""
    return sysctl(node, f"net.{family}.conf.{device.replace('.', '/')}.{name}")


def neighbour(node: ClusterNode, address: str | None, device: str | None) -> Neighbour | None:
    """Return the ARP or neighbour discovery entry of an address on a device.

    One that was not there yet may be there later, when somebody has tried to send.
    """
    own = _entry_of(node.host.neighbours, address, device)
    if own is not None or node.facts is None or node.facts.after is None:
        return own
    return _entry_of(node.facts.after.host.neighbours, address, device)


def _entry_of(
    entries: tuple[Neighbour, ...] | None, address: str | None, device: str | None
) -> Neighbour | None:
    for entry in entries or ():
        if entry.address == address and entry.device == device and not entry.is_proxy:
            return entry
    return None


def is_failed(entry: Neighbour) -> bool:
    """Return True if nobody answers for an entry's address."""
    return entry.mac is None or "FAILED" in entry.states or "INCOMPLETE" in entry.states


def remote_entry(node: ClusterNode, device: str, mac: str) -> FdbEntry | None:
    """Return the FDB entry of a VXLAN device that says where a MAC address is."""
    return next(
        (
            entry
            for entry in node.host.fdb or ()
            if entry.device == device and entry.mac == mac and entry.destination
        ),
        None,
    )


def vxlan_device(node: ClusterNode, like: Link) -> Link | None:
    """Return a node's device that stands opposite another's: by name, or the only one."""
    devices = [link for link in node.links.values() if link.kind == like.kind]
    same = [link for link in devices if link.name == like.name]
    return (same or devices)[0] if len(same or devices) == 1 else None
