"""Faults that pings are spared: small ICMP passes both ways, TCP, UDP or what is large does not."""

from __future__ import annotations

from netdiag.lab.cluster import NIC
from netdiag.lab.fault import Fault, Step
from netdiag.lab.faults.groups import ROUTED_BY_NODES, VXLAN
from netdiag.lab.responder import TCP_PORT, UDP_PORT
from netdiag.lab.running import BRIDGE
from netdiag.lab.steps.filters import Rule, SwitchRewrites
from netdiag.lab.steps.links import Mtu, NoChecksumOffload

_INNER_PROTOCOL = "@nh,472,8"
_INNER_TCP_CHECKSUM, _INNER_UDP_CHECKSUM = "@nh,688,16", "@nh,608,16"
"""Bits from the outer IPv4 header on: with UDP, VXLAN, Ethernet and the inner header 70 bytes."""
_WRONG = "0xdead"
_OF_TUNNEL = "ip saddr {node-1} udp dport {port}"


def _all_1500(node: str, *pods: str) -> tuple[Step, ...]:
    """Return what makes the pods of a node, and their way out, too large for the tunnel."""
    too_big = Rule(node, "OUTPUT", "-p icmp --icmp-type fragmentation-needed -j DROP")
    ends = [
        Mtu(place, end, 1500) for pod in pods for place, end in ((pod, "eth0"), (node, f"@{pod}"))
    ]
    return (*ends, Mtu(node, BRIDGE, 1500), too_big)


FAULTS = (
    Fault(
        name="tcp-port-dropped",
        summary=f"a FORWARD rule on node-2 drops TCP to pod-c's port {TCP_PORT}: pings pass",
        modes=ROUTED_BY_NODES,
        finding="forward-blocked",
        node="node-2",
        shown_by="tcp",
        steps=(Rule("node-2", "FORWARD", f"-d {{pod-c}} -p tcp --dport {TCP_PORT} -j DROP"),),
        answered="all",
    ),
    Fault(
        name="udp-port-dropped",
        summary=f"a FORWARD rule on node-2 drops UDP to pod-c's port {UDP_PORT}: pings pass",
        modes=ROUTED_BY_NODES,
        finding="forward-blocked",
        node="node-2",
        shown_by="udp",
        steps=(Rule("node-2", "FORWARD", f"-d {{pod-c}} -p udp --dport {UDP_PORT} -j DROP"),),
        answered="all",
    ),
    Fault(
        name="checksum-offload-broken",
        summary="TCP and UDP leave node-1's tunnel with wrong checksums, as by a broken NIC; ICMP, "
        "which no NIC computes, is right",
        modes=VXLAN,
        finding="bad-checksum",
        node="node-1",
        shown_by="tcp",
        steps=(
            NoChecksumOffload("node-1", NIC),
            SwitchRewrites(
                (
                    f"{_OF_TUNNEL} {_INNER_PROTOCOL} 6 {_INNER_TCP_CHECKSUM} set {_WRONG}",
                    f"{_OF_TUNNEL} {_INNER_PROTOCOL} 17 {_INNER_UDP_CHECKSUM} set {_WRONG}",
                )
            ),
        ),
        answered="all",
        one_subnet=True,
    ),
    Fault(
        name="outer-checksum-bad",
        summary="TCP and UDP leave node-1 in tunnel packets whose own UDP checksum is wrong, as of "
        "a kernel that finishes it twice; what carries ICMP is right",
        modes=VXLAN,
        finding="bad-checksum",
        node="node-1",
        shown_by="tcp",
        steps=(
            NoChecksumOffload("node-1", NIC),
            SwitchRewrites(
                tuple(
                    f"{_OF_TUNNEL} {_INNER_PROTOCOL} {protocol} udp checksum set {_WRONG}"
                    for protocol in (6, 17)
                )
            ),
        ),
        answered="all",
        one_subnet=True,
    ),
    Fault(
        name="mss-too-large",
        summary="all pods' MTU is 1500, too much for the tunnel, and no node says so: connections "
        "begin, and full segments are lost",
        modes=("flannel-vxlan",),
        finding="mtu-blackhole",
        node="node-1",
        also=("mtu-mismatch",),
        shown_by="sweep",
        by_ping="mtu-mismatch",
        steps=(*_all_1500("node-1", "pod-a", "pod-b"), *_all_1500("node-2", "pod-c")),
        answered="all",
    ),
)
