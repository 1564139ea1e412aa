"""Whether a packet fits through the device that it is sent by, and that which takes it in."""

from __future__ import annotations

from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.steps import Obstacle
from netdiag.explain.shell_words import shell_word
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.describing import kernel_evidence
from netdiag.model.facts.kernel import Link, Route

OVERHEADS = {"none": 0, "vxlan": 30, "ipip": 0}
"""Bytes that a tunnel adds beside an IP header: UDP, VXLAN, Ethernet."""

IP_BYTES = {4: 20, 6: 40}


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


def too_big_to_receive(
    sender: Link, node: ClusterNode, nic: Link, packet: Packet, kind: str = "none", version: int = 0
) -> Obstacle | None:
    """A frame that its sender's MTU allows is larger than that of the NIC at the other end.

    ``kind``: the tunnel that the packet is in, with outer addresses of this IP version.
    """
    if packet.size is None or kind not in OVERHEADS or not sender.mtu or not nic.mtu:
        return None
    size = packet.size + OVERHEADS[kind] + IP_BYTES.get(version, 0)
    if size > sender.mtu or size <= nic.mtu:
        return None
    return Obstacle(
        "mtu-blackhole",
        node.name,
        nic.name,
        f"Packets of {size} bytes are too big for {nic.name} of {node.name}: its MTU is {nic.mtu}",
        f"The packet leaves {sender.name} (MTU {sender.mtu}) with {size} bytes, and {nic.name} of "
        f"{node.name} has an MTU of {nic.mtu}: the link drops what is larger, and nobody tells the "
        "sender.",
        f"ip link set dev {shell_word(nic.name)} mtu {sender.mtu}  # on {shell_word(node.name)}, "
        "if all of the network between allows it; else lower the MTU of the other nodes and pods",
        (kernel_evidence(node.name, nic),),
    )
