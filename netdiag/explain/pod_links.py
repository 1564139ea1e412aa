"""Which pod a node's veth leads to, as far as facts tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netdiag.explain.names import Names
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.model.prefixes import parse_prefix

LEARNED = ("", None, "stale", "reachable")
"""States of FDB entries that came from a packet."""


def pods_by_interface(node: ClusterNode, names: Names) -> Mapping[str, str]:
    """Return the pods by the host's ends of their veths; the surest sign first."""
    found: dict[str, str] = {}
    for signs in (_by_peers(node), _by_routes(node, names), _by_bridge(node, names)):
        for device, pod in signs:
            found.setdefault(device, pod)
    return found


def _by_peers(node: ClusterNode) -> Iterator[tuple[str, str]]:
    """Yield devices whose peer index is that of a pod's device, and the other way round."""
    by_index = {link.index: link for link in node.links.values() if link.index is not None}
    for pod, namespace in node.pod_namespaces.items():
        for inside in namespace.links or ():
            outside = by_index.get(inside.peer_index) if inside.peer_index is not None else None
            if outside is None or outside.kind != "veth" or inside.kind != "veth":
                continue
            if outside.peer_index == inside.index and _may_be_pods(node, outside.name, pod):
                yield outside.name, pod


def _may_be_pods(node: ClusterNode, device: str, pod: str) -> bool:
    """Return False if the bridge learned on a device a MAC address that is not the pod's.

    Indices are counted in each namespace: two pods may have the same on both sides.
    """
    namespace = node.facts.pods[pod] if node.facts else None
    own = {link.mac for link in (namespace.links or () if namespace else ())}
    learned = {
        entry.mac
        for entry in node.host.fdb or ()
        if entry.device == device and entry.state in LEARNED and entry.destination is None
    }
    return not learned or bool(learned & own)


def _by_routes(node: ClusterNode, names: Names) -> Iterator[tuple[str, str]]:
    """Yield devices that a route to one pod's address names, as Calico makes them."""
    for route in node.host.routes or ():
        prefix = parse_prefix(route.destination)
        if route.type != "unicast" or prefix is None or not prefix.is_host:
            continue
        pod = names.pod_of(str(prefix))
        if pod is not None and route.device is not None and node.roles.get(route.device) == "veth":
            yield route.device, pod


def _by_bridge(node: ClusterNode, names: Names) -> Iterator[tuple[str, str]]:
    """Yield ports of a bridge that learned the MAC address which ARP gives for a pod."""
    addresses = {
        neighbour.mac: neighbour.address
        for neighbour in node.host.neighbours or ()
        if neighbour.mac is not None
    }
    for entry in node.host.fdb or ():
        address = addresses.get(entry.mac)
        if address is None or entry.state not in LEARNED or entry.destination is not None:
            continue
        pod = names.pod_of(address)
        if pod is not None and node.roles.get(entry.device) == "veth":
            yield entry.device, pod
