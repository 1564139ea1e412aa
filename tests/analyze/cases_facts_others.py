"""Healthy networks of other makes: kube-router, Cilium, kubenet, Docker, plain CNI plugins."""

from __future__ import annotations

from tests.analyze.facts_case import FactsCase, agreed, both_ways, but, packets, truths
from tests.bundles import flannel, others
from tests.bundles.facts import edits, networks, plain
from tests.bundles.facts.cilium import Cilium
from tests.bundles.facts.hosts import FAR_ADDRESS, FLANNEL, across
from tests.bundles.facts.kube_router import KubeRouter

KUBENET_ARGUMENTS = edits.without(plain.kubenet(), "*/facts/files/*", "kubernetes/*")

CASES = (
    FactsCase(
        name="kube-router, overlay between subnets only, same subnet",
        why="its default tunnels only across subnets: here routes of protocol 17 by the NIC",
        facts=KubeRouter(overlay="subnet").facts(),
        bundle=packets(networks.KUBE_ROUTER_BGP),
        mode=but(
            agreed("kube-router/bgp", "none"), "configured.backend", "configured.encapsulation"
        ),
    ),
    FactsCase(
        name="kube-router without overlay",
        why="--enable-overlay=false: plain BGP",
        facts=KubeRouter(overlay="off").facts(),
        bundle=packets(networks.KUBE_ROUTER_BGP),
        mode=agreed("kube-router/bgp", "none"),
        pairs=both_ways("none none none true"),
    ),
    FactsCase(
        name="kube-router with full overlay",
        why="--overlay-type=full: a route by a tun- device of kind ipip for each peer",
        facts=KubeRouter(overlay="full").facts(),
        bundle=packets(networks.kube_router_ipip("10.1.10.10")),
        mode=agreed("kube-router/ipip", "ipip"),
        pairs=both_ways("ipip ipip ipip true"),
    ),
    FactsCase(
        name="kube-router, overlay between subnets only, across subnets",
        why="across subnets its default tunnels",
        facts=KubeRouter(overlay="subnet", hosts=across(FLANNEL)).facts(),
        bundle=packets(networks.kube_router_ipip(FAR_ADDRESS)),
        mode=but(
            agreed("kube-router/ipip", "ipip"),
            "backend",
            "configured.backend",
            "configured.encapsulation",
        ),
    ),
    FactsCase(
        name="kube-router, one node, two pods",
        why="within a node packets are plain; table 77 has no route that fits and main decides",
        facts=KubeRouter(overlay="full").facts(),
        bundle=packets(networks.KUBE_ROUTER_SAME_NODE),
        mode=agreed("kube-router/ipip", "none"),
    ),
    FactsCase(
        name="cilium vxlan",
        why="tunnel-protocol vxlan, cilium_vxlan is external, routes name cilium_host",
        facts=Cilium().facts(),
        bundle=packets(networks.cilium("vxlan")),
        mode=agreed("cilium/vxlan", "vxlan"),
        pairs=both_ways("vxlan vxlan vxlan true"),
    ),
    FactsCase(
        name="cilium vxlan, config of an old version",
        why="tunnel: vxlan is what the setting was before version 1.14",
        facts=Cilium(old=True).facts(),
        bundle=packets(networks.cilium("vxlan")),
        mode=agreed("cilium/vxlan", "vxlan"),
    ),
    FactsCase(
        name="cilium geneve",
        why="tunnel-protocol geneve, cilium_geneve on port 6081",
        facts=Cilium(protocol="geneve").facts(),
        bundle=packets(networks.cilium("geneve")),
        mode=agreed("cilium/geneve", "geneve"),
    ),
    FactsCase(
        name="cilium vxlan without the config map",
        why="cilium_vxlan and cilium_host prove the backend",
        facts=edits.without(Cilium().facts(), "kubernetes/configmaps.json"),
        bundle=packets(networks.cilium("vxlan")),
        mode={
            "backend": "cilium/vxlan",
            "programmed.encapsulation": "vxlan",
            "observed.encapsulation": "vxlan",
            "agree": True,
        },
    ),
    FactsCase(
        name="kubenet over a router",
        why="kubelet's flag says kubenet; the nodes have but a default route, the router the rest",
        facts=plain.kubenet(),
        bundle=packets(others.KUBENET),
        mode=agreed("kubenet", "none"),
    ),
    FactsCase(
        name="kubenet, known by command lines alone",
        why="--network-plugin=kubenet in kubelet's command line",
        facts=KUBENET_ARGUMENTS,
        bundle=packets(others.KUBENET),
        mode=agreed("kubenet", "none"),
    ),
    FactsCase(
        name="kubenet, known by kubeadm-flags.env alone",
        why="--network-plugin=kubenet in the file that kubelet's unit reads",
        facts=edits.without(plain.kubenet(), "*/facts/cmdlines.txt", "kubernetes/*"),
        bundle=packets(others.KUBENET),
        mode=agreed("kubenet", "none"),
    ),
    FactsCase(
        name="docker, two containers on one host",
        why="docker0 and its ports; nothing configures a pod network",
        facts=plain.docker(),
        bundle=packets(networks.DOCKER_SAME_HOST),
        mode=but(
            truths("docker/bridge", None, "none", "none", agree=True),
            "configured.backend",
            "configured.encapsulation",
        ),
    ),
    FactsCase(
        name="docker, a container to a host outside",
        why="source NAT is how Docker works; docker0 proves the backend",
        facts=plain.docker(),
        bundle=packets(networks.renamed(others.docker_egress(), {"ctr": "web"})),
        mode={"backend": "docker/bridge", "observed.encapsulation": "none"},
    ),
    FactsCase(
        name="macvlan",
        why="the conf names macvlan, the pods' links are of that kind, packets are plain",
        facts=plain.macvlan(),
        bundle=packets(others.MACVLAN),
        mode=agreed("macvlan", "none"),
    ),
    FactsCase(
        name="sriov",
        why="virtual functions: the node's own interfaces see no packet, so none is observed there",
        facts=plain.sriov(),
        bundle=packets(networks.SRIOV),
        mode={"programmed.encapsulation": "none"},
    ),
    FactsCase(
        name="bridge plugin with static routes",
        why="plain routes to the other node; the plugin itself says nothing of other nodes",
        facts=plain.bridge_plugin(),
        bundle=packets(flannel.HOST_GW),
        mode={"programmed.encapsulation": "none", "observed.encapsulation": "none", "agree": True},
    ),
    FactsCase(
        name="ptp plugin with static routes",
        why="a host route for each pod, plain routes to the other node",
        facts=plain.ptp_plugin(),
        bundle=packets(networks.PTP),
        mode={"programmed.encapsulation": "none", "observed.encapsulation": "none", "agree": True},
    ),
)
