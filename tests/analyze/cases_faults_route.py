"""Routes that are missing or lead nowhere, forwarding, reverse path filter, devices, pods."""

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
from tests.analyze.fault_networks import (
    ADDRESS_1,
    ADDRESS_2,
    BACK_BY_DEFAULT,
    BGP,
    BGP_BY_DEFAULT,
    BLOCK_1,
    BLOCK_2,
    BY_DEFAULT,
    CALICO_VXLAN,
    HOST_GW,
    HOST_GW_ACROSS,
    IPIP,
    KUBE_ROUTER,
    NIC_1,
    NIC_2,
    PLAIN_BACK,
    SUBNET_1,
    SUBNET_2,
    UDP,
    VXLAN,
    mac,
)
from tests.bundles import flannel, others
from tests.bundles.facts import faults, networks
from tests.bundles.facts.edits import with_routes
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import FLANNEL, across
from tests.bundles.network import Bundle, IcmpError

CNI_1, CNI_2 = "node-1/cni0", "node-2/cni0"
VX_1, VX_2 = "node-1/flannel.1", "node-2/flannel.1"
CALI_1, CALI_2 = "node-1/cali5e1c4d6c68c", "node-2/cali3754a2f57f6"
ASKS_GATEWAY = arp_asked(NIC_1, (mac(NIC_1), ADDRESS_1), "10.1.10.1")
NO_ROUTE = faults.routes_gone(VXLAN, "node-1", SUBNET_2)
NO_ROUTE_BACK = faults.routes_gone(VXLAN, "node-2", SUBNET_1)
OFF_LINK_ROUTE = f"{SUBNET_2} via 10.1.99.10 dev ens33 onlink"
BACK_BY_NIC = with_routes(VXLAN, "node-2", f"{SUBNET_1} via {ADDRESS_1} dev ens33")

CASES = (
    FaultCase(
        name="route missing, the default gateway does not answer ARP",
        why="no route more specific than the default leads to 10.244.2.0/24",
        facts=faults.neighbours_set(NO_ROUTE, "node-1", "10.1.10.1 dev ens33 FAILED"),
        bundle=lost(flannel.VXLAN, CNI_1, extras=ASKS_GATEWAY),
        status=REQUEST_LOST,
        found="route-missing node-1",
    ),
    FaultCase(
        name="route missing, it leaves by the default route",
        why="the code is the same even if the packet leaves by the default",
        facts=NO_ROUTE,
        bundle=lost(BY_DEFAULT, NIC_1),
        status=REQUEST_LOST,
        found="route-missing node-1",
    ),
    FaultCase(
        name="return route missing, ends at cni0",
        why="the request arrived; node-2 has no route to 10.244.1.0/24",
        facts=faults.neighbours_set(NO_ROUTE_BACK, "node-2", "10.1.10.1 dev ens33 FAILED"),
        bundle=lost(flannel.VXLAN, reply=CNI_2),
        status=REPLY_LOST,
        found="return-route-missing node-2",
    ),
    FaultCase(
        name="return route missing, the reply leaves by the default route",
        why="the reply goes to the default gateway, plain",
        facts=NO_ROUTE_BACK,
        bundle=lost(BACK_BY_DEFAULT, reply=NIC_2),
        status=REPLY_LOST,
        found="return-route-missing node-2",
    ),
    FaultCase(
        name="host-gw, route missing",
        why="without the route the default gateway is asked",
        facts=faults.routes_gone(HOST_GW, "node-1", SUBNET_2),
        bundle=lost(replace(BY_DEFAULT, reply=flannel.HOST_GW.reply), NIC_1),
        status=REQUEST_LOST,
        found="route-missing node-1",
    ),
    FaultCase(
        name="host-gw across a router",
        why="the kernel refuses routes by a node of another subnet, on both nodes",
        facts=faults.routes_gone(
            faults.routes_gone(
                Flannel(programmed="host-gw", hosts=across(FLANNEL)).facts(), "node-1", SUBNET_2
            ),
            "node-2",
            SUBNET_1,
        ),
        bundle=lost(HOST_GW_ACROSS, "rtr/e1"),
        status=REQUEST_LOST,
        found="route-missing node-1",
    ),
    FaultCase(
        name="calico bgp, bird of node-1 is down",
        why="the route to the other block is gone, the default route takes the packet",
        facts=faults.routes_gone(BGP, "node-1", BLOCK_2),
        bundle=lost(BGP_BY_DEFAULT, NIC_1),
        status=REQUEST_LOST,
        found="route-missing node-1",
    ),
    FaultCase(
        name="calico ipip, return route missing",
        why="node-2 has no route to the block of node-1",
        facts=faults.routes_gone(IPIP, "node-2", BLOCK_1),
        bundle=lost(others.CALICO_IPIP, reply=CALI_2),
        status=REPLY_LOST,
        found="return-route-missing node-2",
    ),
    FaultCase(
        name="kube-router, route missing",
        why="BGP has not given node-1 the subnet of node-2",
        facts=faults.routes_gone(KUBE_ROUTER, "node-1", SUBNET_2),
        bundle=lost(networks.KUBE_ROUTER_BGP, "node-1/kube-bridge"),
        status=REQUEST_LOST,
        found="route-missing node-1",
    ),
    FaultCase(
        name="host-gw, next hop fails ARP",
        why="the route exists and its next hop does not answer",
        facts=faults.neighbours_set(HOST_GW, "node-1", f"{ADDRESS_2} dev ens33 FAILED"),
        bundle=lost(
            flannel.HOST_GW,
            CNI_1,
            extras=arp_asked(NIC_1, (mac(NIC_1), ADDRESS_1), ADDRESS_2),
        ),
        status=REQUEST_LOST,
        found="nexthop-unreachable node-1",
    ),
    FaultCase(
        name="host-gw, next hop is off-link",
        why="10.1.99.10 is in no subnet of ens33, and nobody answers for it",
        facts=faults.neighbours_set(
            with_routes(HOST_GW, "node-1", OFF_LINK_ROUTE),
            "node-1",
            "10.1.99.10 dev ens33 INCOMPLETE",
        ),
        bundle=lost(flannel.HOST_GW, CNI_1),
        status=REQUEST_LOST,
        found="nexthop-unreachable node-1",
    ),
    FaultCase(
        name="calico bgp, the reply's next hop fails ARP",
        why="node-2's entry for node-1 has failed",
        facts=faults.neighbours_set(BGP, "node-2", f"{ADDRESS_1} dev ens33 FAILED"),
        bundle=lost(others.CALICO_BGP, reply=CALI_2),
        status=REPLY_LOST,
        found="nexthop-unreachable node-2",
    ),
    FaultCase(
        name="vxlan, the outer packet's next hop fails ARP",
        why="flannel.1 sends to node-2's address, for which ARP fails",
        facts=faults.neighbours_set(VXLAN, "node-1", f"{ADDRESS_2} dev ens33 FAILED"),
        bundle=lost(
            flannel.VXLAN,
            VX_1,
            extras=arp_asked(NIC_1, (mac(NIC_1), ADDRESS_1), ADDRESS_2),
        ),
        status=REQUEST_LOST,
        found="nexthop-unreachable node-1",
    ),
    FaultCase(
        name="flannel.1 is gone on the sender",
        why="the device outranks the route that went with it",
        facts=faults.link_gone(VXLAN, "node-1", "flannel.1"),
        bundle=lost(flannel.VXLAN, CNI_1, without=(VX_1,)),
        status=REQUEST_LOST,
        found="overlay-device-missing node-1",
    ),
    FaultCase(
        name="flannel.1 is down on the sender, it leaves by the default route",
        why="the routes of a device that is down are gone",
        facts=faults.link_down(VXLAN, "node-1", "flannel.1"),
        bundle=lost(BY_DEFAULT, NIC_1),
        status=REQUEST_LOST,
        found="overlay-device-missing node-1",
    ),
    FaultCase(
        name="flannel.1 is down on the receiver",
        why="node-2 has nothing that takes the tunnel's packets",
        facts=faults.link_down(VXLAN, "node-2", "flannel.1"),
        bundle=lost(
            flannel.VXLAN,
            NIC_2,
            error=IcmpError(
                kind="port-unreachable",
                about=NIC_2,
                sender=ADDRESS_2,
                path="node-2/ens33 64\nnode-1/ens33 64",
            ),
        ),
        status=REQUEST_LOST,
        found="overlay-device-missing node-2",
    ),
    FaultCase(
        name="flannel udp, the daemon is dead",
        why="flannel0 and its route went with the daemon",
        facts=faults.link_gone(UDP, "node-1", "flannel0"),
        bundle=lost(flannel.UDP, CNI_1, without=("node-1/flannel0",)),
        status=REQUEST_LOST,
        found="overlay-device-missing node-1",
    ),
    FaultCase(
        name="calico ipip, tunl0 is down on the reply's sender",
        why="packets come in only by a device that is up: node-2 takes none",
        facts=faults.link_down(IPIP, "node-2", "tunl0"),
        bundle=lost(others.CALICO_IPIP, NIC_2),
        status=REQUEST_LOST,
        found="overlay-device-missing node-2",
    ),
    FaultCase(
        name="the destination pod has no default route",
        why="the request reaches the pod, which has no way back",
        facts=faults.pod_routes_gone(VXLAN, "node-2", "pod-c", "default", "10.244.0.0/16"),
        bundle=lost(flannel.VXLAN, silent=True),
        status=UNANSWERED,
        found="pod-route-missing node-2",
    ),
    FaultCase(
        name="calico bgp, node-2 has no route to its own pod",
        why="what is left for the pod is the blackhole of the own block",
        facts=faults.routes_gone(BGP, "node-2", others.POD_C),
        bundle=lost(others.CALICO_BGP, NIC_2),
        status=REQUEST_LOST,
        found="pod-route-missing node-2",
    ),
    FaultCase(
        name="calico vxlan, node-2 has no route to its own pod",
        why="the packet is seen last on vxlan.calico",
        facts=faults.routes_gone(CALICO_VXLAN, "node-2", others.POD_C),
        bundle=lost(others.CALICO_VXLAN, "node-2/vxlan.calico"),
        status=REQUEST_LOST,
        found="pod-route-missing node-2",
    ),
    FaultCase(
        name="calico ipip, node-1 has no route to the pod that the reply is for",
        why="the reply gets to node-1 and ends there",
        facts=faults.routes_gone(IPIP, "node-1", others.POD_A),
        bundle=lost(others.CALICO_IPIP, reply="node-1/tunl0"),
        status=REPLY_LOST,
        found="pod-route-missing node-1",
    ),
    FaultCase(
        name="strict reverse path filter for all, the way back leaves elsewhere",
        why="all.rp_filter=1, and 10.244.1.0/24 leaves by ens33",
        facts=faults.sysctls_set(BACK_BY_NIC, "node-2", {"ipv4.conf.all.rp_filter": 1}),
        bundle=lost(PLAIN_BACK, VX_2),
        status=REQUEST_LOST,
        found="rp-filter-drop node-2",
    ),
    FaultCase(
        name="strict reverse path filter on flannel.1 alone",
        why="flannel.1's own setting is 1",
        facts=faults.sysctls_set(BACK_BY_NIC, "node-2", {"ipv4.conf.flannel/1.rp_filter": 1}),
        bundle=lost(PLAIN_BACK, VX_2),
        status=REQUEST_LOST,
        found="rp-filter-drop node-2",
    ),
    FaultCase(
        name="strict reverse path filter drops the reply",
        why="it comes in plain by ens33, and node-1 would send by flannel.1",
        facts=faults.sysctls_set(BACK_BY_NIC, "node-1", {"ipv4.conf.ens33.rp_filter": 1}),
        bundle=lost(PLAIN_BACK, reply=NIC_1),
        status=REPLY_LOST,
        found="rp-filter-drop node-1",
    ),
    FaultCase(
        name="ip_forward=0 on node-1",
        why="the kernel drops what it is to forward",
        facts=faults.forwarding_off(VXLAN, "node-1"),
        bundle=lost(flannel.VXLAN, CNI_1),
        status=REQUEST_LOST,
        found="ip-forward-disabled node-1",
    ),
    FaultCase(
        name="ip_forward=0 on node-2",
        why="the kernel drops what it is to forward",
        facts=faults.forwarding_off(VXLAN, "node-2"),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="ip-forward-disabled node-2",
    ),
    FaultCase(
        name="calico bgp, ip_forward=0 on node-1",
        why="the pod's packet is seen last on its cali interface",
        facts=faults.forwarding_off(BGP, "node-1"),
        bundle=lost(others.CALICO_BGP, CALI_1),
        status=REQUEST_LOST,
        found="ip-forward-disabled node-1",
    ),
    FaultCase(
        name="forwarding=0 on flannel.1 of node-2 alone",
        why="the input interface's own setting counts",
        facts=faults.sysctls_set(VXLAN, "node-2", {"ipv4.conf.flannel/1.forwarding": 0}),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="ip-forward-disabled node-2",
    ),
    FaultCase(
        name="forwarding=0 on flannel.1 of node-1, the reply's input",
        why="the request comes in by cni0, which forwards; the reply by flannel.1",
        facts=faults.sysctls_set(VXLAN, "node-1", {"ipv4.conf.flannel/1.forwarding": 0}),
        bundle=lost(flannel.VXLAN, reply=VX_1),
        status=REPLY_LOST,
        found="ip-forward-disabled node-1",
    ),
    FaultCase(
        name="the sender's pod has no default route: nothing is ever sent",
        why="captures hold no ping at all; the pod's routes lead to its own subnet alone",
        facts=faults.pod_routes_gone(VXLAN, "node-1", "pod-a", "default", "10.244.0.0/16"),
        bundle=Bundle(
            streams=(), idle=("node-1/pod-a:eth0", "node-1/veth3cafbbcc", CNI_1, NIC_1, NIC_2)
        ),
        status="",
        found="pod-route-missing node-1",
    ),
)
