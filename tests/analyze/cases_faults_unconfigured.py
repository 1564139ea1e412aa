"""Nothing tells what is configured; links are down; routes lead packets back, or elsewhere."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.fault_case import REPLY_LOST, REQUEST_LOST, UNANSWERED, FaultCase, lost
from tests.analyze.fault_networks import (
    ADDRESS_1,
    BGP,
    BY_DEFAULT,
    GATEWAY_MAC,
    HOST_GW,
    NIC_1,
    NIC_2,
    VTEP_1,
    VXLAN,
    VXLAN_3,
)
from tests.bundles import flannel, others
from tests.bundles.facts import edits, faults
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import FAR_ADDRESS, FLANNEL, FLANNEL_3, across

VX_1, VX_2, CNI_2 = "node-1/flannel.1", "node-2/flannel.1", "node-2/cni0"
PORT_2, POD_2 = "veth7e2f650f", "node-2/pod-c:eth0"
SILENT_GATEWAY = "10.244.2.1 dev eth0 FAILED"
THREE_ACROSS = Flannel(programmed="vxlan", hosts=across((*FLANNEL, FLANNEL_3))).facts()
TO_FAR_NODE = replace(
    flannel.VXLAN,
    source="10.244.3.2",
    destination="10.244.1.2",
    request="""
        node-3/pod-d:eth0    64
        node-3/veth5f0d8a31  64
        node-3/cni0          64
        node-3/flannel.1     63
        node-3/ens33         63  vxlan
        node-2/ens33         63  vxlan
        node-2/flannel.1     63
    """,
    nodes={**flannel.VXLAN.nodes, "node-2": FAR_ADDRESS},
)
SENT_BACK = replace(
    flannel.VXLAN,
    request=f"""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64
        node-1/flannel.1     63
        node-1/ens33         63  vxlan
        node-2/ens33         63  vxlan
        node-2/flannel.1     63
        node-2/ens33         62  to={GATEWAY_MAC}
        rtr/eth0             62  to={GATEWAY_MAC}
    """,
)


def unconfigured(facts: Facts) -> Facts:
    """Return the facts without files, command lines and the cluster's objects."""
    return edits.without(facts, "*/files/*", "*/cmdlines.txt", "kubernetes/*")


CASES = (
    FaultCase(
        name="nothing configured, flannel.1 is down on the sender",
        why="node-2 reaches node-1's pods by its own flannel.1",
        facts=unconfigured(faults.link_down(VXLAN, "node-1", "flannel.1")),
        bundle=lost(BY_DEFAULT, NIC_1),
        status=REQUEST_LOST,
        found="overlay-device-missing node-1",
    ),
    FaultCase(
        name="nothing configured, flannel.1 is gone on the receiver",
        why="what node-1 sends reaches node-2, where nothing takes it out of the tunnel",
        facts=unconfigured(faults.link_gone(VXLAN, "node-2", "flannel.1")),
        bundle=lost(flannel.VXLAN, NIC_2, without=(VX_2,)),
        status=REQUEST_LOST,
        found="overlay-device-missing node-2",
    ),
    FaultCase(
        name="the FDB names another node in another subnet",
        why="10.1.20.10 is node-2's, and the entry is node-1's: no NAT is in between",
        facts=faults.fdb_set(
            THREE_ACROSS, "node-3", f"{VTEP_1} dev flannel.1 dst {FAR_ADDRESS} self permanent"
        ),
        bundle=lost(TO_FAR_NODE, VX_2),
        status=REQUEST_LOST,
        found="fdb-wrong-remote node-3",
    ),
    FaultCase(
        name="three nodes, lost between two NICs",
        why="by facts the tunnel leads to node-2, all of which is captured and silent",
        facts=unconfigured(VXLAN_3),
        bundle=lost(flannel.VXLAN, NIC_1, idle=(NIC_2, VX_2, CNI_2, "node-3/ens33", "node-3/cni0")),
        status=REQUEST_LOST,
        found="underlay-loss node-1",
    ),
    FaultCase(
        name="rp_filter drops what is around the packet",
        why="node-2's route to node-1's own address leaves by another interface than it comes by",
        facts=faults.sysctls_set(
            edits.with_routes(VXLAN, "node-2", f"{ADDRESS_1} dev cni0 scope link"),
            "node-2",
            {"ipv4.conf.all.rp_filter": 1, "ipv4.conf.ens33.rp_filter": 0},
        ),
        bundle=lost(flannel.VXLAN, NIC_2),
        status=REQUEST_LOST,
        found="rp-filter-drop node-2",
    ),
    FaultCase(
        name="the receiver's NIC is down",
        why="nobody takes the frames for its address",
        facts=edits.changed_link(VXLAN, "node-2", "ens33", edits.switched_off),
        bundle=lost(flannel.VXLAN, NIC_1),
        status=REQUEST_LOST,
        found="nexthop-unreachable node-1",
    ),
    FaultCase(
        name="the receiver's NIC is down, without a tunnel",
        why="nobody takes the frames for its address",
        facts=edits.changed_link(HOST_GW, "node-2", "ens33", edits.switched_off),
        bundle=lost(flannel.HOST_GW, NIC_1),
        status=REQUEST_LOST,
        found="nexthop-unreachable node-1",
    ),
    FaultCase(
        name="the host's end of the pod's veth is down",
        why="cni0 has the packet and no port that leads to the pod",
        facts=edits.changed_link(VXLAN, "node-2", PORT_2, edits.switched_off),
        bundle=lost(flannel.VXLAN, CNI_2),
        status=REQUEST_LOST,
        found="nexthop-unreachable node-2",
    ),
    FaultCase(
        name="the pod's own interface is down",
        why="nobody answers ARP for the pod, so that cni0 never has the packet",
        facts=faults.in_pod(
            VXLAN,
            "node-2",
            "pod-c",
            lambda inside: replace(
                inside,
                links=tuple(
                    edits.switched_off(link) if link.name == "eth0" else link
                    for link in inside.links
                ),
            ),
        ),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="nexthop-unreachable node-2",
    ),
    FaultCase(
        name="the pod's gateway does not answer ARP",
        why="the request arrives, and the reply waits for a MAC address in vain",
        facts=faults.in_pod(
            VXLAN,
            "node-2",
            "pod-c",
            lambda inside: replace(inside, neighbours=(SILENT_GATEWAY,)),
        ),
        bundle=lost(flannel.VXLAN, POD_2, silent=True),
        status=UNANSWERED,
        found="nexthop-unreachable node-2",
    ),
    FaultCase(
        name="cni0 is down on node-2, which sends the packet on to its gateway",
        why="the route to the pods went with cni0; it is seen last where nothing is wrong",
        facts=faults.link_down(VXLAN, "node-2", "cni0"),
        bundle=lost(SENT_BACK, "rtr/eth0"),
        status=f"{REQUEST_LOST}|unknown",
        found="bridge-down node-2",
    ),
    FaultCase(
        name="a rule of policy routing leads pods' packets elsewhere",
        why="the main table has the route, and is not asked",
        facts=faults.in_kernel(
            VXLAN,
            "node-1",
            lambda kernel: replace(
                kernel,
                routes=(*kernel.routes, "default via 10.1.10.1 dev ens33 table 100"),
                rules=(kernel.rules[0], "100:\tfrom 10.244.0.0/16 lookup 100", *kernel.rules[1:]),
            ),
        ),
        bundle=lost(BY_DEFAULT, NIC_1),
        status=REQUEST_LOST,
        found="route-missing node-1",
    ),
    FaultCase(
        name="the route to a pod leads to the veth of another pod",
        why="pod-a's address was another pod's before, whose route is still there",
        facts=edits.with_routes(BGP, "node-1", "192.168.84.129 dev cali2f5353dd8c5 scope link"),
        bundle=lost(others.CALICO_BGP, reply=NIC_1),
        status=REPLY_LOST,
        found="pod-route-missing node-1",
    ),
    FaultCase(
        name="a veth that is routed to, beside a bridge of pods, and a rule",
        why="the node routes to pod-a by its veth, which is meant for no bridge",
        facts=faults.rules_first(
            edits.with_routes(
                faults.without_master(VXLAN, "node-1", "veth3cafbbcc"),
                "node-1",
                "10.244.1.2 dev veth3cafbbcc scope link",
            ),
            "node-1",
            "-A FORWARD -p icmp -j DROP",
        ),
        bundle=lost(flannel.VXLAN, "node-1/veth3cafbbcc"),
        status=REQUEST_LOST,
        found="forward-blocked node-1",
    ),
)
