"""Faults of packet filters, on nodes and by network policies."""

from __future__ import annotations

from netdiag.lab.fault import Fault, Ping
from netdiag.lab.faults.groups import BRIDGED, CALICO, ROUTED_BY_NODES, VXLAN
from netdiag.lab.steps.filters import Policy, Rule

FAULTS = (
    Fault(
        name="vxlan-blocked",
        summary="node-2 drops the VXLAN port on INPUT",
        modes=VXLAN,
        finding="overlay-port-blocked",
        node="node-2",
        steps=(Rule("node-2", "INPUT", "-p udp --dport {port} -j DROP"),),
    ),
    Fault(
        name="ipip-blocked",
        summary="node-2 drops IP protocol 4 on INPUT",
        modes=("calico-ipip",),
        finding="overlay-port-blocked",
        node="node-2",
        steps=(Rule("node-2", "INPUT", "-p 4 -j DROP"),),
    ),
    Fault(
        name="flannel-udp-blocked",
        summary="node-2 drops UDP 8285 on INPUT",
        modes=("flannel-udp",),
        finding="overlay-port-blocked",
        node="node-2",
        steps=(Rule("node-2", "INPUT", "-p udp --dport 8285 -j DROP"),),
    ),
    Fault(
        name="forward-blocked",
        summary="a FORWARD rule on node-1 drops what its pods send to node-2's",
        modes=ROUTED_BY_NODES,
        finding="forward-blocked",
        node="node-1",
        steps=(Rule("node-1", "FORWARD", "-s {node-1.pods} -d {node-2.pods} -j DROP"),),
    ),
    Fault(
        name="forward-policy-drop",
        summary="node-1's FORWARD policy is DROP, as docker sets it; the plugin's rules accept",
        modes=BRIDGED,
        finding=None,
        steps=(Policy("node-1", "FORWARD"),),
        answered="all",
    ),
    Fault(
        name="pod-blocked",
        summary="a FORWARD rule on node-2 drops pings to pod-c",
        modes=ROUTED_BY_NODES,
        finding="forward-blocked",
        node="node-2",
        steps=(Rule("node-2", "FORWARD", "-d {pod-c} -p icmp -j DROP"),),
    ),
    Fault(
        name="policy-blocked",
        summary="a network policy on node-2 lets nothing into pod-c (Calico's chains)",
        modes=(*CALICO, "canal"),
        finding="policy-blocked",
        node="node-2",
        steps=(
            Rule(
                "node-2",
                "cali-tw-{pod-c.dev}",
                '-m conntrack --ctstate NEW -m comment --comment "cali:Ul1mBHkTgXbxDFJr" '
                '-m comment --comment "Drop if no policies passed packet" -j DROP',
            ),
        ),
        back="all",
    ),
    Fault(
        name="input-blocked",
        summary="an INPUT rule on node-1 drops its pods' pings to the node itself",
        modes=("flannel-vxlan", "flannel-hostgw", "canal", "calico-vxlan", "calico-bgp"),
        finding="input-blocked",
        node="node-1",
        steps=(Rule("node-1", "INPUT", "-s {node-1.pods} -p icmp -j DROP"),),
        ping=Ping(destination="node-1"),
    ),
    Fault(
        name="pods-masqueraded",
        summary="node-1 masquerades its pods' packets to other pods",
        modes=("flannel-vxlan", "flannel-hostgw"),
        finding="nat-rewrite-unexpected",
        node="node-1",
        steps=(
            Rule(
                "node-1", "POSTROUTING", "-s {node-1.pods} -d {node-2.pods} -j MASQUERADE",
                table="nat",
            ),
        ),
        answered="all",
    ),
)  # fmt: skip
