"""What the tests' frames carry innermost, and how it is seen."""

from __future__ import annotations

from tests.decode.frames import (
    ARP,
    ARP_REQUEST,
    NODES,
    PING,
    PING6,
    PING6_FRAME,
    PING_FRAME,
    PODS,
    PODS6,
    VLAN,
    ethernet,
)
from tests.decode.observing import Seen

PINGED = "8/0 id 8448 seq 1"
PINGED6 = "128/0 id 8448 seq 1"
ASKED = "1 10.244.1.2 (02:00:0a:f4:01:02) > 10.244.2.3 (00:00:00:00:00:00)"

INSIDE = {
    "eth ipv4 icmp": (PING_FRAME, Seen("", (NODES, PODS), icmp=PINGED)),
    "eth ipv6 icmpv6": (PING6_FRAME, Seen("", (NODES, PODS6), icmp=PINGED6)),
    "eth arp": (ethernet(ARP, ARP_REQUEST), Seen("", (NODES,), arp=ASKED)),
    "eth": (ethernet(VLAN), Seen("", (NODES,))),
    "ipv4 icmp": (PING, Seen("", (NODES, PODS), icmp=PINGED)),
    "ipv6 icmpv6": (PING6, Seen("", (NODES, PODS6), icmp=PINGED6)),
    "": (b"", Seen("", (NODES,))),
}
"""By its layers what a tunnel carries, and how it is seen inside IPv4 between the nodes."""
