"""Calico's healthy clusters, canal, and what is beside them on real nodes."""

from __future__ import annotations

from dataclasses import replace

from netdiag.lab.files import FLANNEL_CONFLIST, NET_D
from tests.analyze.facts_case import FactsCase, agreed, both_ways, packets
from tests.bundles import others
from tests.bundles.facts import edits, networks
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.canal import Canal
from tests.bundles.facts.devices import tunl0
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.hosts import CALICO, CALICO_1, CALICO_2, CALICO_3, Hosts, across
from tests.bundles.facts.kernel import Link
from tests.bundles.facts.kubernetes import felix_configuration, ippool
from tests.bundles.facts.networks import CUSTOM_PORT

THREE: Hosts = (CALICO_1, CALICO_2, CALICO_3)
FAR_THREE = across(THREE)
BGP = Calico(programmed="bgp").facts()
VXLAN_PORT_14789 = Calico(
    programmed="vxlan", port=CUSTOM_PORT, felix={"vxlanPort": CUSTOM_PORT}
).facts()


def with_tunl0(facts: Facts, *, up: bool, addressed: bool = False) -> Facts:
    """Return the facts with the IPIP device that the kernel's module makes."""
    for node in facts.nodes:
        address = ("192.168.84.128/32" if node.name == "node-1" else "192.168.247.0/32",)
        link: Link = tunl0(node.name, *(address if addressed else ()), up=up)
        facts = edits.with_link(facts, node.name, link)
    return facts


def with_felix_of_nodes(facts: Facts) -> Facts:
    """Return the facts with a FelixConfiguration of one node beside the default one."""
    own = felix_configuration(logSeverityScreen="Debug")
    own["metadata"]["name"] = "node.node-2"
    return edits.with_objects(facts, "felixconfigurations", (felix_configuration(), own))


SECOND_POOL = ippool("Never", "Always", name="second", cidr="10.99.0.0/16")
DISABLED_POOL = ippool("Always", "Never", name="old", cidr="172.30.0.0/16")
DISABLED_POOL["spec"]["disabled"] = True

CASES = (
    FactsCase(
        name="calico bgp",
        why="both modes Never, routes of protocol bird via the NIC, plain packets",
        facts=BGP,
        bundle=packets(others.CALICO_BGP),
        mode=agreed("calico/bgp", "none"),
        pairs=both_ways("none none none true"),
    ),
    FactsCase(
        name="calico bgp across subnets by the router",
        why="BGP with the router: plain everywhere, the next hop is the gateway",
        facts=Calico(programmed="bgp", hosts=across(CALICO)).facts(),
        bundle=packets(networks.CALICO_PLAIN_ACROSS),
        mode=agreed("calico/bgp", "none"),
    ),
    FactsCase(
        name="calico ipip",
        why="ipipMode Always, routes by tunl0, IP in IP on the NIC",
        facts=Calico(programmed="ipip").facts(),
        bundle=packets(others.CALICO_IPIP),
        mode=agreed("calico/ipip", "ipip"),
        pairs=both_ways("ipip ipip ipip true"),
    ),
    FactsCase(
        name="calico ipip, tunl0 is a tun device",
        why="a device named tunl0 that a program serves is programmed IPIP as well",
        facts=Calico(programmed="ipip", stand_in=True).facts(),
        bundle=packets(others.CALICO_IPIP),
        mode=agreed("calico/ipip", "ipip"),
    ),
    FactsCase(
        name="calico ipip over a captured router",
        why="Always tunnels across subnets too",
        facts=Calico(programmed="ipip", hosts=across(CALICO)).facts(),
        bundle=packets(networks.CALICO_IPIP_ACROSS),
        mode=agreed("calico/ipip", "ipip"),
    ),
    FactsCase(
        name="calico ipip crosssubnet, same subnet",
        why="CrossSubnet within a subnet is plain; tunl0 with an address is not left over",
        facts=Calico(programmed="ipip-crosssubnet").facts(),
        bundle=packets(others.CALICO_BGP),
        mode=agreed("calico/ipip-crosssubnet", "none"),
        pairs=both_ways("none none none true"),
    ),
    FactsCase(
        name="calico ipip crosssubnet, across subnets",
        why="CrossSubnet across subnets tunnels",
        facts=Calico(programmed="ipip-crosssubnet", hosts=across(CALICO)).facts(),
        bundle=packets(networks.CALICO_IPIP_ACROSS),
        mode=agreed("calico/ipip-crosssubnet", "ipip"),
        pairs=both_ways("ipip ipip ipip true"),
    ),
    FactsCase(
        name="calico ipip crosssubnet, three nodes in two subnets",
        why="one pair tunnels, the other does not, and both are as configured",
        facts=Calico(programmed="ipip-crosssubnet", hosts=FAR_THREE).facts(),
        bundle=packets(networks.CALICO_IPIP_ACROSS, others.CALICO_PLAIN_TO_NODE_3),
        mode=agreed("calico/ipip-crosssubnet", "ipip"),
        pairs={
            **both_ways("ipip ipip ipip true"),
            "node-1 > node-3": "none none none true",
            "node-3 > node-1": "none none none true",
        },
    ),
    FactsCase(
        name="calico vxlan",
        why="vxlanMode Always, routes by vxlan.calico, port 4789",
        facts=Calico(programmed="vxlan").facts(),
        bundle=packets(others.CALICO_VXLAN),
        mode=agreed("calico/vxlan", "vxlan"),
        pairs=both_ways("vxlan vxlan vxlan true"),
    ),
    FactsCase(
        name="calico vxlan crosssubnet, same subnet",
        why="CrossSubnet within a subnet is plain; vxlan.calico is up and not left over",
        facts=Calico(programmed="vxlan-crosssubnet").facts(),
        bundle=packets(others.CALICO_BGP),
        mode=agreed("calico/vxlan-crosssubnet", "none"),
    ),
    FactsCase(
        name="calico vxlan crosssubnet, across subnets",
        why="CrossSubnet across subnets tunnels",
        facts=Calico(programmed="vxlan-crosssubnet", hosts=across(CALICO)).facts(),
        bundle=packets(networks.CALICO_VXLAN_ACROSS),
        mode=agreed("calico/vxlan-crosssubnet", "vxlan"),
    ),
    FactsCase(
        name="calico vxlan crosssubnet, three nodes in two subnets",
        why="one pair tunnels, the other does not, and both are as configured",
        facts=Calico(programmed="vxlan-crosssubnet", hosts=FAR_THREE).facts(),
        bundle=packets(others.CALICO_PLAIN_TO_NODE_3, networks.CALICO_VXLAN_ACROSS),
        mode=agreed("calico/vxlan-crosssubnet", "none"),
        pairs={
            **both_ways("vxlan vxlan vxlan true"),
            "node-1 > node-3": "none none none true",
            "node-3 > node-1": "none none none true",
        },
    ),
    FactsCase(
        name="calico vxlan, other port in felix and device",
        why="packets to port 14789 are VXLAN because facts name the port",
        facts=VXLAN_PORT_14789,
        bundle=packets(networks.CALICO_VXLAN_CUSTOM_PORT),
        mode=agreed("calico/vxlan", "vxlan"),
    ),
    FactsCase(
        name="calico vxlan, other port in felix alone",
        why="the FelixConfiguration alone names the port; the kernel was not asked",
        facts=edits.only(VXLAN_PORT_14789, "kubernetes/*"),
        bundle=packets(networks.CALICO_VXLAN_CUSTOM_PORT),
        mode={**agreed("calico/vxlan", "vxlan"), "programmed.encapsulation": None},
    ),
    FactsCase(
        name="calico wireguard",
        why="all but marked packets look at table 1, whose routes name wireguard.cali; "
        "the plain routes of main never decide",
        facts=Calico(programmed="wireguard").facts(),
        bundle=packets(others.CALICO_WIREGUARD),
        mode=agreed("calico/wireguard", "wireguard"),
        pairs=both_ways("wireguard wireguard wireguard true"),
    ),
    FactsCase(
        name="calico wireguard of wireguard-go",
        why="a TUN device named wireguard.cali, known to wg, is WireGuard as well",
        facts=Calico(programmed="wireguard", stand_in=True).facts(),
        bundle=packets(others.CALICO_WIREGUARD),
        mode=agreed("calico/wireguard", "wireguard"),
    ),
    FactsCase(
        name="calico bgp, one node, two pods",
        why="within a node packets are plain by nature",
        facts=BGP,
        bundle=packets(others.CALICO_SAME_NODE),
        mode=agreed("calico/bgp", "none"),
    ),
    FactsCase(
        name="calico ipip, one node, two pods",
        why="within a node packets are plain by nature, whatever the pool says",
        facts=Calico(programmed="ipip").facts(),
        bundle=packets(others.CALICO_SAME_NODE),
        mode=agreed("calico/ipip", "none"),
        pairs={"node-1 > node-1": "none none none true"},
    ),
    FactsCase(
        name="calico vxlan, one node, two pods",
        why="within a node packets are plain by nature, whatever the pool says",
        facts=Calico(programmed="vxlan").facts(),
        bundle=packets(others.CALICO_SAME_NODE),
        mode=agreed("calico/vxlan", "none"),
    ),
    FactsCase(
        name="calico wireguard, one node, two pods",
        why="the local block is thrown back to main, where the pods' own routes are",
        facts=Calico(programmed="wireguard").facts(),
        bundle=packets(others.CALICO_SAME_NODE),
        mode=agreed("calico/wireguard", "none"),
    ),
    FactsCase(
        name="calico ipip, a second pool with vxlan",
        why="the pool that holds the pods' addresses decides: IPIP",
        facts=edits.with_objects(
            Calico(programmed="ipip").facts(), "ippools", (SECOND_POOL, ippool("Always", "Never"))
        ),
        bundle=packets(others.CALICO_IPIP),
        mode=agreed("calico/ipip", "ipip"),
    ),
    FactsCase(
        name="calico bgp, a disabled pool with ipip",
        why="no pod has an address of the disabled pool",
        facts=edits.with_objects(BGP, "ippools", (DISABLED_POOL, ippool("Never", "Never"))),
        bundle=packets(others.CALICO_BGP),
        mode=agreed("calico/bgp", "none"),
    ),
    FactsCase(
        name="calico ipip, pool without vxlanMode",
        why="a pool of an old version has no vxlanMode, which is Never",
        facts=edits.without(
            edits.with_objects(
                Calico(programmed="ipip").facts(),
                "ippools",
                [
                    {
                        **ippool("Always", "Never"),
                        "spec": {"blockSize": 26, "cidr": "192.168.0.0/16", "ipipMode": "Always"},
                    }
                ],
            ),
            "*/ippool.yaml",
        ),
        bundle=packets(others.CALICO_IPIP),
        mode=agreed("calico/ipip", "ipip"),
    ),
    FactsCase(
        name="calico bgp, idle tunl0 down",
        why="the kernel's module makes tunl0 in each namespace; it is down and unused",
        facts=with_tunl0(BGP, up=False),
        bundle=packets(others.CALICO_BGP),
        mode=agreed("calico/bgp", "none"),
    ),
    FactsCase(
        name="calico vxlan, idle tunl0 up without an address",
        why="no address and no route: the kernel's idle tunl0, not one of Calico's",
        facts=with_tunl0(Calico(programmed="vxlan").facts(), up=True),
        bundle=packets(others.CALICO_VXLAN),
        mode=agreed("calico/vxlan", "vxlan"),
    ),
    FactsCase(
        name="calico ipip, flannel's file beside calico's",
        why="kubelet takes the first file by name: 10-calico before 10-flannel",
        facts=edits.with_files(
            Calico(programmed="ipip").facts(), {f"{NET_D}/10-flannel.conflist": FLANNEL_CONFLIST}
        ),
        bundle=packets(others.CALICO_IPIP),
        mode=agreed("calico/ipip", "ipip"),
    ),
    FactsCase(
        name="calico bgp, a felix configuration of one node",
        why="it sets nothing that concerns the mode",
        facts=with_felix_of_nodes(BGP),
        bundle=packets(others.CALICO_BGP),
        mode=agreed("calico/bgp", "none"),
    ),
    FactsCase(
        name="calico ipip, nodes with a domain in kubernetes",
        why="node-1 and node-1.example.com are one node",
        facts=Calico(programmed="ipip", domain=".example.com").facts(),
        bundle=packets(others.CALICO_IPIP),
        mode=agreed("calico/ipip", "ipip"),
    ),
    FactsCase(
        name="calico ipip, requests seen on node-1 alone",
        why="one node's captures show the tunnel; both nodes' facts agree",
        facts=Calico(programmed="ipip").facts(),
        bundle=replace(packets(others.CALICO_IPIP), only=("node-1/*",)),
        mode=agreed("calico/ipip", "ipip"),
    ),
    FactsCase(
        name="canal",
        why="flannel's VXLAN between nodes, Calico's ports: the backend is canal/vxlan",
        facts=Canal().facts(),
        bundle=packets(networks.CANAL),
        mode=agreed("canal/vxlan", "vxlan"),
        pairs=both_ways("vxlan vxlan vxlan true"),
    ),
    FactsCase(
        name="canal, configured by canal-config alone",
        why="the config map has net-conf.json and a conflist of type calico",
        facts=edits.without(Canal().facts(), "*/facts/files/*", "*/facts/cmdlines.txt"),
        bundle=packets(networks.CANAL),
        mode=agreed("canal/vxlan", "vxlan"),
    ),
    FactsCase(
        name="canal, one node, two pods",
        why="within a node packets are plain by nature",
        facts=Canal().facts(),
        bundle=packets(networks.CANAL_SAME_NODE),
        mode=agreed("canal/vxlan", "none"),
    ),
)
