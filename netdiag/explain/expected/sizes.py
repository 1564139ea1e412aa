"""Whether a packet fits through the device that it is sent by."""

from __future__ import annotations

from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.steps import Obstacle
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.describing import kernel_evidence
from netdiag.model.facts.kernel import Link, Route


def too_big(node: ClusterNode, link: Link, packet: Packet, route: Route) -> Obstacle | None:
    """A packet that may not be fragmented is larger than a device's MTU."""
    limits = [mtu for mtu in (link.mtu, route.mtu) if mtu]
    if packet.size is None or not packet.dont_fragment or not limits or packet.size <= min(limits):
        return None
    return Obstacle(
        "mtu-exceeded",
        node.name,
        link.name,
        f"Packets of more than {min(limits)} bytes do not fit through {link.name} on {node.name}",
        f"The packet has more than that and must not be fragmented; {link.name} has an MTU of "
        f"{min(limits)}. {node.name} answers with ICMP 'fragmentation needed'.",
        f"lower the pods' MTU to {min(limits)} in the network plugin's configuration and restart "
        "the pods",
        (kernel_evidence(node.name, link), kernel_evidence(node.name, route)),
    )
