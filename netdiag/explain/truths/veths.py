"""Which device of a pod is the other end of which of the host's, by the indices that both tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdiag.explain.truths.claims import is_local
from netdiag.model.facts.kernel import Link, Namespace
from netdiag.model.prefixes import parse_address, parse_prefix

if TYPE_CHECKING:
    from netdiag.explain.truths.cluster_nodes import ClusterNode

LEARNED = ("", None, "stale", "reachable")
"""States of FDB entries that came from a packet."""


@dataclass(frozen=True)
class Veth:
    """A veth: its end in a pod, and the host's."""

    pod: str
    """The folder of the pod's documents."""
    inside: Link
    outside: Link


def veths_of(node: ClusterNode) -> tuple[Veth, ...]:
    """Return the veths between a node and its pods.

    Indices are counted in each namespace: also a pod of a node that runs inside of this one, as in
    kind, may name one of the host's. Of several that do, the one counts that the host routes to.
    """
    claims: dict[str, list[Veth]] = {}
    for veth in _claimed(node):
        claims.setdefault(veth.outside.name, []).append(veth)
    return tuple(sure for several in claims.values() if (sure := _sure(node, several)) is not None)


def _claimed(node: ClusterNode) -> Iterator[Veth]:
    """Yield pairs of devices that name each other's index."""
    by_index = {link.index: link for link in node.links.values() if link.index is not None}
    for pod, namespace in node.pod_namespaces.items():
        for inside in namespace.links or ():
            outside = by_index.get(inside.peer_index) if inside.peer_index is not None else None
            if outside is None or outside.kind != "veth" or inside.kind != "veth":
                continue
            if outside.peer_index == inside.index and _may_be(node, outside, namespace):
                yield Veth(pod, inside, outside)


def _may_be(node: ClusterNode, outside: Link, namespace: Namespace) -> bool:
    """Return False if the bridge learned on a device a MAC address that is not the pod's."""
    own = {link.mac for link in namespace.links or ()}
    learned = {
        entry.mac
        for entry in node.host.fdb or ()
        if entry.device == outside.name and entry.state in LEARNED and entry.destination is None
    }
    return not learned or bool(learned & own)


def _sure(node: ClusterNode, several: Sequence[Veth]) -> Veth | None:
    """Return the one of those that claim a device which it is; None if that is not sure."""
    if len({veth.inside.mac for veth in several}) > 1:
        several = [veth for veth in several if _is_routed_to(node, veth)]
    return several[0] if len({veth.inside.mac for veth in several}) == 1 else None


def _is_routed_to(node: ClusterNode, veth: Veth) -> bool:
    """Return True if the host sends to the pod's addresses by the veth, or by its bridge."""
    devices = {veth.outside.name, veth.outside.master}
    reached = [
        prefix
        for route in node.host.routes or ()
        if route.device in devices and (prefix := parse_prefix(route.destination)) is not None
    ]
    told = node.pod_namespaces[veth.pod].addresses or ()
    own = [parse_address(each.address) for each in told if each.device == veth.inside.name]
    wide = [address for address in own if address is not None and not is_local(address)]
    return any(prefix.covers(address) for prefix in reached for address in wide)
