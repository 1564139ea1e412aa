"""Where facts come from: one source alone, pasted text, one node, none, broken documents."""

from __future__ import annotations

from collections.abc import Mapping

from tests.analyze.facts_case import FactsCase, agreed, both_ways, packets, truths
from tests.bundles import flannel, others
from tests.bundles.facts import edits, networks, pasted
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.documents import NO_FACTS, Facts, NodeFacts
from tests.bundles.facts.flannel import BACKENDS, Flannel
from tests.bundles.facts.hosts import FLANNEL, Host
from tests.bundles.facts.kernel import Namespace
from tests.bundles.facts.kube_router import KubeRouter
from tests.bundles.facts.namespaces import underlay_links, underlay_routes
from tests.bundles.facts.plain_text import ip_documents, net_tools_documents

VXLAN_CLUSTER = Flannel(programmed="vxlan")
VXLAN = VXLAN_CLUSTER.facts()
DIRECT = Flannel(programmed="vxlan-directrouting").facts()
HOST_GW = Flannel(programmed="host-gw").facts()
IPIP = Calico(programmed="ipip").facts()
BOTH_FLANNEL = packets(flannel.VXLAN)
UNCONFIGURED = {"configured.encapsulation": None, "agree": True}
E1 = Host(name="rtr", address="10.1.10.1", subnet="", nic="e1")
E2 = Host(name="rtr", address="10.1.20.1", subnet="", nic="e2")
ROUTER = NodeFacts(
    name="rtr",
    kernel=Namespace(
        links=(*underlay_links(E1), *underlay_links(E2)[1:]),
        routes=(*underlay_routes(E1)[1:], *underlay_routes(E2)[1:]),
    ),
)


def node_documents(facts: Facts, name: str) -> Facts:
    """Return what one node alone says; the cluster's objects are not there."""
    return edits.only(facts, f"{name}/*")


def pasted_ip(facts: Facts) -> Facts:
    """Return the facts with plain text in place of all JSON of nodes."""
    texts = _by_path(facts, {node.name: ip_documents(node) for node in facts.nodes})
    return edits.with_documents(edits.without(facts, "*/facts/*.json", "kubernetes/*"), texts)


def pasted_net_tools(facts: Facts) -> Facts:
    """Return the facts with what ifconfig, route and brctl print, and nothing else."""
    texts = _by_path(facts, {node.name: net_tools_documents(node) for node in facts.nodes})
    return edits.with_documents(edits.only(facts, "-"), texts)


def _by_path(facts: Facts, texts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {
        f"{node.name}/facts/{name}": text
        for node in facts.nodes
        for name, text in texts[node.name].items()
    }


def cut(facts: Facts, *names: str) -> Facts:
    """Return the facts with these documents of each node cut off in the middle."""
    broken = {
        f"{node.name}/facts/{name}": '[{"ifindex":1,"ifname":"lo","flags":["LOOPB'
        for node in facts.nodes
        for name in names
    }
    return edits.with_documents(facts, broken)


ETCD_VXLAN = {
    "node-1/facts/etcd.txt": pasted.etcd_config(BACKENDS["vxlan"])
    + pasted.etcd_leases(VXLAN_CLUSTER)
}
ETCD_DIRECT = {"node-1/facts/etcd.txt": pasted.etcd_config(BACKENDS["vxlan-directrouting"])}

CASES = (
    FactsCase(
        name="configured by the config map alone",
        why="kube-flannel-cfg is enough where no file of a node was gathered",
        facts=edits.without(VXLAN, "*/facts/files/*", "*/facts/cmdlines.txt"),
        bundle=BOTH_FLANNEL,
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="configured by an old config map in kube-system",
        why="kube-flannel.yml of older versions is in kube-system",
        facts=edits.without(
            edits.with_objects(
                VXLAN,
                "configmaps",
                [
                    {**item, "metadata": {**item["metadata"], "namespace": "kube-system"}}
                    for item in VXLAN.kubernetes["configmaps"]
                ],
            ),
            "*/facts/files/*",
        ),
        bundle=BOTH_FLANNEL,
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="configured by files of the nodes alone",
        why="net-conf.json on the nodes is enough where kubectl was not at hand",
        facts=edits.without(VXLAN, "kubernetes/*"),
        bundle=BOTH_FLANNEL,
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="configured by a file of one node alone",
        why="net-conf.json is the cluster's, whichever node it was read on",
        facts=edits.without(VXLAN, "kubernetes/*", "node-2/facts/files/*"),
        bundle=BOTH_FLANNEL,
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="configured by command lines alone",
        why="kube-router has nothing but its flags",
        facts=edits.without(KubeRouter(overlay="full").facts(), "*/facts/files/*", "kubernetes/*"),
        bundle=packets(networks.kube_router_ipip("10.1.10.10")),
        mode=agreed("kube-router/ipip", "ipip"),
    ),
    FactsCase(
        name="configured by a pool in kubernetes alone",
        why="ippools.json is enough where no file of a node was gathered",
        facts=edits.without(IPIP, "*/facts/files/*", "*/facts/cmdlines.txt"),
        bundle=packets(others.CALICO_IPIP),
        mode=agreed("calico/ipip", "ipip"),
    ),
    FactsCase(
        name="configured by a pool in a file of the nodes alone",
        why="ippool.yaml is enough where kubectl was not at hand",
        facts=edits.without(IPIP, "kubernetes/*"),
        bundle=packets(others.CALICO_IPIP),
        mode=agreed("calico/ipip", "ipip"),
    ),
    FactsCase(
        name="configured by pasted etcdctl, kernel as json",
        why="flannel with etcd has its config there and nowhere else",
        facts=edits.with_documents(
            edits.without(VXLAN, "kubernetes/*", "*/net-conf.json"), ETCD_VXLAN
        ),
        bundle=BOTH_FLANNEL,
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="all by pasted text of ip and etcdctl",
        why="ip -d link, ip a, ip route, bridge fdb as text say the same as JSON",
        facts=edits.with_documents(
            edits.without(pasted_ip(VXLAN), "*/net-conf.json"), ETCD_VXLAN
        ),
        bundle=BOTH_FLANNEL,
        mode=agreed("flannel/vxlan", "vxlan"),
        pairs=both_ways("vxlan vxlan vxlan true"),
    ),
    FactsCase(
        name="direct routing, all by pasted text of ip and etcdctl",
        why="the subnets of the nodes are in the text of ip a",
        facts=edits.with_documents(
            edits.without(pasted_ip(DIRECT), "*/net-conf.json"), ETCD_DIRECT
        ),
        bundle=packets(flannel.HOST_GW),
        mode=agreed("flannel/vxlan-directrouting", "none"),
    ),
    FactsCase(
        name="all by pasted text of ip and calicoctl",
        why="calicoctl get ippool -o wide says IPIP Always",
        facts=edits.with_documents(
            edits.without(pasted_ip(IPIP), "*/ippool.yaml"),
            {"node-1/facts/calicoctl.txt": pasted.calicoctl_ippools("Always", "Never")},
        ),
        bundle=packets(others.CALICO_IPIP),
        mode=agreed("calico/ipip", "ipip"),
    ),
    FactsCase(
        name="crosssubnet by pasted calicoctl",
        why="calicoctl get ippool -o wide says IPIP CrossSubnet: plain within the subnet",
        facts=edits.with_documents(
            edits.without(
                Calico(programmed="ipip-crosssubnet").facts(), "*/ippool.yaml", "kubernetes/*"
            ),
            {"node-1/facts/calicoctl.txt": pasted.calicoctl_ippools("CrossSubnet", "Never")},
        ),
        bundle=packets(others.CALICO_BGP),
        mode=agreed("calico/ipip-crosssubnet", "none"),
    ),
    FactsCase(
        name="host-gw by pasted text of net-tools",
        why="route -n and ifconfig prove plain routes by the NIC",
        facts=pasted_net_tools(HOST_GW),
        bundle=packets(flannel.HOST_GW),
        mode={"configured.encapsulation": None, "observed.encapsulation": "none",
              "programmed.encapsulation": "none", "agree": True},
    ),
    FactsCase(
        name="calico ipip by pasted text of net-tools",
        why="ifconfig calls tunl0 an IPIP tunnel, and route -n sends the block there",
        facts=pasted_net_tools(IPIP),
        bundle=packets(others.CALICO_IPIP),
        mode={"configured.encapsulation": None, "observed.encapsulation": "ipip",
              "programmed.encapsulation": "ipip", "agree": True},
    ),
    FactsCase(
        name="no configuration, flannel vxlan",
        why="routes via flannel.1 within a subnet prove plain vxlan",
        facts=edits.without(VXLAN, *edits.CONFIGURATION),
        bundle=BOTH_FLANNEL,
        mode={**agreed("flannel/vxlan", "vxlan"), **UNCONFIGURED, "configured.backend": None},
    ),
    FactsCase(
        name="no configuration, flannel udp",
        why="flannel0 proves the backend",
        facts=edits.without(Flannel(programmed="udp").facts(), *edits.CONFIGURATION),
        bundle=packets(flannel.UDP),
        mode={**agreed("flannel/udp", "udp"), **UNCONFIGURED, "configured.backend": None},
    ),
    FactsCase(
        name="no configuration, flannel wireguard",
        why="flannel-wg proves the backend",
        facts=edits.without(Flannel(programmed="wireguard").facts(), *edits.CONFIGURATION),
        bundle=packets(flannel.WIREGUARD),
        mode={
            **agreed("flannel/wireguard", "wireguard"),
            **UNCONFIGURED,
            "configured.backend": None,
        },
    ),
    FactsCase(
        name="no configuration, calico ipip",
        why="routes of bird by tunl0 within a subnet prove IPIP Always",
        facts=edits.without(IPIP, *edits.CONFIGURATION),
        bundle=packets(others.CALICO_IPIP),
        mode={**agreed("calico/ipip", "ipip"), **UNCONFIGURED, "configured.backend": None},
    ),
    FactsCase(
        name="no configuration, calico bgp",
        why="plain routes of bird, cali ports and no tunnel prove BGP",
        facts=edits.without(Calico(programmed="bgp").facts(), *edits.CONFIGURATION),
        bundle=packets(others.CALICO_BGP),
        mode={**agreed("calico/bgp", "none"), **UNCONFIGURED, "configured.backend": None},
    ),
    FactsCase(
        name="no configuration, plain routes beside an unused flannel.1",
        why="DirectRouting or a left over device: nothing says which, so nothing is claimed of it",
        facts=edits.without(DIRECT, *edits.CONFIGURATION),
        bundle=packets(flannel.HOST_GW),
        mode={
            "configured.encapsulation": None,
            "programmed.encapsulation": "none",
            "observed.encapsulation": "none",
            "agree": True,
        },
    ),
    FactsCase(
        name="no programmed facts",
        why="configuration and packets are two truths that agree",
        facts=edits.without(VXLAN, *edits.KERNEL),
        bundle=BOTH_FLANNEL,
        mode={**agreed("flannel/vxlan", "vxlan"), "programmed.encapsulation": None},
        pairs=both_ways("vxlan null vxlan true"),
    ),
    FactsCase(
        name="no programmed facts, direct routing, nodes' addresses in kubernetes",
        why="nodes.json gives the addresses, but no prefix lengths: the pair's rule is not known "
        "to be broken",
        facts=edits.only(DIRECT, "kubernetes/*"),
        bundle=packets(flannel.HOST_GW),
        mode={
            "backend": "flannel/vxlan-directrouting",
            "configured.backend": "flannel/vxlan-directrouting",
            "programmed.encapsulation": None,
            "observed.encapsulation": "none",
        },
    ),
    FactsCase(
        name="no facts at all",
        why="packets alone: two truths are unknown and nothing can be compared",
        facts=NO_FACTS,
        bundle=BOTH_FLANNEL,
        mode=truths(None, None, None, "vxlan", agree=None),
        pairs=both_ways("null null vxlan null"),
    ),
    FactsCase(
        name="facts of node-1 alone",
        why="node-1's routes are programmed for its direction; nothing contradicts",
        facts=node_documents(VXLAN, "node-1"),
        bundle=BOTH_FLANNEL,
        mode=agreed("flannel/vxlan", "vxlan"),
        pairs={
            "node-1 > node-2": "vxlan vxlan vxlan true",
            "node-2 > node-1": "vxlan null vxlan true",
        },
    ),
    FactsCase(
        name="facts of node-2 alone",
        why="only the way back is programmed as far as is known",
        facts=node_documents(VXLAN, "node-2"),
        bundle=BOTH_FLANNEL,
        mode={"backend": "flannel/vxlan", "observed.encapsulation": "vxlan", "agree": True},
        pairs={"node-1 > node-2": "? null vxlan ?", "node-2 > node-1": "vxlan vxlan vxlan true"},
    ),
    FactsCase(
        name="facts of a router outside alone",
        why="the router is no node of the cluster and says nothing of its mode",
        facts=Facts(nodes=(ROUTER,)),
        bundle=packets(networks.VXLAN_ACROSS),
        mode=truths(None, None, None, "vxlan", agree=None),
    ),
    FactsCase(
        name="facts of a router beside the nodes' own",
        why="the router's facts change nothing",
        facts=Facts(nodes=(*VXLAN.nodes, ROUTER), kubernetes=VXLAN.kubernetes),
        bundle=BOTH_FLANNEL,
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="routes of the kernel alone",
        why="a route via flannel.1 is programmed VXLAN by the device's name; or it is left open",
        facts=edits.only(VXLAN, "*/facts/ip_route.json"),
        bundle=BOTH_FLANNEL,
        mode={"configured.encapsulation": None, "observed.encapsulation": "vxlan"},
    ),
    FactsCase(
        name="broken ip_route.json",
        why="what is configured is still known; what is programmed is not",
        facts=cut(VXLAN, "ip_route.json"),
        bundle=BOTH_FLANNEL,
        mode={**agreed("flannel/vxlan", "vxlan"), "programmed.encapsulation": None},
    ),
    FactsCase(
        name="broken net-conf.json on each node, sound config map",
        why="one sound source is enough",
        facts=cut(VXLAN, "files/etc/kube-flannel/net-conf.json"),
        bundle=BOTH_FLANNEL,
        mode=agreed("flannel/vxlan", "vxlan"),
    ),
    FactsCase(
        name="empty documents",
        why="a command that failed leaves an empty file: unknown, not none",
        facts=edits.with_documents(
            VXLAN,
            {f"{host.name}/facts/{name}": "" for host in FLANNEL
             for name in ("ip_route.json", "ip_neigh.json", "bridge_fdb.json", "ip_rule.json")},
        ),
        bundle=BOTH_FLANNEL,
        mode={**agreed("flannel/vxlan", "vxlan"), "programmed.encapsulation": None},
    ),
    FactsCase(
        name="facts without captures, flannel vxlan",
        why="two truths agree without a packet",
        facts=VXLAN,
        mode=truths("flannel/vxlan", "vxlan", "vxlan", None, agree=True),
    ),
    FactsCase(
        name="facts without captures, calico ipip",
        why="two truths agree without a packet",
        facts=IPIP,
        mode=truths("calico/ipip", "ipip", "ipip", None, agree=True),
    ),
)  # fmt: skip
