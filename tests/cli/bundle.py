"""A small bundle: one ping from a pod on node-1 to a pod on node-2, under VXLAN between them."""

from __future__ import annotations

from pathlib import Path

from tests.captures import (
    ECHO_REPLY,
    ECHO_REQUEST,
    IN,
    NODE_1,
    NODE_2,
    OUT,
    PACKET_HOST,
    PACKET_OUTGOING,
    SLL2,
    START_NS,
    UDP,
    A,
    B,
    cooked2,
    echo_frame,
    enhanced,
    ethernet,
    interface,
    ipv4,
    pcap,
    pcapng,
    ping,
    vxlan,
)

MICROSECOND_NS = 1000
REQUEST = ipv4(A, B, ping(8448, 1, ECHO_REQUEST))
REPLY = ipv4(B, A, ping(8448, 1, ECHO_REPLY))
OUTER_REQUEST = ipv4(NODE_1, NODE_2, vxlan(1, ethernet(REQUEST)), UDP, ttl=63)
OUTER_REPLY = ipv4(NODE_2, NODE_1, vxlan(1, ethernet(REPLY)), UDP)
LINKS = b'[{"ifindex": 2, "ifname": "ens33"}, {"ifindex": 5, "ifname": "flannel.1"}]'

LINES = """\
19:59:38.867705  node-1/default_web:eth0  -    -  10.244.0.12 > 10.244.1.34: ICMP echo request, \
id 8448, seq 1, length 64
19:59:38.867805  node-1/eth0              out  vxlan 10.1.10.9 > 10.1.10.10 vni 1  \
10.244.0.12 > 10.244.1.34: ICMP echo request, id 8448, seq 1, length 64
19:59:38.867955  node-2/ens33             in   vxlan 10.1.10.9 > 10.1.10.10 vni 1  \
10.244.0.12 > 10.244.1.34: ICMP echo request, id 8448, seq 1, length 64
19:59:38.867960  node-2/flannel.1         in   -                                   \
10.244.0.12 > 10.244.1.34: ICMP echo request, id 8448, seq 1, length 64
19:59:38.868005  node-2/ens33             out  vxlan 10.1.10.10 > 10.1.10.9 vni 1  \
10.244.1.34 > 10.244.0.12: ICMP echo reply, id 8448, seq 1, length 64
19:59:38.868105  node-1/eth0              in   vxlan 10.1.10.10 > 10.1.10.9 vni 1  \
10.244.1.34 > 10.244.0.12: ICMP echo reply, id 8448, seq 1, length 64
19:59:38.868205  node-1/default_web:eth0  -    -                                   \
10.244.1.34 > 10.244.0.12: ICMP echo reply, id 8448, seq 1, length 64
"""
"""What ``netdiag packets`` prints of it."""


def after(microseconds: int) -> int:
    return START_NS + microseconds * MICROSECOND_NS


def write_bundle(folder: Path) -> None:
    """Write the bundle into a folder."""
    pod = [(after(0), echo_frame(1)), (after(500), echo_frame(1, kind=ECHO_REPLY))]
    node_1 = pcapng(
        interface("eth0"),
        enhanced(after(100), ethernet(OUTER_REQUEST), direction=OUT),
        enhanced(after(400), ethernet(OUTER_REPLY), direction=IN),
    )
    node_2 = [
        (after(250), cooked2(OUTER_REQUEST, 2, PACKET_HOST)),
        (after(255), cooked2(REQUEST, 5, PACKET_HOST)),
        (after(300), cooked2(OUTER_REPLY, 2, PACKET_OUTGOING)),
    ]
    contents = {
        "node-1/pods/default_web/eth0.pcap": pcap(pod),
        "node-1/uplink.pcapng": node_1,
        "node-2/any.pcap": pcap(node_2, SLL2),
        "node-2/facts/ip_link.json": LINKS,
    }
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
