"""Packets that are too big, senders that are not told, fragments that do not all arrive."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.fault_case import REQUEST_LOST, FaultCase, lost
from tests.analyze.fault_networks import IPIP, NIC_1, VXLAN
from tests.bundles import flannel, others
from tests.bundles.facts import faults
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.edits import with_mtu
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import CALICO, FLANNEL, with_nic_mtu, with_pod_mtu
from tests.bundles.network import Bundle, Fate, IcmpError, Stream

BIG = 1472
CNI_1 = "node-1/cni0"
VX_2 = "node-2/flannel.1"
TO_POD_A = "node-1/cni0 64\nnode-1/veth3cafbbcc 64\nnode-1/pod-a:eth0 64"
FROM_NODE_2 = (
    "node-2/flannel.1 64\nnode-2/ens33 64 vxlan\nnode-1/ens33 64 vxlan\nnode-1/flannel.1 64\n"
    "node-1/cni0 63\nnode-1/veth3cafbbcc 63\nnode-1/pod-a:eth0 63"
)
TOLD = IcmpError(kind="frag-needed", about=CNI_1, sender="10.244.1.1", path=TO_POD_A, mtu=1450)
PODS_1500 = Flannel(programmed="vxlan", hosts=with_pod_mtu(FLANNEL, 1500)).facts()
NO_FRAG_NEEDED = "-A OUTPUT -p icmp -m icmp --icmp-type 3/4 -j DROP"


def fragmented(path: str) -> str:
    return path.replace("vxlan", "vxlan/frag")


FRAGMENTED = replace(
    flannel.VXLAN, request=fragmented(flannel.VXLAN.request), reply=fragmented(flannel.VXLAN.reply)
)
UNDERLAY_1400 = Flannel(programmed="vxlan", mtu=1450, hosts=with_nic_mtu(FLANNEL, 1400)).facts()


def big_and_small(fate: Fate) -> Bundle:
    """Return large pings in fragments, with this fate, and small ones that are answered."""
    return Bundle(
        streams=(
            Stream(network=FRAGMENTED, data_bytes=1400, fate=fate, dont_fragment=False),
            Stream(network=flannel.VXLAN, offset_us=400_000, identifier=77),
        )
    )


CASES = (
    FaultCase(
        name="the receiver's NIC has a smaller MTU than the sender's",
        why="1500 bytes of tunnel leave node-1; node-2's NIC takes 1400, and nobody says so",
        facts=with_mtu(VXLAN, "node-2", "ens33", 1400),
        bundle=lost(flannel.VXLAN, NIC_1, data_bytes=1422),
        status=REQUEST_LOST,
        found="mtu-blackhole node-2",
    ),
    FaultCase(
        name="pods have MTU 1500 over vxlan, and are told",
        why="1500 bytes without fragments do not fit flannel.1's 1450",
        facts=PODS_1500,
        bundle=lost(flannel.VXLAN, CNI_1, error=TOLD, data_bytes=BIG),
        status=REQUEST_LOST,
        found="mtu-exceeded node-1",
    ),
    FaultCase(
        name="pods have MTU 1500 over vxlan, and a rule drops what would tell them",
        why="OUTPUT drops fragmentation needed: the sender was not told",
        facts=faults.rules_first(PODS_1500, "node-1", NO_FRAG_NEEDED),
        bundle=lost(flannel.VXLAN, CNI_1, data_bytes=BIG),
        status=REQUEST_LOST,
        found="mtu-blackhole node-1",
    ),
    FaultCase(
        name="pods have MTU 1500 over vxlan, and nobody tells them",
        why="no ICMP error is in any capture: the sender was not told",
        facts=PODS_1500,
        bundle=lost(flannel.VXLAN, CNI_1, data_bytes=BIG),
        status=REQUEST_LOST,
        found="mtu-blackhole node-1",
    ),
    FaultCase(
        name="calico ipip, pods have MTU 1500, and are told",
        why="tunl0 has 1480",
        facts=Calico(programmed="ipip", hosts=with_pod_mtu(CALICO, 1500)).facts(),
        bundle=lost(
            others.CALICO_IPIP,
            "node-1/cali5e1c4d6c68c",
            error=IcmpError(
                kind="frag-needed",
                about="node-1/cali5e1c4d6c68c",
                sender="10.1.10.9",
                path="node-1/cali5e1c4d6c68c 64\nnode-1/pod-a:eth0 64",
                mtu=1480,
            ),
            data_bytes=BIG,
        ),
        status=REQUEST_LOST,
        found="mtu-exceeded node-1",
    ),
    FaultCase(
        name="cni0 of node-2 has a small MTU, and node-2 says so",
        why="the packet fits the tunnel and not node-2's bridge",
        facts=with_mtu(with_mtu(VXLAN, "node-2", "cni0", 1300), "node-2", "veth7e2f650f", 1300),
        bundle=lost(
            flannel.VXLAN,
            VX_2,
            error=IcmpError(
                kind="frag-needed", about=VX_2, sender="10.244.2.0", path=FROM_NODE_2, mtu=1300
            ),
            data_bytes=1400,
        ),
        status=REQUEST_LOST,
        found="mtu-exceeded node-2",
    ),
    FaultCase(
        name="cni0 of node-2 has a small MTU, and node-2 does not say so",
        why="a rule of node-2 drops fragmentation needed",
        facts=faults.rules_first(
            with_mtu(with_mtu(VXLAN, "node-2", "cni0", 1300), "node-2", "veth7e2f650f", 1300),
            "node-2",
            NO_FRAG_NEEDED,
        ),
        bundle=lost(flannel.VXLAN, VX_2, data_bytes=1400),
        status=REQUEST_LOST,
        found="mtu-blackhole node-2",
    ),
    FaultCase(
        name="small packets are lost though pods have MTU 1500",
        why="84 bytes fit everywhere: the MTU is not why",
        facts=PODS_1500,
        bundle=lost(flannel.VXLAN, CNI_1),
        status=REQUEST_LOST,
        found="unexplained-loss node-1",
    ),
    FaultCase(
        name="large pings go in fragments that do not all arrive",
        why="small pings pass; the second fragment never comes to node-2's NIC",
        facts=UNDERLAY_1400,
        bundle=big_and_small(Fate(request_lost_after=NIC_1)),
        status=f"{REQUEST_LOST}|answered",
        found="fragments-lost node-1",
    ),
    FaultCase(
        name="fragments arrive on node-2, which drops the second ones",
        why="-f matches all fragments but the first: reassembly never ends",
        facts=faults.rules_first(UNDERLAY_1400, "node-2", "-A PREROUTING -f -j DROP", table="raw"),
        bundle=big_and_small(Fate(request_lost_after="node-2/ens33")),
        status=f"{REQUEST_LOST}|answered",
        found="fragments-lost|overlay-port-blocked node-1|node-2",
    ),
    FaultCase(
        name="the underlay's MTU is 1400, all fragments arrive",
        why="nothing is lost; it is slow, which is a warning",
        facts=UNDERLAY_1400,
        bundle=big_and_small(Fate()),
        beside=("overlay-fragmented *", "mtu-mismatch *"),
    ),
    FaultCase(
        name="the underlay's MTU is 1400, small pings pass",
        why="1450 and 50 are more than 1400, nothing is lost yet",
        facts=UNDERLAY_1400,
        bundle=lost(flannel.VXLAN),
        beside=("mtu-mismatch *",),
    ),
    FaultCase(
        name="large pings that fit are answered",
        why="1450 bytes fit flannel.1, 1500 the NIC",
        facts=VXLAN,
        bundle=lost(flannel.VXLAN, data_bytes=1422),
    ),
    FaultCase(
        name="calico ipip, large pings that fit are answered",
        why="1480 bytes fit tunl0",
        facts=IPIP,
        bundle=lost(others.CALICO_IPIP, data_bytes=1452),
    ),
)
