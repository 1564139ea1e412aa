"""Faults of size: MTUs, fragments."""

from __future__ import annotations

from netdiag.lab.cluster import NIC
from netdiag.lab.fault import Fault, Ping, Sweep
from netdiag.lab.faults.groups import FLANNEL_VXLAN
from netdiag.lab.running import BRIDGE
from netdiag.lab.steps.filters import Rule, SwitchDrops
from netdiag.lab.steps.links import Mtu

_PODS_TOO_BIG = (
    Mtu("pod-a", "eth0", 1500),
    Mtu("node-1", "@pod-a", 1500),
    Mtu("node-1", BRIDGE, 1500),
)
_LARGE = Ping(size=1472, dont_fragment=True)
_SMALL_NICS = (Mtu("node-1", NIC, 1400), Mtu("node-2", NIC, 1400))
_VLAN_TAG = 4
"""Bytes that a virtual device takes beyond its MTU."""

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
        sweep=Sweep(finding="mtu-exceeded", node="node-1", there=1450, back=1450),
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
        sweep=Sweep(finding="mtu-blackhole", node="node-1", there=1450, back=1450),
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
        sweep=Sweep(finding="overlay-fragmented", there=1450, back=1450),
    ),
    Fault(
        name="underlay-mtu-small",
        summary="the NICs' MTU is 1400: small pings pass all the same",
        modes=FLANNEL_VXLAN,
        finding="mtu-mismatch",
        also=("mtu-mismatch",),
        steps=_SMALL_NICS,
        answered="all",
        sweep=Sweep(finding="overlay-fragmented", there=1450, back=1450),
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
        sweep=Sweep(finding="fragments-lost", node="node-1", there=1350, back=1350),
    ),
    Fault(
        name="nic-mtu-small",
        summary="node-2's NIC has an MTU of 1400: what is larger does not get in, without a word",
        modes=FLANNEL_VXLAN,
        finding="mtu-mismatch",
        node="node-2",
        steps=(Mtu("node-2", NIC, 1400),),
        answered="all",
        one_subnet=True,
        sweep=Sweep(
            finding="mtu-blackhole",
            node="node-2",
            there=1400 + _VLAN_TAG - 50,
            back=1450,
            also=("overlay-fragmented",),
        ),
    ),
    Fault(
        name="veth-mtu-small",
        summary="pod-a's veth has an MTU of 1400 at its other end, which drops without a word",
        modes=("flannel-vxlan",),
        finding="mtu-mismatch",
        node="node-1",
        steps=(Mtu("node-1", "@pod-a", 1400), Mtu("node-1", BRIDGE, 1450)),
        answered="all",
        sweep=Sweep(
            finding="mtu-blackhole", node="node-1", there=1400 + _VLAN_TAG, back=1400 + _VLAN_TAG
        ),
    ),
    Fault(
        name="bridge-mtu-small",
        summary="node-1's bridge has an MTU of 1400: large packets to its pods are refused",
        modes=("flannel-vxlan",),
        finding="mtu-exceeded",
        node="node-1",
        steps=(Mtu("node-1", BRIDGE, 1400),),
        ping=Ping(source="pod-c", destination="pod-a", size=1422, dont_fragment=True),
        back="all",
        sweep=Sweep(finding="mtu-exceeded", node="node-1", there=1400, back=1450),
    ),
    Fault(
        name="pod-mtu-differs",
        summary="pod-c was made with an MTU of 1400, and pod-a with 1450",
        modes=("flannel-vxlan",),
        finding="mtu-mismatch",
        node="node-2",
        steps=(
            Mtu("pod-c", "eth0", 1400),
            Mtu("node-2", "@pod-c", 1400),
            Mtu("node-2", BRIDGE, 1400),
        ),
        answered="all",
        sweep=Sweep(finding="mtu-exceeded", node="node-2", there=1400, back=1400),
    ),
    Fault(
        name="jumbo-one-side",
        summary="pod-a and node-1's NIC have an MTU of 9000, what is between the nodes 1500",
        modes=("flannel-hostgw",),
        finding="mtu-mismatch",
        node="node-2",
        steps=(
            Mtu("pod-a", "eth0", 9000),
            Mtu("node-1", "@pod-a", 9000),
            Mtu("node-1", BRIDGE, 9000),
            Mtu("node-1", NIC, 9000),
        ),
        answered="all",
        one_subnet=True,
        sweep=Sweep(finding="mtu-blackhole", node="node-2", there=1500, back=1500),
    ),
)
