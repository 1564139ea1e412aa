"""The three truths differ, or a device is left over from a mode before."""

from __future__ import annotations

from tests.analyze.cases_facts_calico import with_tunl0
from tests.analyze.facts_case import FactsCase, agreed, both_ways, but, disagreed, packets
from tests.bundles import flannel, others
from tests.bundles.facts import edits, networks
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.devices import vxlan
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import (
    CALICO,
    CALICO_1,
    CALICO_2,
    CALICO_3,
    FLANNEL,
    Hosts,
    across,
    with_pod_mtu,
)
from tests.bundles.facts.kube_router import KubeRouter

THREE: Hosts = (CALICO_1, CALICO_2, CALICO_3)
DIRECT_BACKEND = "flannel/vxlan-directrouting"
VXLAN = Flannel(programmed="vxlan").facts()
DIRECT = Flannel(programmed="vxlan-directrouting").facts()
DIRECT_NOT_APPLIED = Flannel(programmed="vxlan", configured="vxlan-directrouting").facts()
HOST_GW = Flannel(programmed="host-gw").facts()
OLD_PODS = with_pod_mtu(FLANNEL, 1450)
HOST_GW_OLD_PODS = Flannel(programmed="host-gw", hosts=OLD_PODS).facts()


def with_flannel_1(facts: Facts, *names: str) -> Facts:
    """Return the facts with flannel.1 as the vxlan backend had made it, on these nodes."""
    for host in FLANNEL:
        if host.name in names:
            device = Flannel(programmed="vxlan").vxlan_device(host)
            facts = edits.with_link(facts, host.name, device)
    return facts


def with_flannel_1_beside_calico(facts: Facts) -> Facts:
    for host in CALICO:
        old = vxlan(
            host.name,
            "flannel.1",
            f"10.244.{host.address[-1]}.0/32",
            vni=1,
            port=8472,
            local=host.address,
            lower=host.nic,
        )
        facts = edits.with_link(facts, host.name, old)
    return facts


def with_vxlan_calico(facts: Facts) -> Facts:
    for host in CALICO:
        facts = edits.with_link(facts, host.name, Calico(programmed="vxlan").vxlan_device(host))
    return facts


CASES = (
    FactsCase(
        name="direct routing not applied",
        why="the config map says DirectRouting, flanneld was not restarted: routes and packets "
        "are VXLAN; no node is the odd one",
        facts=DIRECT_NOT_APPLIED,
        bundle=packets(flannel.VXLAN),
        mode=disagreed(DIRECT_BACKEND, "none", "vxlan", "vxlan"),
        pairs=both_ways("none vxlan vxlan false"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="direct routing not applied, config map alone",
        why="the same, with no file of the nodes",
        facts=edits.without(DIRECT_NOT_APPLIED, "*/facts/files/*"),
        bundle=packets(flannel.VXLAN),
        mode=disagreed(DIRECT_BACKEND, "none", "vxlan", "vxlan"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="direct routing not applied, spelled directrouting",
        why="the case of the name is no excuse: flannel would take it after a restart",
        facts=Flannel(programmed="vxlan", conf={"Type": "vxlan", "directrouting": True}).facts(),
        bundle=packets(flannel.VXLAN),
        mode=disagreed(DIRECT_BACKEND, "none", "vxlan", "vxlan"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="direct routing not applied, across subnets",
        why="across subnets both are VXLAN: nothing differs for this pair",
        facts=Flannel(
            programmed="vxlan", configured="vxlan-directrouting", hosts=across(FLANNEL)
        ).facts(),
        bundle=packets(networks.VXLAN_ACROSS),
        mode=agreed(DIRECT_BACKEND, "vxlan"),
    ),
    FactsCase(
        name="direct routing not applied, no facts of the kernel",
        why="configuration and packets are enough to differ, if the nodes' subnet is known: "
        "their addresses with prefix lengths are in ip_addr.json",
        facts=edits.without(
            DIRECT_NOT_APPLIED, "*/ip_link*", "*/ip_route*", "*/bridge_*", "*/ip_neigh*"
        ),
        bundle=packets(flannel.VXLAN),
        mode=disagreed(DIRECT_BACKEND, "none", None, "vxlan"),
        found=("mode-mismatch *",),
    ),
    FactsCase(
        name="direct routing not applied, without captures",
        why="configured and programmed differ without a packet",
        facts=DIRECT_NOT_APPLIED,
        mode=disagreed(DIRECT_BACKEND, "none", "vxlan", None),
        found=("mode-mismatch *",),
    ),
    FactsCase(
        name="direct routing applied on node-2 alone",
        why="node-1's routes are the odd ones; request and reply go different ways",
        facts=edits.kernel_of(DIRECT, "node-1", VXLAN),
        bundle=packets(flannel.ASYMMETRIC),
        mode=but(disagreed(DIRECT_BACKEND, "none", "mixed", "mixed"), "programmed.encapsulation"),
        pairs={
            "node-1 > node-2": "none vxlan vxlan false",
            "node-2 > node-1": "none none none true",
        },
        found=("mode-mismatch node-1", "asymmetric-path -"),
    ),
    FactsCase(
        name="host-gw configured, vxlan in force",
        why="the backend was changed in the config map and flanneld not restarted",
        facts=Flannel(programmed="vxlan", configured="host-gw").facts(),
        bundle=packets(flannel.VXLAN),
        mode=disagreed("flannel/host-gw", "none", "vxlan", "vxlan"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="vxlan configured, host-gw in force",
        why="the backend was changed in the config map and flanneld not restarted",
        facts=Flannel(programmed="host-gw", configured="vxlan").facts(),
        bundle=packets(flannel.HOST_GW),
        mode=disagreed("flannel/vxlan", "vxlan", "none", "none"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="wireguard configured, vxlan in force",
        why="what should be encrypted is not",
        facts=Flannel(programmed="vxlan", configured="wireguard").facts(),
        bundle=packets(flannel.VXLAN),
        mode=disagreed("flannel/wireguard", "wireguard", "vxlan", "vxlan"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="vxlan seen, plain routes configured and programmed",
        why="packets contradict both; facts may be newer than the capture",
        facts=DIRECT,
        bundle=packets(flannel.VXLAN),
        mode=disagreed(DIRECT_BACKEND, "none", "none", "vxlan"),
        pairs=both_ways("none none vxlan false"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="ipip crosssubnet that tunnels within a subnet",
        why="CrossSubnet within a subnet is plain, but routes name tunl0",
        facts=Calico(programmed="ipip", configured="ipip-crosssubnet").facts(),
        bundle=packets(others.CALICO_IPIP),
        mode=disagreed("calico/ipip-crosssubnet", "none", "ipip", "ipip"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="vxlan crosssubnet that tunnels within a subnet",
        why="CrossSubnet within a subnet is plain, but routes name vxlan.calico",
        facts=Calico(programmed="vxlan", configured="vxlan-crosssubnet").facts(),
        bundle=packets(others.CALICO_VXLAN),
        mode=disagreed("calico/vxlan-crosssubnet", "none", "vxlan", "vxlan"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="ipip crosssubnet that is plain across subnets",
        why="CrossSubnet across subnets tunnels, but routes go to the gateway",
        facts=Calico(programmed="bgp", configured="ipip-crosssubnet", hosts=across(CALICO)).facts(),
        bundle=packets(networks.CALICO_PLAIN_ACROSS),
        mode=disagreed("calico/ipip-crosssubnet", "ipip", "none", "none"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="ipip always that travels plain",
        why="the pool says Always, the routes are plain",
        facts=Calico(programmed="bgp", configured="ipip").facts(),
        bundle=packets(others.CALICO_BGP),
        mode=disagreed("calico/ipip", "ipip", "none", "none"),
        pairs=both_ways("ipip none none false"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="vxlan pool, ipip in force",
        why="the pool was changed from IPIP to VXLAN, the routes were not",
        facts=Calico(programmed="ipip", configured="vxlan").facts(),
        bundle=packets(others.CALICO_IPIP),
        mode=disagreed("calico/vxlan", "vxlan", "ipip", "ipip"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="pool without a tunnel, ipip in force",
        why="the pool says Never, the routes name tunl0",
        facts=Calico(programmed="ipip", configured="bgp").facts(),
        bundle=packets(others.CALICO_IPIP),
        mode=disagreed("calico/bgp", "none", "ipip", "ipip"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="calico wireguard enabled, plain in force",
        why="wireguardEnabled is true, no node has wireguard.cali",
        facts=Calico(programmed="bgp", configured="wireguard").facts(),
        bundle=packets(others.CALICO_BGP),
        mode=disagreed("calico/wireguard", "wireguard", "none", "none"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="one of three nodes deviates from ipip always",
        why="node-3's routes are plain, so are its replies: node-3 is the odd one",
        facts=edits.kernel_of(
            Calico(programmed="ipip", hosts=THREE).facts(),
            "node-3",
            Calico(programmed="ipip-crosssubnet", hosts=THREE).facts(),
        ),
        bundle=packets(others.CALICO_IPIP, networks.IPIP_TO_NODE_3_PLAIN_BACK),
        mode=agreed("calico/ipip", "ipip"),
        pairs={
            **both_ways("ipip ipip ipip true"),
            "node-1 > node-3": "ipip ipip ipip true",
            "node-3 > node-1": "ipip none none false",
        },
        found=("mode-mismatch node-3", "asymmetric-path -"),
    ),
    FactsCase(
        name="one of two nodes deviates from ipip always",
        why="node-2's replies are plain; its routes are the odd ones",
        facts=edits.kernel_of(
            Calico(programmed="ipip").facts(),
            "node-2",
            Calico(programmed="ipip-crosssubnet").facts(),
        ),
        bundle=packets(networks.IPIP_THERE_PLAIN_BACK),
        mode=but(disagreed("calico/ipip", "ipip", "mixed", "mixed"), "programmed.encapsulation"),
        pairs={
            "node-1 > node-2": "ipip ipip ipip true",
            "node-2 > node-1": "ipip none none false",
        },
        found=("mode-mismatch node-2", "asymmetric-path -"),
    ),
    FactsCase(
        name="kube-router full overlay, plain in force",
        why="--overlay-type=full was given, the routes are plain",
        facts=KubeRouter(overlay="off", configured="full").facts(),
        bundle=packets(networks.KUBE_ROUTER_BGP),
        mode=disagreed("kube-router/ipip", "ipip", "none", "none"),
        found=("mode-mismatch -",),
    ),
    FactsCase(
        name="flannel.1 left over after a change to host-gw",
        why="flannel.1 is up on both nodes, no route names it, host-gw needs none; pods have 1450",
        facts=with_flannel_1(HOST_GW_OLD_PODS, "node-1", "node-2"),
        bundle=packets(flannel.HOST_GW),
        mode=agreed("flannel/host-gw", "none"),
        found=("leftover-device *",),
    ),
    FactsCase(
        name="flannel.1 left over on node-2 alone",
        why="one node was not restarted after the change",
        facts=with_flannel_1(HOST_GW, "node-2"),
        bundle=packets(flannel.HOST_GW),
        mode=agreed("flannel/host-gw", "none"),
        found=("leftover-device node-2",),
    ),
    FactsCase(
        name="flannel.1 left over, down",
        why="a device that is down does nothing",
        facts=edits.changed_link(
            with_flannel_1(HOST_GW, "node-2"), "node-2", "flannel.1", edits.switched_off
        ),
        bundle=packets(flannel.HOST_GW),
        mode=agreed("flannel/host-gw", "none"),
    ),
    FactsCase(
        name="flannel.1 left over after a change to calico",
        why="Calico's routes are bird's; flannel.1 belongs to nothing",
        facts=with_flannel_1_beside_calico(Calico(programmed="bgp").facts()),
        bundle=packets(others.CALICO_BGP),
        mode=agreed("calico/bgp", "none"),
        found=("leftover-device *",),
    ),
    FactsCase(
        name="vxlan.calico left over after a change to ipip",
        why="the pool says IPIP and the routes name tunl0; vxlan.calico is up and unused",
        facts=with_vxlan_calico(Calico(programmed="ipip").facts()),
        bundle=packets(others.CALICO_IPIP),
        mode=agreed("calico/ipip", "ipip"),
        found=("leftover-device *",),
    ),
    FactsCase(
        name="tunl0 with an address left over after a change to bgp",
        why="the pool says Never, no route names tunl0, yet it is up with a pool's address",
        facts=with_tunl0(Calico(programmed="bgp").facts(), up=True, addressed=True),
        bundle=packets(others.CALICO_BGP),
        mode=agreed("calico/bgp", "none"),
        found=("leftover-device *",),
    ),
    FactsCase(
        name="direct routing's flannel.1 is not left over",
        why="DirectRouting keeps flannel.1 for nodes of other subnets",
        facts=DIRECT,
        bundle=packets(flannel.HOST_GW),
        mode=agreed(DIRECT_BACKEND, "none"),
    ),
)
