"""Losses that facts do not explain, and facts that the packets belie: no cause is made up."""

from __future__ import annotations

from tests.analyze.cases_faults_firewall import ICMP_TO_C
from tests.analyze.cases_faults_overlay import INPUT_DROP
from tests.analyze.cases_faults_route import BACK_BY_NIC, NO_ROUTE
from tests.analyze.fault_case import REPLY_LOST, REQUEST_LOST, FaultCase, answered, lost, sometimes
from tests.analyze.fault_networks import (
    BGP,
    CALICO_VXLAN,
    HOST_GW,
    IPIP,
    KUBENET,
    NIC_1,
    NIC_2,
    SUBNET_1,
    VTEP_2,
    VXLAN,
)
from tests.bundles import flannel, others
from tests.bundles.facts import faults, networks
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import FLANNEL, across
from tests.bundles.network import Bundle, Fate

CNI_1, CNI_2 = "node-1/cni0", "node-2/cni0"
VX_1, VX_2 = "node-1/flannel.1", "node-2/flannel.1"
FORWARD_1 = faults.rules_first(VXLAN, "node-1", "-A FORWARD -p icmp -j DROP")
FORWARD_2 = faults.rules_first(VXLAN, "node-2", ICMP_TO_C)
INPUT_2 = faults.rules_first(VXLAN, "node-2", INPUT_DROP)
ACROSS = Flannel(programmed="vxlan", hosts=across(FLANNEL)).facts()

CASES = (
    FaultCase(
        name="vxlan: gone between the NICs, facts are fine",
        why="it left node-1's NIC and is absent on node-2's, and no fact explains it",
        facts=VXLAN,
        bundle=lost(flannel.VXLAN, NIC_1),
        status=REQUEST_LOST,
        found="underlay-loss node-1",
    ),
    FaultCase(
        name="vxlan: the reply is gone between the NICs, facts are fine",
        why="node-2 is the last that sent it",
        facts=VXLAN,
        bundle=lost(flannel.VXLAN, reply=NIC_2),
        status=REPLY_LOST,
        found="underlay-loss node-2",
    ),
    FaultCase(
        name="host-gw: gone between the NICs, facts are fine",
        why="a cloud drops pods' addresses",
        facts=HOST_GW,
        bundle=lost(flannel.HOST_GW, NIC_1),
        status=REQUEST_LOST,
        found="underlay-loss node-1",
    ),
    FaultCase(
        name="calico ipip: gone between the NICs, facts are fine",
        why="a cloud drops protocol 4",
        facts=IPIP,
        bundle=lost(others.CALICO_IPIP, NIC_1),
        status=REQUEST_LOST,
        found="underlay-loss node-1",
    ),
    FaultCase(
        name="calico bgp: the reply is gone between the NICs, facts are fine",
        why="node-2 is the last that sent it",
        facts=BGP,
        bundle=lost(others.CALICO_BGP, reply=NIC_2),
        status=REPLY_LOST,
        found="underlay-loss node-2",
    ),
    FaultCase(
        name="calico vxlan: gone between the NICs, no pods captured",
        why="pods are far from the loss",
        facts=CALICO_VXLAN,
        bundle=lost(others.CALICO_VXLAN, NIC_1, without=("*:eth0",)),
        status=REQUEST_LOST,
        found="underlay-loss node-1",
    ),
    FaultCase(
        name="vxlan across a silent router",
        why="the router took it and did not pass it on; nobody knows its facts",
        facts=ACROSS,
        bundle=lost(networks.VXLAN_ACROSS, "rtr/e1"),
        status=REQUEST_LOST,
        found="underlay-loss node-1|rtr",
    ),
    FaultCase(
        name="vxlan across a router that is not captured",
        why="it left node-1's NIC and is absent on node-2's",
        facts=ACROSS,
        bundle=lost(networks.VXLAN_ACROSS, NIC_1, without=("rtr/*",)),
        status=REQUEST_LOST,
        found="underlay-loss node-1",
    ),
    FaultCase(
        name="kubenet: the router has no route, and its facts are not here",
        why="nodes rely on the router: it took the packet",
        facts=KUBENET,
        bundle=lost(others.KUBENET, "rtr/e1"),
        status=REQUEST_LOST,
        found="underlay-loss node-1|rtr",
    ),
    FaultCase(
        name="gone between flannel.1 and cni0 of node-2, facts are fine",
        why="facts say that it passes: the place is all that is known",
        facts=VXLAN,
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="unexplained-loss node-2",
    ),
    FaultCase(
        name="gone after cni0 of node-1, facts are fine",
        why="facts say that it passes: the place is all that is known",
        facts=VXLAN,
        bundle=lost(flannel.VXLAN, CNI_1),
        status=REQUEST_LOST,
        found="unexplained-loss node-1",
    ),
    FaultCase(
        name="host-gw: the reply is gone after cni0 of node-2, facts are fine",
        why="facts say that it passes: the place is all that is known",
        facts=HOST_GW,
        bundle=lost(flannel.HOST_GW, reply=CNI_2),
        status=REPLY_LOST,
        found="unexplained-loss node-2",
    ),
    FaultCase(
        name="gone behind ens33 of node-2, facts are fine",
        why="the tunnel's packet arrives, flannel.1 of the same node does not show it",
        facts=VXLAN,
        bundle=lost(flannel.VXLAN, NIC_2),
        status=REQUEST_LOST,
        found="unexplained-loss node-2",
    ),
    FaultCase(
        name="a rule of node-1 would drop what is seen on node-2",
        why="captures show it beyond the rule, which was made later",
        facts=FORWARD_1,
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="unexplained-loss node-2",
    ),
    FaultCase(
        name="no FDB entry for what is seen on the underlay",
        why="it left by the NIC: the entry was there",
        facts=faults.fdb_gone(VXLAN, "node-1", VTEP_2, "flannel.1"),
        bundle=lost(flannel.VXLAN, NIC_1),
        status=REQUEST_LOST,
        found="unexplained-loss|underlay-loss node-1",
    ),
    FaultCase(
        name="the tunnel's port is blocked for what is seen on flannel.1",
        why="it came out of the tunnel",
        facts=INPUT_2,
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="unexplained-loss node-2",
    ),
    FaultCase(
        name="no route for what is seen on the overlay",
        why="the route was there: the packet took it",
        facts=NO_ROUTE,
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="unexplained-loss node-2",
    ),
    FaultCase(
        name="an obstacle of the reply does not explain the request",
        why="the request is lost on node-1 before anything of node-2 matters",
        facts=faults.routes_gone(VXLAN, "node-2", SUBNET_1),
        bundle=lost(flannel.VXLAN, CNI_1),
        status=REQUEST_LOST,
        found="unexplained-loss node-1",
    ),
    FaultCase(
        name="an obstacle behind the place of the loss",
        why="it ends on node-1: the rule of node-2 never saw it",
        facts=FORWARD_2,
        bundle=lost(flannel.VXLAN, CNI_1),
        status=REQUEST_LOST,
        found="unexplained-loss node-1",
    ),
    FaultCase(
        name="an obstacle on node-2 and a loss between the NICs",
        why="node-2 never got it: its rule in FORWARD did not drop it",
        facts=FORWARD_2,
        bundle=lost(flannel.VXLAN, NIC_1),
        status=REQUEST_LOST,
        found="underlay-loss|unexplained-loss node-1",
    ),
    FaultCase(
        name="partly answered, a rule that drops all",
        why="a rule that drops all drops those that were answered too: it is not the cause alone",
        facts=FORWARD_2,
        bundle=sometimes(
            flannel.VXLAN, {2: Fate(request_lost_after=VX_2), 4: Fate(request_lost_after=VX_2)}
        ),
        status=f"{REQUEST_LOST}|answered",
        found="intermittent-loss node-2",
    ),
    FaultCase(
        name="partly answered, no FDB entry",
        why="without an entry none would be answered",
        facts=faults.fdb_gone(VXLAN, "node-1", VTEP_2, "flannel.1"),
        bundle=sometimes(flannel.VXLAN, {3: Fate(request_lost_after=VX_1)}),
        status=f"{REQUEST_LOST}|answered",
        found="intermittent-loss node-1",
    ),
    FaultCase(
        name="some replies lost on the wire, facts are fine",
        why="the way as such works",
        facts=VXLAN,
        bundle=sometimes(
            flannel.VXLAN, {1: Fate(reply_lost_after=NIC_2), 6: Fate(reply_lost_after=NIC_2)}
        ),
        status=f"{REPLY_LOST}|answered",
        found="intermittent-loss node-2",
    ),
    FaultCase(
        name="all answered, a rule that would drop them all",
        why="packets show that it did not: it was made later, or does not match",
        facts=FORWARD_1,
        bundle=answered(flannel.VXLAN),
    ),
    FaultCase(
        name="all answered, ip_forward=0",
        why="facts were gathered later than the captures",
        facts=faults.forwarding_off(VXLAN, "node-2"),
        bundle=answered(flannel.VXLAN),
    ),
    FaultCase(
        name="all answered, strict reverse path filter and another way back",
        why="packets show that nothing was dropped",
        facts=faults.sysctls_set(BACK_BY_NIC, "node-2", {"ipv4.conf.all.rp_filter": 1}),
        bundle=answered(flannel.VXLAN),
        beside=("mode-mismatch node-2", "asymmetric-path -"),
    ),
    FaultCase(
        name="node-2's captures start late",
        why="nothing of the pings is on node-2 because nobody captured: it is told",
        facts=VXLAN,
        bundle=Bundle(
            streams=lost(flannel.VXLAN, reply=NIC_2).streams,
            started_us={"node-2/*": 2_400_000},
        ),
        status="unknown",
        told=("capture-incomplete node-1|node-2",),
    ),
)
