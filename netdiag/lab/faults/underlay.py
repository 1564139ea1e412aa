"""Faults of size and of the wires: MTUs, fragments, loss, delay."""

from __future__ import annotations

from netdiag.lab.cluster import NIC
from netdiag.lab.fault import Fault, Ping
from netdiag.lab.faults.groups import FLANNEL_VXLAN, ROUTED_BY_NODES, VXLAN
from netdiag.lab.running import BRIDGE
from netdiag.lab.steps.filters import Rule, SwitchDrops
from netdiag.lab.steps.links import Mtu
from netdiag.lab.steps.traffic import Delay

_PODS_TOO_BIG = (
    Mtu("pod-a", "eth0", 1500),
    Mtu("node-1", "@pod-a", 1500),
    Mtu("node-1", BRIDGE, 1500),
)
_LARGE = Ping(size=1472, dont_fragment=True)
_LONGER = Ping(count=10)
_SMALL_NICS = (Mtu("node-1", NIC, 1400), Mtu("node-2", NIC, 1400))

FAULTS = (
    Fault(
        name="mtu-exceeded",
        summary="pod-a's MTU is 1500: its big packets don't fit into the tunnel",
        modes=("flannel-vxlan",),
        finding="mtu-exceeded",
        node="node-1",
        also=("mtu-mismatch",),
        steps=_PODS_TOO_BIG,
        ping=_LARGE,
    ),
    Fault(
        name="mtu-blackhole",
        summary="pod-a's MTU is 1500, and node-1's answer that its packets are too big is dropped",
        modes=("flannel-vxlan",),
        finding="mtu-blackhole",
        node="node-1",
        also=("mtu-mismatch",),
        steps=(
            *_PODS_TOO_BIG,
            Rule("node-1", "OUTPUT", "-p icmp --icmp-type fragmentation-needed -j DROP"),
        ),
        ping=_LARGE,
    ),
    Fault(
        name="overlay-fragmented",
        summary="the NICs' MTU is 1400: big packets leave in outer fragments, and arrive",
        modes=FLANNEL_VXLAN,
        finding="overlay-fragmented",
        also=("mtu-mismatch", "overlay-fragmented"),
        steps=_SMALL_NICS,
        ping=Ping(size=1400),
        answered="all",
    ),
    Fault(
        name="underlay-mtu-small",
        summary="the NICs' MTU is 1400: small pings pass all the same",
        modes=FLANNEL_VXLAN,
        finding="mtu-mismatch",
        also=("mtu-mismatch",),
        steps=_SMALL_NICS,
        answered="all",
    ),
    Fault(
        name="fragments-lost",
        summary="the NICs' MTU is 1400, and the network between drops fragments",
        modes=FLANNEL_VXLAN,
        finding="fragments-lost",
        node="node-1",
        also=("mtu-mismatch",),
        steps=(*_SMALL_NICS, SwitchDrops("ip frag-off & 0x1fff != 0")),
        ping=Ping(size=1400),
        one_subnet=True,
    ),
    Fault(
        name="underlay-loss",
        summary="the network between the nodes swallows the tunnel's packets",
        modes=VXLAN,
        finding="underlay-loss",
        node="node-1",
        steps=(SwitchDrops("udp dport {port}"),),
        one_subnet=True,
    ),
    Fault(
        name="half-lost",
        summary="node-2 drops every second packet of the tunnel",
        modes=VXLAN,
        finding="intermittent-loss",
        node="node-2",
        steps=(
            Rule(
                "node-2",
                "INPUT",
                "-p udp --dport {port} -m statistic --mode nth --every 2 --packet 0 -j DROP",
            ),
        ),
        ping=_LONGER,
        answered="some",
    ),
    Fault(
        name="fifth-lost",
        summary="the network between the nodes loses 20 % of the tunnel's packets",
        modes=VXLAN,
        finding="intermittent-loss",
        node="node-1",
        steps=(SwitchDrops("ip daddr {node-2} udp dport {port} numgen inc mod 5 == 1"),),
        ping=_LONGER,
        answered="some",
        one_subnet=True,
    ),
    Fault(
        name="slow",
        summary="what comes in at node-1's NIC takes 200 ms longer: healthy",
        modes=ROUTED_BY_NODES,
        finding=None,
        steps=(Delay("node-1", NIC, milliseconds=200),),
        answered="all",
    ),
)
