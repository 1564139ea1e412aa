"""Flannel's healthy clusters: every backend, and what is beside it on real nodes."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.facts_case import FactsCase, agreed, both_ways, but, packets
from tests.bundles import flannel
from tests.bundles.facts import edits, networks
from tests.bundles.facts.devices import bridge, dummy
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import (
    FLANNEL,
    FLANNEL_1,
    FLANNEL_2,
    FLANNEL_3,
    Hosts,
    across,
    dual_stack,
    with_nat_nic,
)
from tests.bundles.facts.networks import CUSTOM_PORT
from tests.bundles.network import Bundle, Stream

THREE: Hosts = (FLANNEL_1, FLANNEL_2, FLANNEL_3)
VXLAN = Flannel(programmed="vxlan").facts()
DIRECT = Flannel(programmed="vxlan-directrouting").facts()
HOST_GW = Flannel(programmed="host-gw").facts()
DIRECT_BACKEND = "flannel/vxlan-directrouting"
POLICY = Flannel(
    programmed="vxlan",
    port=CUSTOM_PORT,
    conf={"Type": "vxlan", "Port": CUSTOM_PORT, "GBP": True},
).facts()


def with_docker(facts: Facts) -> Facts:
    """Return the facts with Docker's idle bridge on each node."""
    for node in facts.nodes:
        idle = bridge(node.name, "docker0", "172.17.0.1/16", mtu=1500, carrier=False)
        facts = edits.with_link(facts, node.name, idle)
        route = "172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1 linkdown"
        facts = edits.with_routes(facts, node.name, route)
    return facts


def with_service_addresses(facts: Facts) -> Facts:
    """Return the facts with the devices of IPVS and of the node's DNS cache on each node."""
    for node in facts.nodes:
        services = dummy(node.name, "kube-ipvs0", "10.96.0.1/32", "10.96.0.10/32", up=False)
        dns = dummy(node.name, "nodelocaldns", "169.254.20.10/32", "10.96.0.10/32")
        facts = edits.with_link(edits.with_link(facts, node.name, services), node.name, dns)
    return facts


def spelled(name: str, value: object = True) -> Facts:
    """Return a cluster with DirectRouting in force, in a config that spells it in its own way."""
    conf = {"Type": "vxlan", name: value}
    return Flannel(programmed="vxlan-directrouting", conf=conf).facts()


CASES = (
    FactsCase(
        name="flannel vxlan",
        why="net-conf, routes via flannel.1 and packets on the NIC all say VXLAN",
        facts=VXLAN,
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
        pairs=both_ways("vxlan vxlan vxlan true"),
    ),
    FactsCase(
        name="flannel vxlan, type in capitals",
        why="flannel lowers the backend's name before it compares",
        facts=Flannel(programmed="vxlan", conf={"Type": "VXLAN"}).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel vxlan, any.pcap only",
        why="ip_link.json names the interfaces of any.pcap and is a fact as well",
        facts=VXLAN,
        bundle=replace(packets(flannel.VXLAN), any_only=("node-1", "node-2")),
        mode=agreed("flannel/vxlan", "vxlan"),
        pairs=both_ways("vxlan vxlan vxlan true"),
    ),
    FactsCase(
        name="flannel vxlan, three nodes",
        why="each pair of nodes has its own row, all under VXLAN",
        facts=Flannel(programmed="vxlan", hosts=THREE).facts(),
        bundle=packets(flannel.VXLAN, networks.VXLAN_TO_NODE_3),
        mode=agreed("flannel/vxlan", "vxlan"),
        pairs={
            **both_ways("vxlan vxlan vxlan true"),
            "node-1 > node-3": "vxlan vxlan vxlan true",
            "node-3 > node-1": "vxlan vxlan vxlan true",
        },
    ),
    FactsCase(
        name="flannel vxlan across subnets over a captured router",
        why="the router changes nothing: VXLAN everywhere",
        facts=Flannel(programmed="vxlan", hosts=across(FLANNEL)).facts(),
        bundle=packets(networks.VXLAN_ACROSS),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel vxlan, direct routing off explicitly",
        why="DirectRouting: false is plain vxlan",
        facts=Flannel(
            programmed="vxlan", conf={"Type": "vxlan", "VNI": 1, "DirectRouting": False}
        ).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel vxlan, other vni",
        why="VNI 5 makes flannel.5; the number is configuration, not a fault",
        facts=Flannel(programmed="vxlan", vni=5, conf={"Type": "vxlan", "VNI": 5}).facts(),
        bundle=packets(networks.VXLAN_VNI_5),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel direct routing, same subnet",
        why="within a subnet DirectRouting configures plain routes, and they are used",
        facts=DIRECT,
        bundle=packets(flannel.HOST_GW),
        mode=agreed(DIRECT_BACKEND, "none"),
        pairs=both_ways("none none none true"),
    ),
    FactsCase(
        name="flannel direct routing, across subnets",
        why="across subnets DirectRouting configures VXLAN",
        facts=Flannel(programmed="vxlan-directrouting", hosts=across(FLANNEL)).facts(),
        bundle=packets(networks.VXLAN_ACROSS),
        mode=agreed(DIRECT_BACKEND, "vxlan"),
        pairs=both_ways("vxlan vxlan vxlan true"),
    ),
    FactsCase(
        name="flannel direct routing, three nodes in two subnets",
        why="the mode is a property of a pair: VXLAN to node-2, plain to node-3",
        facts=Flannel(programmed="vxlan-directrouting", hosts=across(THREE)).facts(),
        bundle=packets(networks.VXLAN_ACROSS, networks.PLAIN_TO_NODE_3),
        mode=agreed(DIRECT_BACKEND, "vxlan"),
        pairs={
            **both_ways("vxlan vxlan vxlan true"),
            "node-1 > node-3": "none none none true",
            "node-3 > node-1": "none none none true",
        },
    ),
    FactsCase(
        name="flannel direct routing, three nodes in two subnets, the plain pair first",
        why="the mode is that of the first pair seen: the plain one",
        facts=Flannel(programmed="vxlan-directrouting", hosts=across(THREE)).facts(),
        bundle=packets(networks.PLAIN_TO_NODE_3, networks.VXLAN_ACROSS),
        mode=agreed(DIRECT_BACKEND, "none"),
        pairs={
            **both_ways("vxlan vxlan vxlan true"),
            "node-1 > node-3": "none none none true",
        },
    ),
    FactsCase(
        name="flannel direct routing spelled Directrouting",
        why="Go's JSON decoder ignores the case of names, so flannel takes it",
        facts=spelled("Directrouting"),
        bundle=packets(flannel.HOST_GW),
        mode=agreed(DIRECT_BACKEND, "none"),
    ),
    FactsCase(
        name="flannel direct routing spelled directRouting",
        why="Go's JSON decoder ignores the case of names, so flannel takes it",
        facts=spelled("directRouting"),
        bundle=packets(flannel.HOST_GW),
        mode=agreed(DIRECT_BACKEND, "none"),
    ),
    FactsCase(
        name="flannel direct routing spelled Direct Routing",
        why="an unknown name is ignored: this is plain vxlan, and it is in force",
        facts=Flannel(programmed="vxlan", conf={"Type": "vxlan", "Direct Routing": True}).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel host-gw",
        why="plain routes via the other node; no overlay device anywhere",
        facts=HOST_GW,
        bundle=packets(flannel.HOST_GW),
        mode=agreed("flannel/host-gw", "none"),
        pairs=both_ways("none none none true"),
    ),
    FactsCase(
        name="flannel udp",
        why="flannel0 is a TUN device whose program is flanneld: port 8285",
        facts=Flannel(programmed="udp").facts(),
        bundle=packets(flannel.UDP),
        mode=agreed("flannel/udp", "udp"),
        pairs=both_ways("udp udp udp true"),
    ),
    FactsCase(
        name="flannel udp, no backend in net-conf",
        why="udp is what flannel takes where no backend is given",
        facts=Flannel(programmed="udp", conf={}).facts(),
        bundle=packets(flannel.UDP),
        mode=agreed("flannel/udp", "udp"),
    ),
    FactsCase(
        name="flannel wireguard",
        why="flannel-wg is a kernel WireGuard device that the pod network's route names",
        facts=Flannel(programmed="wireguard").facts(),
        bundle=packets(flannel.WIREGUARD),
        mode=agreed("flannel/wireguard", "wireguard"),
        pairs=both_ways("wireguard wireguard wireguard true"),
    ),
    FactsCase(
        name="flannel wireguard of wireguard-go",
        why="a TUN device named flannel-wg, known to wg, is WireGuard as well",
        facts=Flannel(programmed="wireguard-tun").facts(),
        bundle=packets(flannel.WIREGUARD),
        mode=agreed("flannel/wireguard", "wireguard"),
    ),
    FactsCase(
        name="flannel vxlan, one node, two pods",
        why="within a node packets are plain by nature, under any backend",
        facts=VXLAN,
        bundle=packets(flannel.SAME_NODE),
        mode=agreed("flannel/vxlan", "none"),
        pairs={"node-1 > node-1": "none none none true"},
    ),
    FactsCase(
        name="flannel host-gw, one node, two pods",
        why="within a node packets are plain by nature",
        facts=HOST_GW,
        bundle=packets(flannel.SAME_NODE),
        mode=agreed("flannel/host-gw", "none"),
    ),
    FactsCase(
        name="flannel wireguard, one node, two pods",
        why="within a node packets are plain by nature",
        facts=Flannel(programmed="wireguard").facts(),
        bundle=packets(flannel.SAME_NODE),
        mode=agreed("flannel/wireguard", "none"),
    ),
    FactsCase(
        name="flannel vxlan, other port in net-conf and device",
        why="packets to port 14789 are VXLAN because facts name the port",
        facts=Flannel(
            programmed="vxlan", port=CUSTOM_PORT, conf={"Type": "vxlan", "Port": CUSTOM_PORT}
        ).facts(),
        bundle=packets(networks.VXLAN_CUSTOM_PORT),
        mode=agreed("flannel/vxlan", "vxlan"),
        pairs=both_ways("vxlan vxlan vxlan true"),
    ),
    FactsCase(
        name="flannel vxlan, other port in the device alone",
        why="ip -d link alone names the port; what is configured is not known",
        facts=edits.without(
            Flannel(programmed="vxlan", port=CUSTOM_PORT).facts(), *edits.CONFIGURATION
        ),
        bundle=packets(networks.VXLAN_CUSTOM_PORT),
        mode={
            "backend": "flannel/vxlan",
            "configured.encapsulation": None,
            "programmed.encapsulation": "vxlan",
            "observed.encapsulation": "vxlan",
            "agree": True,
        },
    ),
    FactsCase(
        name="flannel vxlan, other port in the config map alone",
        why="net-conf.json alone names the port; the kernel was not asked",
        facts=edits.only(
            Flannel(
                programmed="vxlan", port=CUSTOM_PORT, conf={"Type": "vxlan", "Port": CUSTOM_PORT}
            ).facts(),
            "kubernetes/configmaps.json",
        ),
        bundle=packets(networks.VXLAN_CUSTOM_PORT),
        mode={
            **agreed("flannel/vxlan", "vxlan"),
            "programmed.encapsulation": None,
        },
    ),
    FactsCase(
        name="flannel vxlan with group policy, other port in net-conf and device",
        why="headers with a policy id are known as VXLAN by their port alone, which facts name",
        facts=POLICY,
        bundle=packets(networks.VXLAN_POLICY),
        mode=agreed("flannel/vxlan", "vxlan"),
        pairs=both_ways("vxlan vxlan vxlan true"),
    ),
    FactsCase(
        name="flannel vxlan with group policy, other port in the device alone",
        why="ip -d link of one node names the port for all nodes' packets",
        facts=edits.only(POLICY, "node-2/facts/ip_link.json"),
        bundle=packets(networks.VXLAN_POLICY),
        mode={"observed.encapsulation": "vxlan"},
    ),
    FactsCase(
        name="flannel vxlan with group policy, other port in the config map alone",
        why="net-conf.json alone names the port",
        facts=edits.only(POLICY, "kubernetes/configmaps.json"),
        bundle=packets(networks.VXLAN_POLICY),
        mode={**agreed("flannel/vxlan", "vxlan"), "programmed.encapsulation": None},
    ),
    FactsCase(
        name="flannel vxlan, dual stack, IPv4 ping",
        why="flannel.1 carries IPv4; flannel-v6.1 is used by the IPv6 routes, not left over",
        facts=Flannel(programmed="vxlan", hosts=dual_stack(FLANNEL)).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel vxlan, dual stack, IPv6 ping",
        why="IPv6 pods are under VXLAN over IPv6, by flannel-v6.1",
        facts=Flannel(programmed="vxlan", hosts=dual_stack(FLANNEL)).facts(),
        bundle=packets(networks.VXLAN_OVER_IPV6),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel vxlan beside docker on each node",
        why="docker0 with 172.17.0.0/16 on each node is Docker's default, no conflict",
        facts=with_docker(VXLAN),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel vxlan with ipvs and a node's dns cache",
        why="service addresses on dummy devices are the same on each node by design",
        facts=with_service_addresses(VXLAN),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel vxlan on vagrant machines, right interface",
        why="eth0 has 10.0.2.15 on each node, but flannel.1 is on ens33",
        facts=Flannel(programmed="vxlan", hosts=with_nat_nic(FLANNEL)).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel vxlan, a host network pod pings",
        why="the node's own packets leave by flannel.1 with its address: VXLAN as configured",
        facts=VXLAN,
        bundle=packets(networks.FROM_NODE),
        mode=but(agreed("flannel/vxlan", "vxlan"), "configured.backend"),
    ),
    FactsCase(
        name="flannel vxlan, nodes with a domain in kubernetes",
        why="node-1 and node-1.example.com are one node: hostname and address say so",
        facts=Flannel(programmed="vxlan", domain=".example.com").facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel vxlan, nodes with a domain, objects of the cluster alone configure",
        why="the config map is the cluster's, whatever the nodes are called",
        facts=edits.without(
            Flannel(programmed="vxlan", domain=".example.com").facts(),
            "*/facts/files/*",
            "*/facts/cmdlines.txt",
        ),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="flannel vxlan, pings both ways",
        why="pings that pod-c sends make the same pair",
        facts=VXLAN,
        bundle=Bundle(
            streams=(
                Stream(network=flannel.VXLAN),
                Stream(
                    network=replace(
                        flannel.VXLAN,
                        source=flannel.POD_C,
                        destination=flannel.POD_A,
                        request=flannel.VXLAN.reply,
                        reply=flannel.VXLAN.request,
                    ),
                    offset_us=400_000,
                    identifier=77,
                ),
            )
        ),
        mode=agreed("flannel/vxlan", "vxlan"),
        pairs=both_ways("vxlan vxlan vxlan true"),
    ),
)
