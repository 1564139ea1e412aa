"""Faults and innocence of sizes, NICs and subnets, which facts alone show."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.facts_case import FactsCase, agreed, packets
from tests.bundles import flannel, others
from tests.bundles.facts import cni_files, edits
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import (
    CALICO,
    FLANNEL,
    FLANNEL_1,
    FLANNEL_2,
    FLANNEL_3,
    Hosts,
    with_nat_nic,
    with_nic_mtu,
    with_pod_mtu,
)
from tests.bundles.network import Bundle, Fate, Stream

VXLAN = Flannel(programmed="vxlan").facts()
BOTH = ("node-1", "node-2")
VAGRANT = with_nat_nic(FLANNEL)
SAME_SUBNET: Hosts = (
    FLANNEL_1,
    FLANNEL_2,
    replace(
        FLANNEL_3,
        subnet=FLANNEL_2.subnet,
        pods=(replace(FLANNEL_3.pods[0], address="10.244.2.2"),),
    ),
)


def lost_in_flannel() -> Bundle:
    """Requests that end at flannel.1: their outer packets go to the node's own eth0 address."""
    fate = Fate(request_lost_after="node-1/flannel.1")
    return Bundle(streams=(Stream(network=flannel.VXLAN, fate=fate),))


def two_claim_one_subnet() -> Facts:
    """Return three nodes: node-3 was given the subnet of node-2."""
    sound = Flannel(programmed="vxlan", hosts=SAME_SUBNET[:2]).facts()
    wrong = Flannel(programmed="vxlan", hosts=SAME_SUBNET).facts()
    return replace(wrong, nodes=(*sound.nodes, wrong.node("node-3")))


CASES = (
    FactsCase(
        name="pods of 1500 in vxlan over 1500",
        why="1500 + 50 > 1500 on both nodes; small pings pass",
        facts=Flannel(programmed="vxlan", hosts=with_pod_mtu(FLANNEL, 1500)).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
        found=("mtu-mismatch *",),
    ),
    FactsCase(
        name="pods of 1500 in vxlan over 1500 on node-1",
        why="1500 + 50 > 1500 on node-1 alone",
        facts=Flannel(
            programmed="vxlan", hosts=with_pod_mtu(FLANNEL, 1500, on=("node-1",))
        ).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
        found=("mtu-mismatch node-1",),
    ),
    FactsCase(
        name="nic of 1400 under vxlan of 1450 on node-2",
        why="1450 + 50 > 1400 on node-2",
        facts=edits.with_mtu(VXLAN, "node-2", "ens33", 1400),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
        found=("mtu-mismatch node-2",),
    ),
    FactsCase(
        name="pods of 1500 in ipip over 1500",
        why="1500 + 20 > 1500",
        facts=Calico(programmed="ipip", hosts=with_pod_mtu(CALICO, 1500)).facts(),
        bundle=packets(others.CALICO_IPIP),
        mode=agreed("calico/ipip", "ipip"),
        found=("mtu-mismatch *",),
    ),
    FactsCase(
        name="pods of 1450 in wireguard over 1500",
        why="1450 + 60 > 1500: the MTU of VXLAN was kept",
        facts=Calico(programmed="wireguard", hosts=with_pod_mtu(CALICO, 1450)).facts(),
        bundle=packets(others.CALICO_WIREGUARD),
        mode=agreed("calico/wireguard", "wireguard"),
        found=("mtu-mismatch *",),
    ),
    FactsCase(
        name="pods of 9000 on jumbo nics of 9000 in vxlan",
        why="9000 + 50 > 9000",
        facts=Flannel(
            programmed="vxlan", hosts=with_pod_mtu(with_nic_mtu(FLANNEL, 9000), 9000)
        ).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
        found=("mtu-mismatch *",),
    ),
    FactsCase(
        name="pods of different mtu at both ends",
        why="the ends differ: what node-2's pod can take, node-1's can not send and vice versa",
        facts=Flannel(
            programmed="vxlan", hosts=with_pod_mtu(FLANNEL, 1400, on=("node-2",))
        ).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
        found=("mtu-mismatch *",),
    ),
    FactsCase(
        name="low mtu everywhere",
        why="1300 wastes room and hurts nobody",
        facts=Flannel(programmed="vxlan", mtu=1300).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="pods of 1450 in host-gw",
        why="a low MTU alone is silent",
        facts=Flannel(programmed="host-gw", hosts=with_pod_mtu(FLANNEL, 1450)).facts(),
        bundle=packets(flannel.HOST_GW),
        mode=agreed("flannel/host-gw", "none"),
    ),
    FactsCase(
        name="pods of 1500 in host-gw over 1500",
        why="plain packets need no room for a header",
        facts=Flannel(programmed="host-gw").facts(),
        bundle=packets(flannel.HOST_GW),
        mode=agreed("flannel/host-gw", "none"),
    ),
    FactsCase(
        name="pods of 8950 in vxlan on jumbo nics of 9000",
        why="8950 + 50 = 9000",
        facts=Flannel(programmed="vxlan", hosts=with_nic_mtu(FLANNEL, 9000)).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="pods of 1450 in vxlan on jumbo nics of 9000",
        why="a low MTU alone is silent",
        facts=Flannel(programmed="vxlan", hosts=with_nic_mtu(FLANNEL, 9000), mtu=1450).facts(),
        bundle=packets(flannel.VXLAN),
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="pods of 1500 in direct routing, same subnet",
        why="this pair is plain: its packets need no room for a header",
        facts=Flannel(programmed="vxlan-directrouting", hosts=with_pod_mtu(FLANNEL, 1500)).facts(),
        bundle=packets(flannel.HOST_GW),
        mode=agreed("flannel/vxlan-directrouting", "none"),
    ),
    FactsCase(
        name="flannel on vagrant's first nic on all nodes",
        why="flannel.1's local address is 10.0.2.15 everywhere: each node's own eth0",
        facts=Flannel(programmed="vxlan", hosts=VAGRANT, wrong_nic=BOTH).facts(),
        bundle=lost_in_flannel(),
        status="request-lost",
        found=("wrong-underlay-interface -",),
    ),
    FactsCase(
        name="flannel on vagrant's first nic on node-2",
        why="node-2's VTEP is 10.0.2.15, which node-1 takes for its own eth0",
        facts=Flannel(programmed="vxlan", hosts=VAGRANT, wrong_nic=("node-2",)).facts(),
        bundle=lost_in_flannel(),
        status="request-lost",
        found=("wrong-underlay-interface node-2",),
    ),
    FactsCase(
        name="flannel on vagrant's first nic on node-2, no objects of the cluster",
        why="the device's local address alone shows it",
        facts=edits.without(
            Flannel(programmed="vxlan", hosts=VAGRANT, wrong_nic=("node-2",)).facts(),
            "kubernetes/*",
        ),
        bundle=lost_in_flannel(),
        status="request-lost",
        found=("wrong-underlay-interface node-2",),
    ),
    FactsCase(
        name="two nodes claim one pod subnet",
        why="nodes.json and node-3's own facts give it the subnet of node-2",
        facts=two_claim_one_subnet(),
        bundle=packets(flannel.SAME_NODE),
        mode={"backend": "flannel/vxlan", "observed.encapsulation": "none"},
        found=("pod-subnet-conflict *",),
    ),
    FactsCase(
        name="cni0's address is outside of subnet.env",
        why="node-2 was given 10.244.5.0/24 anew, cni0 still has 10.244.2.1",
        facts=edits.on_node(
            VXLAN,
            "node-2",
            lambda node: replace(
                node,
                files={
                    **node.files,
                    "/run/flannel/subnet.env": cni_files.subnet_env(
                        replace(FLANNEL_2, subnet="10.244.5.0/24"), 1450
                    ),
                },
            ),
        ),
        bundle=packets(flannel.SAME_NODE),
        mode={"backend": "flannel/vxlan", "observed.encapsulation": "none"},
        found=("pod-subnet-conflict node-2",),
    ),
    FactsCase(
        name="calico's blocks are not the nodes' podCIDRs",
        why="Calico's IPAM ignores podCIDR: blocks outside of it are no conflict",
        facts=Calico(programmed="vxlan").facts(),
        bundle=packets(others.CALICO_VXLAN),
        mode=agreed("calico/vxlan", "vxlan"),
    ),
)
