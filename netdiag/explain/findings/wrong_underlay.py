"""Tunnel ends on a NIC that the other nodes do not reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from netdiag.explain.findings.context import Context
from netdiag.explain.shell_words import shell_word
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.describing import fact_evidence, kernel_evidence
from netdiag.facts.kernel.routing import Packet, is_default
from netdiag.model.prefixes import Prefix, parse_address
from netdiag.model.report import Evidence, Finding

MOST_NAMED = 8


class TunnelEnd(NamedTuple):
    """The address that a node's tunnel packets have, and the network that it is in."""

    node: ClusterNode
    address: Prefix
    network: Prefix | None
    device: str | None
    evidence: Evidence


def wrong_underlay_interface(context: Context) -> Iterator[Finding]:
    """A VTEP, or flannel's public IP, is on another NIC than the one that joins the nodes."""
    ends = [end for node in context.truths.nodes if (end := _tunnel_end(node)) is not None]
    reached = _answered_nodes(context)
    wrong = [end for end in _wrong_ends(ends) if end.node.name not in reached]
    if not wrong:
        return
    first = wrong[0]
    better = next((name for name in (_better_device(end, ends) for end in wrong) if name), None)
    node = first.node.name if len(wrong) == 1 else None
    where = first.node.name if node else f"{len(wrong)} nodes"
    told = ", ".join(f"{end.node.name}={end.address}" for end in wrong[:MOST_NAMED])
    device = first.device or "a NIC"
    yield Finding(
        "wrong-underlay-interface",
        "error",
        node,
        first.device if node else None,
        f"The tunnel of {where} ends at {first.address} ({device}), which other nodes do not reach",
        f"Tunnel ends: {told}, the first on {device}; the nodes have another "
        f"network in common{f', by {better}' if better else ''}. Where the default route is on a "
        "NIC of its own, as on virtual machines with NAT, the network plugin takes that one.",
        f"{_flags(better)} and restart its pods; pods keep running, traffic between nodes stops "
        "for a second",
        tuple(end.evidence for end in wrong[:4]),
    )


def _flags(device: str | None) -> str:
    """Return how the network plugin is told which NIC joins the nodes."""
    if device is None:
        return (
            "name the NIC that joins the nodes to the network plugin (flanneld --iface, Calico's "
            "IP_AUTODETECTION_METHOD)"
        )
    name = shell_word(device)
    return (
        f"add --iface={name} to flanneld's arguments in the kube-flannel DaemonSet (for Calico: "
        f"IP_AUTODETECTION_METHOD=interface={name})"
    )


def _tunnel_end(node: ClusterNode) -> TunnelEnd | None:
    for link in node.links.values():
        local = parse_address(link.vxlan.local) if link.vxlan else None
        if local is not None and link.is_up:
            network, device = _network_of(node, local)
            told = link.vxlan.lower if link.vxlan else None
            evidence = kernel_evidence(node.name, link)
            return TunnelEnd(node, local, network, device or told, evidence)
    told_ip = node.object.flannel_public_ip if node.object else None
    address = parse_address(told_ip)
    if node.object is None or address is None:
        return None
    network, device = _network_of(node, address)
    text = f"flannel.alpha.coreos.com/public-ip: {told_ip}"
    return TunnelEnd(node, address, network, device, fact_evidence(None, node.object.source, text))


def _network_of(node: ClusterNode, address: Prefix) -> tuple[Prefix | None, str | None]:
    found = ((network, device) for own, network, device in node.underlay if own == address)
    return next(found, (None, None))


def _wrong_ends(ends: list[TunnelEnd]) -> Iterator[TunnelEnd]:
    """Yield those whose address another node has, or whose network others are not joined by."""
    holders = Counter(end.address for end in ends)
    by_network: dict[Prefix, list[TunnelEnd]] = {}
    for end in ends:
        if end.network is not None:
            by_network.setdefault(end.network, []).append(end)
    for end in ends:
        if holders[end.address] > 1 or (not _is_internal(end) and _is_apart(end, by_network)):
            yield end


def _is_internal(end: TunnelEnd) -> bool:
    """Return True if Kubernetes itself reaches the node by the tunnel's address."""
    told = end.node.object.internal_ips if end.node.object else ()
    return any(parse_address(text) == end.address for text in told)


def _is_apart(end: TunnelEnd, by_network: Mapping[Prefix, Sequence[TunnelEnd]]) -> bool:
    """Return True if another's end is in a network that both nodes share, and not the other way."""
    return end.network is not None and any(
        _is_joined(end.node, network, other.address)
        and not _is_joined(other.node, end.network, end.address)
        and not _is_routed(other.node, end)
        for network, others in by_network.items()
        if not network.covers(end.address)
        for other in others
    )


def _is_routed(node: ClusterNode, end: TunnelEnd) -> bool:
    """Return True if a node has a route of its own to a tunnel's end, not only the default."""
    if end.address in node.addresses:
        return False
    route = node.tables.look_up(Packet(end.address))
    return route is not None and route.type == "unicast" and not is_default(route)


def _is_joined(node: ClusterNode, network: Prefix, other: Prefix) -> bool:
    """Return True if a node shares a network with another's address.

    A network in which both have the same address is not shared: each has its own, behind NAT.
    """
    own = [address for address, _, _ in node.underlay if network.covers(address)]
    return bool(own) and other not in own


def _better_device(end: TunnelEnd, ends: list[TunnelEnd]) -> str | None:
    """Return the NIC by which a node is in one network with another node."""
    for address, network, device in end.node.underlay:
        if address == end.address:
            continue
        for other in ends:
            if other.node is not end.node and _is_joined(other.node, network, address):
                return device
    return None


def _answered_nodes(context: Context) -> set[str]:
    """Return the nodes between which pings were answered: their tunnels work."""
    found: set[str] = set()
    for view in context.views:
        if view.judgement.status != "answered":
            continue
        nodes = {c.node for c in (*view.track.request, *view.track.reply) if c.node is not None}
        if len(nodes) > 1:
            found |= nodes
    return found
