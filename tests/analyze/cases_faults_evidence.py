"""The same faults by less evidence: fewer captures, facts of one node, pasted text."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.cases_facts_sources import node_documents, pasted_ip
from tests.analyze.cases_faults_firewall import ICMP_TO_C, TO_WORKLOAD
from tests.analyze.cases_faults_overlay import INPUT_DROP
from tests.analyze.cases_faults_route import BACK_BY_NIC, NO_ROUTE, NO_ROUTE_BACK
from tests.analyze.fault_case import REPLY_LOST, REQUEST_LOST, FaultCase, lost
from tests.analyze.fault_networks import (
    BGP,
    BY_DEFAULT,
    HOST_GW,
    IPIP,
    NIC_1,
    NIC_2,
    PLAIN_BACK,
    VTEP_1,
    VTEP_2,
    VXLAN,
)
from tests.bundles import flannel, others
from tests.bundles.facts import edits, faults
from tests.bundles.network import Bundle

CNI_1, CNI_2 = "node-1/cni0", "node-2/cni0"
VX_1, VX_2 = "node-1/flannel.1", "node-2/flannel.1"
NO_PODS = ("*:eth0",)
NICS = ("*/ens33",)
BOTH = ("node-1", "node-2")
LOST = f"{REQUEST_LOST}|unknown"
NO_FDB = faults.fdb_gone(VXLAN, "node-1", VTEP_2, "flannel.1")
FORWARD_2 = faults.rules_first(VXLAN, "node-2", ICMP_TO_C)
FORWARD_1 = faults.rules_first(VXLAN, "node-1", "-A FORWARD -p icmp -j DROP")
INPUT_2 = faults.rules_first(VXLAN, "node-2", INPUT_DROP)
RP_FILTER = faults.sysctls_set(BACK_BY_NIC, "node-2", {"ipv4.conf.all.rp_filter": 1})
UNSURE = "unexplained-loss|underlay-loss"

CASES = (
    FaultCase(
        name="no pods captured: fdb-missing",
        why="veths are enough",
        facts=NO_FDB,
        bundle=lost(flannel.VXLAN, VX_1, without=NO_PODS),
        status=REQUEST_LOST,
        found="fdb-missing node-1",
    ),
    FaultCase(
        name="no pods captured: return-route-missing",
        why="the request reached pod-c's veth, the reply came out of it",
        facts=NO_ROUTE_BACK,
        bundle=lost(flannel.VXLAN, reply=CNI_2, without=NO_PODS),
        status=REPLY_LOST,
        found="return-route-missing node-2",
    ),
    FaultCase(
        name="only NICs captured: forward-blocked on node-2",
        why="the request arrives on node-2's NIC and no reply comes; the rule counted three",
        facts=FORWARD_2,
        bundle=lost(flannel.VXLAN, VX_2, only=NICS),
        status=LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="only NICs captured: overlay-port-blocked on node-2",
        why="the request arrives on node-2's NIC",
        facts=INPUT_2,
        bundle=lost(flannel.VXLAN, NIC_2, only=NICS),
        status=LOST,
        found="overlay-port-blocked node-2",
    ),
    FaultCase(
        name="only NICs captured: return-route-missing",
        why="no reply comes out of node-2, which has no route for it",
        facts=NO_ROUTE_BACK,
        bundle=lost(flannel.VXLAN, reply=CNI_2, only=NICS),
        status=f"{REQUEST_LOST}|{REPLY_LOST}|unanswered|unknown",
        found="return-route-missing node-2",
    ),
    FaultCase(
        name="only node-1 captured: forward-blocked on node-2",
        why="the request leaves node-1, nothing comes back, and node-2 has the rule",
        facts=FORWARD_2,
        bundle=lost(flannel.VXLAN, VX_2, only=("node-1/*",)),
        status=LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="only node-1 captured: route-missing",
        why="all of it is on node-1",
        facts=NO_ROUTE,
        bundle=lost(BY_DEFAULT, NIC_1, only=("node-1/*",)),
        status=LOST,
        found="route-missing node-1",
    ),
    FaultCase(
        name="only node-1 captured: return-route-missing",
        why="nothing comes back, and node-2 has no route for it",
        facts=NO_ROUTE_BACK,
        bundle=lost(flannel.VXLAN, reply=CNI_2, only=("node-1/*",)),
        status=f"{LOST}|{REPLY_LOST}|unanswered",
        found="return-route-missing node-2",
    ),
    FaultCase(
        name="only node-2 captured: rp-filter-drop",
        why="all of it is on node-2",
        facts=RP_FILTER,
        bundle=lost(PLAIN_BACK, VX_2, only=("node-2/*",)),
        status=LOST,
        found="rp-filter-drop node-2",
    ),
    FaultCase(
        name="any.pcap: forward-blocked on node-1",
        why="the same packets under tcpdump -i any",
        facts=FORWARD_1,
        bundle=lost(flannel.VXLAN, CNI_1, any_only=BOTH),
        status=REQUEST_LOST,
        found="forward-blocked node-1",
    ),
    FaultCase(
        name="any.pcap without pods: fdb-missing for the reply",
        why="the same packets under tcpdump -i any",
        facts=faults.fdb_gone(VXLAN, "node-2", VTEP_1, "flannel.1"),
        bundle=lost(flannel.VXLAN, reply=VX_2, any_only=BOTH, without=NO_PODS),
        status=REPLY_LOST,
        found="fdb-missing node-2",
    ),
    FaultCase(
        name="any.pcap: calico ipip, policy-blocked on node-2",
        why="the same packets under tcpdump -i any",
        facts=faults.rules_first(IPIP, "node-2", *TO_WORKLOAD),
        bundle=lost(others.CALICO_IPIP, "node-2/tunl0", any_only=BOTH),
        status=REQUEST_LOST,
        found="policy-blocked node-2",
    ),
    FaultCase(
        name="facts of the faulty node alone: ip-forward-disabled on node-1",
        why="node-1's sysctls are enough",
        facts=node_documents(faults.forwarding_off(VXLAN, "node-1"), "node-1"),
        bundle=lost(flannel.VXLAN, CNI_1),
        status=REQUEST_LOST,
        found="ip-forward-disabled node-1",
    ),
    FaultCase(
        name="facts of the faulty node alone: overlay-port-blocked on node-2",
        why="node-2's rules are enough",
        facts=node_documents(INPUT_2, "node-2"),
        bundle=lost(flannel.VXLAN, NIC_2),
        status=REQUEST_LOST,
        found="overlay-port-blocked node-2",
    ),
    FaultCase(
        name="facts of the faulty node alone: forward-blocked on node-2",
        why="node-2's rules are enough",
        facts=node_documents(FORWARD_2, "node-2"),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="facts of the faulty node alone: route-missing on node-1",
        why="node-1's routes are enough",
        facts=node_documents(NO_ROUTE, "node-1"),
        bundle=lost(BY_DEFAULT, NIC_1),
        status=REQUEST_LOST,
        found="route-missing node-1",
    ),
    FaultCase(
        name="facts of the faulty node alone: return-route-missing on node-2",
        why="node-2's routes are enough",
        facts=node_documents(NO_ROUTE_BACK, "node-2"),
        bundle=lost(flannel.VXLAN, reply=CNI_2),
        status=REPLY_LOST,
        found="return-route-missing node-2",
    ),
    FaultCase(
        name="facts of the faulty node alone: fdb-missing on node-1",
        why="the neighbour entry has no FDB entry for its MAC, whatever the peer's is",
        facts=node_documents(NO_FDB, "node-1"),
        bundle=lost(flannel.VXLAN, VX_1),
        status=REQUEST_LOST,
        found="fdb-missing|vtep-neighbour-wrong node-1",
    ),
    FaultCase(
        name="facts of the faulty node alone: rp-filter-drop on node-2",
        why="node-2's routes and sysctls are enough",
        facts=node_documents(RP_FILTER, "node-2"),
        bundle=lost(PLAIN_BACK, VX_2),
        status=REQUEST_LOST,
        found="rp-filter-drop node-2",
    ),
    FaultCase(
        name="facts of the other node alone: forward-blocked on node-2",
        why="nothing says why node-2 drops it",
        facts=node_documents(FORWARD_2, "node-1"),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="unexplained-loss node-2",
    ),
    FaultCase(
        name="facts of the other node alone: forward-blocked on node-1",
        why="nothing says why node-1 drops it",
        facts=node_documents(FORWARD_1, "node-2"),
        bundle=lost(flannel.VXLAN, CNI_1),
        status=REQUEST_LOST,
        found="unexplained-loss node-1",
    ),
    FaultCase(
        name="facts of the other node alone: fdb-missing on node-1",
        why="nothing says why node-1 drops it",
        facts=node_documents(NO_FDB, "node-2"),
        bundle=lost(flannel.VXLAN, VX_1),
        status=REQUEST_LOST,
        found="unexplained-loss node-1",
    ),
    FaultCase(
        name="facts of the other node alone: overlay-port-blocked on node-2",
        why="nothing says why node-2 drops it",
        facts=node_documents(INPUT_2, "node-1"),
        bundle=lost(flannel.VXLAN, NIC_2),
        status=REQUEST_LOST,
        found="unexplained-loss node-2",
    ),
    FaultCase(
        name="facts of the other node alone: return-route-missing on node-2",
        why="nothing says why node-2 drops it",
        facts=node_documents(NO_ROUTE_BACK, "node-1"),
        bundle=lost(flannel.VXLAN, reply=CNI_2),
        status=REPLY_LOST,
        found="unexplained-loss node-2",
    ),
    FaultCase(
        name="facts of the other node alone, host-gw: gone between the NICs",
        why="node-2's facts might explain it: the loss on the wire is as likely",
        facts=node_documents(HOST_GW, "node-2"),
        bundle=lost(flannel.HOST_GW, NIC_1),
        status=REQUEST_LOST,
        found=f"{UNSURE} node-1",
    ),
    FaultCase(
        name="no facts of nodes: forward-blocked on node-2",
        why="what Kubernetes says explains no loss",
        facts=edits.only(FORWARD_2, "kubernetes/*"),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="unexplained-loss node-2",
    ),
    FaultCase(
        name="without iptables of node-2: forward-blocked there",
        why="the document that would decide is missing",
        facts=edits.without(FORWARD_2, "node-2/facts/iptables*"),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="unexplained-loss node-2",
        told=("facts-missing node-2",),
    ),
    FaultCase(
        name="without bridge_fdb.json of node-1: fdb-missing there",
        why="the document that would decide is missing",
        facts=edits.without(NO_FDB, "node-1/facts/bridge_fdb.json"),
        bundle=lost(flannel.VXLAN, VX_1),
        status=REQUEST_LOST,
        found="unexplained-loss node-1",
        told=("facts-missing node-1",),
    ),
    FaultCase(
        name="pasted text: route-missing",
        why="ip route as text says the same",
        facts=pasted_ip(NO_ROUTE),
        bundle=lost(BY_DEFAULT, NIC_1),
        status=REQUEST_LOST,
        found="route-missing node-1",
    ),
    FaultCase(
        name="pasted text: fdb-missing",
        why="bridge fdb as text says the same",
        facts=pasted_ip(NO_FDB),
        bundle=lost(flannel.VXLAN, VX_1),
        status=REQUEST_LOST,
        found="fdb-missing node-1",
    ),
    FaultCase(
        name="pasted text: vtep-mac-stale",
        why="ip neigh and ip -d link as text say the same",
        facts=pasted_ip(
            edits.changed_link(
                VXLAN, "node-2", "flannel.1", lambda link: replace(link, mac="be:1a:5c:00:00:99")
            )
        ),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="vtep-mac-stale node-1",
    ),
    FaultCase(
        name="pasted text: nexthop-unreachable",
        why="ip neigh as text says the same",
        facts=pasted_ip(faults.neighbours_set(BGP, "node-2", "10.1.10.9 dev ens33  FAILED")),
        bundle=lost(others.CALICO_BGP, reply="node-2/cali3754a2f57f6"),
        status=REPLY_LOST,
        found="nexthop-unreachable node-2",
    ),
    FaultCase(
        name="iptables-save without counters: forward-blocked on node-2",
        why="the rule drops the packet, counted or not",
        facts=edits.with_documents(
            edits.without(FORWARD_2, "node-2/facts/iptables-save-c.txt"),
            {
                "node-2/facts/iptables-save.txt": "\n".join(
                    line.split("] ", 1)[1] if line.startswith("[") else line
                    for line in FORWARD_2.node("node-2").firewall.splitlines()
                )
                + "\n"
            },
        ),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="clocks 3 s apart: forward-blocked on node-2",
        why="the clock of node-2 changes nothing",
        facts=FORWARD_2,
        bundle=Bundle(
            streams=lost(flannel.VXLAN, VX_2).streams, clocks_us={"node-2": -3_000_000.0}
        ),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="pods were not looked into: forward-blocked on node-2",
        why="kubernetes and routes tell where pods are",
        facts=edits.without(FORWARD_2, "*/facts/pods/*"),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="neither pods nor kubernetes: forward-blocked on node-2",
        why="the bridge's subnet tells where pods are, captures by which port",
        facts=edits.without(FORWARD_2, "*/facts/pods/*", "kubernetes/*"),
        bundle=lost(flannel.VXLAN, VX_2),
        status=REQUEST_LOST,
        found="forward-blocked node-2",
    ),
    FaultCase(
        name="neither pods nor kubernetes, no pods captured: fdb-missing",
        why="the bridge's subnet tells where pods are, captures by which port",
        facts=edits.without(NO_FDB, "*/facts/pods/*", "kubernetes/*"),
        bundle=lost(flannel.VXLAN, VX_1, without=NO_PODS),
        status=REQUEST_LOST,
        found="fdb-missing node-1",
    ),
    FaultCase(
        name="neither pods nor kubernetes: calico bgp, pod-c's policy on node-2",
        why="calico's host routes tell the pods' ports",
        facts=edits.without(
            faults.rules_first(BGP, "node-2", *TO_WORKLOAD), "*/facts/pods/*", "kubernetes/*"
        ),
        bundle=lost(others.CALICO_BGP, NIC_2),
        status=REQUEST_LOST,
        found="policy-blocked node-2",
    ),
)
