"""The chain of MTUs from a pod to the wire, and what tunnels need of it."""

from __future__ import annotations

from typing import NamedTuple

from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.programmed import Reach
from netdiag.facts.kernel.routing import is_default
from netdiag.model.facts.kernel import Link

OVERHEADS = {
    "none": 0,
    "vxlan": 50,
    "geneve": 50,
    "ipip": 20,
    "6in4": 20,
    "gre": 24,
    "udp": 28,
    "wireguard": 60,
}
"""Bytes that a tunnel over IPv4 adds to an IP packet (GENEVE without options)."""

OVERHEADS_IPV6 = {"vxlan": 70, "geneve": 70, "ipip": 40, "gre": 44, "udp": 48, "wireguard": 80}
"""The same over IPv6."""

POD_DEVICES = ("cali", "azv", "gke", "eni", "lxc")
"""How names of pods' veths begin that are ports of no bridge."""


class MtuChain(NamedTuple):
    """What a node's pods may send, and what fits on its way out; bytes of IP packets."""

    pod: int | None
    overlay: int | None
    """Of the tunnel device; None = there is none, or it is not known."""
    nic: int | None
    overhead: int | None
    pod_link: Link | None
    overlay_link: Link | None
    nic_link: Link | None

    @property
    def is_too_big(self) -> bool:
        """Return True if a pod's largest packet does not fit on the wire."""
        if self.pod is None or self.nic is None or self.overhead is None:
            return False
        return self.pod + self.overhead > self.nic


def mtu_chain(node: ClusterNode, reached: Reach | None) -> MtuChain:
    """Return the chain from a node's pods along a route."""
    pod_link = _pod_link(node)
    device = reached.links[0] if reached is not None and reached.links else None
    kind = reached.encapsulation if reached is not None else None
    overlay = device if device is not None and kind not in (None, "none") else None
    nic = _nic(node, overlay) if overlay is not None else device
    over_ipv6 = overlay is not None and ":" in _local(overlay) and not _has_ipv4(node)
    overhead = (OVERHEADS_IPV6 if over_ipv6 else OVERHEADS).get(kind) if kind else None
    limits = [pod_mtu(node), reached.route.mtu if reached is not None else None]
    return MtuChain(
        min((mtu for mtu in limits if mtu is not None), default=None) if limits[0] else None,
        overlay.mtu if overlay else None,
        nic.mtu if nic else None,
        overhead,
        pod_link,
        overlay,
        nic,
    )


def pod_mtu(node: ClusterNode) -> int | None:
    """Return the largest MTU of a node's pods; None if it is not known."""
    link = _pod_link(node)
    if link is None or link.mtu is None:
        return None
    return min(link.mtu, _route_mtu(node) or link.mtu)


def _route_mtu(node: ClusterNode) -> int | None:
    """Return the MTU of the pods' default routes, which counts as Cilium sets it."""
    return max(
        (
            route.mtu
            for namespace in node.pod_namespaces.values()
            for route in namespace.routes or ()
            if route.mtu is not None and is_default(route)
        ),
        default=None,
    )


def _has_ipv4(node: ClusterNode) -> bool:
    """Return True if the plugin reckons the MTU for IPv4, as it does where nodes have both."""
    return any(address.version == 4 for address, _, _ in node.underlay)


def _pod_link(node: ClusterNode) -> Link | None:
    """Return the device of a pod with the largest MTU, by the pod's own side if that is told."""
    inside = [
        link
        for namespace in node.pod_namespaces.values()
        for link in namespace.links or ()
        if link.name == "eth0" and link.mtu is not None
    ]
    outside = [
        link
        for link in node.links.values()
        if link.mtu is not None
        and node.roles.get(link.name) == "veth"
        and _is_pods(node, link)
        and not link.name.startswith("lxc")  # Cilium sets the MTU by the pods' routes
    ]
    return max(inside or outside, key=lambda link: link.mtu or 0, default=None)


def _is_pods(node: ClusterNode, link: Link) -> bool:
    """Return True for the host's end of a pod's veth."""
    if link.name.startswith(POD_DEVICES):
        return True
    bridges = set(node.pod_bridges.intersection(node.links))
    if not bridges and not any(name.startswith(POD_DEVICES) for name in node.links):
        bridges.add("docker0")
    return link.master in bridges


def _local(link: Link) -> str:
    told = link.vxlan.local if link.vxlan else link.tunnel.local if link.tunnel else None
    return told or ""


def _nic(node: ClusterNode, overlay: Link) -> Link | None:
    """Return the NIC by which a tunnel's packets leave: its own, or that of its local address."""
    told = overlay.vxlan or overlay.tunnel
    if told is not None and told.lower is not None and told.lower in node.links:
        return node.links[told.lower]
    for address in node.host.addresses or ():
        if address.address == _local(overlay) and address.device in node.links:
            return node.links[address.device]
    devices = [name for name in node.default_devices if name in node.links]
    if not devices:
        devices = [device for _, _, device in node.underlay if device in node.links]
    return node.links[devices[0]] if len(set(devices)) == 1 else None
