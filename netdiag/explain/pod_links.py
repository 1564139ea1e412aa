"""Which pod a node's veth leads to, as far as facts tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netdiag.explain.names import Names
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.veths import LEARNED
from netdiag.model.prefixes import parse_prefix


def pods_by_interface(node: ClusterNode, names: Names) -> Mapping[str, str]:
    """Return the pods by the host's ends of their veths; the surest sign first."""
    found: dict[str, str] = {}
    peers = ((veth.outside.name, veth.pod) for veth in node.veths)
    for signs in (peers, _by_routes(node, names), _by_bridge(node, names)):
        for device, pod in signs:
            found.setdefault(device, pod)
    return found


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
