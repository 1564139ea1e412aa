"""Why a tunnel does not begin, or end: its device is not there, or down."""

from __future__ import annotations

from netdiag.explain.expected.steps import Obstacle
from netdiag.explain.expected.world import End, World
from netdiag.explain.shell_words import shell_word
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.configured import Way, configured_mode
from netdiag.facts.kernel.describing import describe, fact_evidence, kernel_evidence
from netdiag.facts.kernel.devices import encapsulation_of
from netdiag.facts.kernel.routing import Packet as RoutedPacket
from netdiag.model.facts.kernel import Link, Route
from netdiag.model.facts.source import Source
from netdiag.model.report import Evidence

NEEDED_DEVICES = {
    "flannel/vxlan": "flannel.1",
    "flannel/udp": "flannel0",
    "flannel/wireguard": "flannel-wg",
    "canal/vxlan": "flannel.1",
    "calico/vxlan": "vxlan.calico",
    "calico/ipip": "tunl0",
    "calico/wireguard": "wireguard.cali",
}
"""The device without which a backend cannot send; FLANNEL's VNI is part of its name."""

NEEDING_ONE = ("vxlan", "geneve")
"""Tunnels whose packets nobody takes but such a device, of whatever name."""


def missing_device(world: World, node: ClusterNode, end: End) -> Obstacle | None:
    """The device that the configured mode needs, or that the other end has, is gone or down."""
    way = Way(node, end.node, None, world.truths.same_subnet(node, end.node))
    mode = configured_mode(way, world.cluster)
    if mode is None:
        return device_of_other_end(node, end)
    if mode.backend is None or mode.encapsulation in (None, "none"):
        return None
    backend = mode.backend.removesuffix("-directrouting").removesuffix("-crosssubnet")
    name = NEEDED_DEVICES.get(backend)
    if backend.endswith("/vxlan") and name == "flannel.1":
        name = f"flannel.{mode.detail.get('vni') or 1}"
    if name is None or node.host.links is None or "links" in node.host.partial:
        return None
    link = node.links.get(name)
    if link is not None and link.is_up:
        return None
    state = _state(link)
    return Obstacle(
        "overlay-device-missing",
        node.name,
        name,
        f"{name} {state} on {node.name}, which {mode.backend} needs",
        f"{mode.backend} is configured: packets for pods of {end.node.name} must leave by {name}, "
        f"which {state}. The network plugin makes it when it starts, so its daemon is not "
        "running here, or it failed.",
        _remedy(node, name),
        (*mode.evidence[:1], _shown(node, name, link)),
    )


def _lacking(node: ClusterNode, device: str) -> Evidence:
    return fact_evidence(node.name, Source("ip_link.json"), f"no device {device}")


def device_of_other_end(node: ClusterNode, end: End) -> Obstacle | None:
    """The device by which another node reaches this one's pods is not there, or down.

    Where nothing tells what is configured: what one end of a tunnel does the other does, too.
    """
    found = _way_back(node, end)
    if found is None:
        return None
    route, link = found
    kind = encapsulation_of(link)
    own = node.links.get(link.name)
    if kind not in NEEDING_ONE or not _is_missing(node, kind, own):
        return None
    name, peer = link.name, end.node.name
    state = _state(own)
    return Obstacle(
        "overlay-device-missing",
        node.name,
        name,
        f"{name} {state} on {node.name}, and {peer} reaches its pods by such a device",
        f"{peer} sends packets for pods of {node.name} by its own {name} ({describe(route)}). "
        f"Those for pods of {peer} must leave {node.name} by the same device, which {state}, and "
        f"the routes by it with it. {_REASON}",
        _remedy(node, name),
        (kernel_evidence(peer, route), _shown(node, name, own)),
    )


def nobody_takes_in(
    node: ClusterNode, kind: str, sender: ClusterNode | None, name: str
) -> Obstacle | None:
    """A node has no device that is up and takes in such tunnel packets."""
    own = next((link for link in node.links.values() if encapsulation_of(link) == kind), None)
    if kind not in NEEDING_ONE or not _is_missing(node, kind, own):
        return None
    name = own.name if own is not None else name
    whose = f"what {sender.name} sends" if sender is not None else "tunnel packets"
    state = _state(own)
    return Obstacle(
        "overlay-device-missing",
        node.name,
        name,
        f"{name} {state} on {node.name}, which should take in {whose}",
        f"{node.name} gets {kind.upper()} packets, and {name}, which would take them out of the "
        f"tunnel, {state}: nobody listens on their UDP port. {_REASON}",
        _remedy(node, name),
        (_shown(node, name, own),),
    )


_REASON = (
    "The network plugin makes the device when it starts: its daemon is not running here, or failed,"
    " or somebody switched the device off."
)


def _way_back(node: ClusterNode, end: End) -> tuple[Route, Link] | None:
    """Return the route of another node to this one's pods, and its device."""
    for claim in node.claims:
        if end.address is None or claim.subnet.version != end.address.version:
            continue
        route = end.node.tables.look_up(RoutedPacket(claim.subnet))
        link = end.node.links.get(route.device or "") if route is not None else None
        if route is not None and link is not None:
            return route, link
    return None


def _is_missing(node: ClusterNode, kind: str | None, own: Link | None) -> bool:
    """Return True if a node is known to have no device of a kind that is up."""
    if node.host.links is None or "links" in node.host.partial:
        return False
    if own is not None and not own.is_down:
        return False
    devices = [link for link in node.links.values() if encapsulation_of(link) == kind]
    return all(link.is_down for link in devices)


def _state(own: Link | None) -> str:
    return "is down" if own is not None else "does not exist"


def _shown(node: ClusterNode, name: str, own: Link | None) -> Evidence:
    return kernel_evidence(node.name, own) if own is not None else _lacking(node, name)


def _remedy(node: ClusterNode, name: str) -> str:
    return (
        f"ip -d link show {shell_word(name)}  # on {shell_word(node.name)}; then restart the "
        "network plugin's pod on this node; safe"
    )
