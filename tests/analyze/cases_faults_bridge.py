"""Bridges and ports, proxy ARP, and pods that say nothing."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.fault_case import (
    REPLY_LOST,
    REQUEST_LOST,
    UNANSWERED,
    FaultCase,
    arp_asked,
    lost,
)
from tests.analyze.fault_networks import BGP, HOST_GW, IPIP, KUBENET, VXLAN, mac
from tests.bundles import flannel, others
from tests.bundles.facts import faults
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.edits import changed_link, switched_off
from tests.bundles.network import Bundle

VX_1, VX_2 = "node-1/flannel.1", "node-2/flannel.1"
VETH_1, VETH_2 = "node-1/veth3cafbbcc", "node-2/veth7e2f650f"
POD_A, POD_C = "node-1/pod-a:eth0", "node-2/pod-c:eth0"
CALI_1, CALI_2 = "cali5e1c4d6c68c", "cali3754a2f57f6"
ASKS_FOR_C = arp_asked("node-2/cni0", (mac("node-2/cni0"), "10.244.2.1"), "10.244.2.2")
C_ASKS = arp_asked(POD_C, (mac(POD_C), others.POD_C), "169.254.1.1") + arp_asked(
    f"node-2/{CALI_2}", (mac(POD_C), others.POD_C), "169.254.1.1"
)
A_ASKS = arp_asked(POD_A, (mac(POD_A), others.POD_A), "169.254.1.1") + arp_asked(
    f"node-1/{CALI_1}", (mac(POD_A), others.POD_A), "169.254.1.1"
)


def no_proxy(facts: Facts, node: str, pod: str, port: str) -> Facts:
    """Return the facts with a port that does not answer its pod's ARP."""
    facts = faults.sysctls_set(facts, node, {f"ipv4.conf.{port}.proxy_arp": 0})
    return faults.in_pod(
        facts,
        node,
        pod,
        lambda inside: replace(inside, neighbours=("169.254.1.1 dev eth0 FAILED",)),
    )


CASES = (
    FaultCase(
        name="the sender's veth is in no bridge",
        why="what the pod sends ends in its veth",
        facts=faults.without_master(VXLAN, "node-1", "veth3cafbbcc"),
        bundle=lost(flannel.VXLAN, VETH_1),
        status=REQUEST_LOST,
        found="bridge-port-missing node-1",
    ),
    FaultCase(
        name="the destination's veth is in no bridge",
        why="node-2 asks on cni0 for a pod that is not behind it",
        facts=faults.neighbours_set(
            faults.without_master(VXLAN, "node-2", "veth7e2f650f"),
            "node-2",
            "10.244.2.2 dev cni0 FAILED",
        ),
        bundle=lost(flannel.VXLAN, VX_2, extras=ASKS_FOR_C),
        status=REQUEST_LOST,
        found="bridge-port-missing node-2",
    ),
    FaultCase(
        name="host-gw, the sender's veth is in no bridge",
        why="the same without a tunnel",
        facts=faults.without_master(HOST_GW, "node-1", "veth3cafbbcc"),
        bundle=lost(flannel.HOST_GW, VETH_1),
        status=REQUEST_LOST,
        found="bridge-port-missing node-1",
    ),
    FaultCase(
        name="kubenet, the destination's veth is in no bridge",
        why="cbr0 is a bridge like cni0",
        facts=faults.without_master(KUBENET, "node-2", "veth55ee66ff"),
        bundle=lost(others.KUBENET, "node-2/ens33"),
        status=REQUEST_LOST,
        found="bridge-port-missing node-2",
    ),
    FaultCase(
        name="cni0 is down on node-2",
        why="its route to the pods is gone with it",
        facts=faults.link_down(VXLAN, "node-2", "cni0"),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="bridge-down node-2",
    ),
    FaultCase(
        name="cni0 is down on node-1",
        why="the pod's packet is seen last on its veth",
        facts=faults.link_down(VXLAN, "node-1", "cni0"),
        bundle=lost(flannel.VXLAN, VETH_1),
        status=REQUEST_LOST,
        found="bridge-down node-1",
    ),
    FaultCase(
        name="cni0 is down on node-2, its route is still there",
        why="a link that lost its state keeps what was set by hand",
        facts=changed_link(VXLAN, "node-2", "cni0", switched_off),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="bridge-down node-2",
    ),
    FaultCase(
        name="cni0 was deleted on node-2",
        why="the pods' veths are there without a bridge",
        facts=faults.link_gone(VXLAN, "node-2", "cni0"),
        bundle=lost(flannel.VXLAN, VX_2, without=("node-2/cni0",)),
        status=REQUEST_LOST,
        found="bridge-down node-2",
    ),
    FaultCase(
        name="calico bgp, proxy_arp=0 at the destination",
        why="pod-c gets no answer for its gateway and cannot reply",
        facts=no_proxy(BGP, "node-2", "pod-c", CALI_2),
        bundle=lost(others.CALICO_BGP, silent=True, extras=C_ASKS),
        status=f"{UNANSWERED}|{REPLY_LOST}",
        found="proxy-arp-disabled node-2",
    ),
    FaultCase(
        name="calico ipip, proxy_arp=0 at the destination, only the host's ends captured",
        why="ARP for 169.254.1.1 is seen on the cali interface",
        facts=no_proxy(IPIP, "node-2", "pod-c", CALI_2),
        bundle=lost(others.CALICO_IPIP, silent=True, extras=C_ASKS, without=("*:eth0",)),
        status=f"{UNANSWERED}|{REPLY_LOST}",
        found="proxy-arp-disabled node-2",
    ),
    FaultCase(
        name="calico bgp, proxy_arp=0 at the sender: no ping ever leaves",
        why="ARP for 169.254.1.1 is all that the captures hold",
        facts=no_proxy(BGP, "node-1", "pod-a", CALI_1),
        bundle=Bundle(streams=(), extras=A_ASKS),
        status="",
        found="proxy-arp-disabled node-1",
    ),
    FaultCase(
        name="the destination is silent, and its node's facts are fine",
        why="the request reached the pod's interface, and no reply left it",
        facts=VXLAN,
        bundle=lost(flannel.VXLAN, silent=True),
        status=UNANSWERED,
        found="destination-silent node-2",
    ),
    FaultCase(
        name="calico ipip, the destination is silent, only the host's ends captured",
        why="the host's veth stands for the pod's interface",
        facts=IPIP,
        bundle=lost(others.CALICO_IPIP, silent=True, without=("*:eth0",)),
        status=UNANSWERED,
        found="destination-silent node-2",
    ),
)
