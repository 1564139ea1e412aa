"""Faults at the pods: their veth, bridge, routes and addresses."""

from __future__ import annotations

from netdiag.lab.fault import Fault, Ping
from netdiag.lab.faults.groups import BRIDGED, CALICO
from netdiag.lab.running import BRIDGE
from netdiag.lab.steps.addresses import SameAddress, SameSubnet
from netdiag.lab.steps.links import LinkDown, Unplugged
from netdiag.lab.steps.routes import NoPodRoute, PodWithoutRoutes
from netdiag.lab.steps.settings import Setting

FAULTS = (
    Fault(
        name="bridge-port-missing",
        summary="pod-a's veth is no port of the bridge",
        modes=BRIDGED,
        finding="bridge-port-missing",
        node="node-1",
        steps=(Unplugged("pod-a"),),
        same_node="none",
    ),
    Fault(
        name="bridge-down",
        summary="node-2's bridge is down",
        modes=BRIDGED,
        finding="bridge-down",
        node="node-2",
        steps=(LinkDown("node-2", BRIDGE),),
    ),
    Fault(
        name="pod-route-missing",
        summary="pod-a has no route to other pods",
        modes=BRIDGED,
        finding="pod-route-missing",
        node="node-1",
        steps=(PodWithoutRoutes("pod-a"),),
    ),
    Fault(
        name="local-pod-route-missing",
        summary="node-2 has no route to its own pod-c",
        modes=(*CALICO, "canal"),
        finding="pod-route-missing",
        node="node-2",
        steps=(NoPodRoute("pod-c"),),
    ),
    Fault(
        name="proxy-arp-disabled",
        summary="node-1 does not answer pod-a's ARP for 169.254.1.1: proxy_arp=0",
        modes=(*CALICO, "canal"),
        finding="proxy-arp-disabled",
        node="node-1",
        steps=(Setting("node-1", "net/ipv4/conf/{pod-a.dev}/proxy_arp", broken=0, healthy=1),),
        same_node="none",
    ),
    Fault(
        name="destination-silent",
        summary="pod-c does not answer pings",
        modes=(*BRIDGED, *CALICO, "canal"),
        finding="destination-silent",
        node="node-2",
        steps=(Setting("pod-c", "net/ipv4/icmp_echo_ignore_all", broken=1, healthy=0),),
        back="all",
    ),
    Fault(
        name="duplicate-ip",
        summary="pod-b has pod-a's address as well",
        modes=BRIDGED,
        finding="duplicate-ip",
        node="node-1",
        steps=(SameAddress("pod-b", "pod-a"),),
        ping=Ping(source="pod-c", destination="pod-a"),
        answered="all",
        back="any",
        same_node="any",
    ),
    Fault(
        name="pod-subnet-conflict",
        summary="node-2 was given node-1's pod subnet",
        modes=("flannel-vxlan", "flannel-hostgw"),
        finding="pod-subnet-conflict",
        steps=(SameSubnet("node-2", "node-1", "pod-c", "10.244.1.77"),),
        ping=Ping(destination="10.244.1.77"),
    ),
)
