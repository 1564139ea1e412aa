"""Which devices a packet takes of pods and nodes: those that hold its addresses."""

from __future__ import annotations

from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.world import End
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.routing import Packet as RoutedPacket
from netdiag.model.facts.kernel import Link
from netdiag.model.prefixes import parse_address


def is_routed_to(node: ClusterNode, end: End, port: Link) -> bool:
    """Return True if a node routes to a pod by its veth, as to one that is meant for no bridge."""
    if end.address is None:
        return False
    route = node.tables.look_up(RoutedPacket(end.address))
    return route is not None and route.device == port.name


def own_device(end: End, packet: Packet, destination: bool = False) -> Link | None:
    """Return the pod's interface that has the packet's source, or its destination."""
    address = packet.destination if destination else packet.source
    namespace = end.namespace
    for told in namespace.addresses or () if namespace else ():
        if parse_address(told.address) == address:
            links = namespace.links or () if namespace else ()
            return next((link for link in links if link.name == told.device), None)
    return None


def bridge_of_pods(node: ClusterNode) -> str | None:
    """Return the bridge whose address is the pods' gateway."""
    for address in node.host.addresses or ():
        if address.device in node.pod_bridges:
            return address.device
    return next((name for name in node.pod_bridges if name in node.links), None)


def receiving_nic(node: ClusterNode, address: str) -> Link | None:
    """Return the NIC that has an address, or the only one."""
    devices = [name for own, _, name in node.underlay if str(own) == address]
    devices = devices or list(dict.fromkeys(name for _, _, name in node.underlay))
    return node.links.get(devices[0]) if devices else None
