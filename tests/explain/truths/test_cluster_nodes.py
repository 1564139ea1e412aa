"""Nodes by their folders and by Kubernetes: who has an address, who claims which pod subnet."""

from __future__ import annotations

import pytest

from netdiag.explain.truths.cluster_nodes import ClusterNode, ClusterNodes
from netdiag.model.facts.cluster import Cluster, IpamBlock, Node
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.kernel import Address, Namespace
from netdiag.model.facts.node import NodeFacts
from netdiag.model.facts.source import Source
from tests.bundles.facts import documents as bundles
from tests.bundles.facts import edits
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.flannel import Flannel
from tests.explain.telling import told

FLANNEL = Flannel(programmed="vxlan").facts()
KERNEL_ONLY = edits.without(FLANNEL, "kubernetes/*", "*/files/*", "*/cmdlines.txt")
SOURCE = Source("kubernetes/nodes.json")


def node(facts: Facts, name: str = "node-1") -> ClusterNode:
    found = ClusterNodes(facts).get(name)
    assert found is not None
    return found


def claims(one: ClusterNode) -> list[str]:
    return [f"{claim.subnet} {claim.text}" for claim in one.claims]


@pytest.mark.parametrize(
    ("facts", "document"),
    [
        (FLANNEL, "files/run/flannel/subnet.env"),
        (edits.without(FLANNEL, "*/subnet.env"), "ip_addr.json"),
        (edits.without(FLANNEL, "*/subnet.env", "*/ip_addr.json"), "kubernetes/nodes.json"),
    ],
    ids=["subnet.env", "bridge", "podCIDR"],
)
def test_claims_of_flannels_nodes(facts: bundles.Facts, document: str) -> None:
    one = node(told(facts))
    (claim,) = one.claims
    assert str(claim.subnet) == str(node(told(FLANNEL)).claims[0].subnet)
    assert claim.source.document == document


def test_claims_of_calicos_blocks() -> None:
    one = node(told(Calico(programmed="bgp").facts()))
    assert one.claims
    assert all(claim.text.startswith("blackhole ") for claim in one.claims)
    assert {claim.subnet.length for claim in one.claims} == {26}


def test_blocks_of_the_datastore_count_before_routes() -> None:
    facts = Facts(
        nodes={"node-1": NodeFacts("node-1")},
        cluster=Cluster(
            ipam_blocks=(
                IpamBlock("10.9.1.0/26", "node-1", SOURCE),
                IpamBlock("10.9.1.0/26", "node-1", SOURCE),
                IpamBlock("10.9.2.0/26", "node-2", SOURCE),
            ),
        ),
    )
    assert claims(node(facts)) == ["10.9.1.0/26 block 10.9.1.0/26"]


def test_the_podcidr_is_not_that_of_calicos_pods() -> None:
    facts = edits.without(Calico(programmed="bgp").facts(), "*/ip_route.json")
    assert claims(node(told(facts))) == []


def test_who_has_an_address() -> None:
    facts = told(FLANNEL)
    nodes = ClusterNodes(facts)
    pod = next(pod for pod in facts.cluster.pods or () if not pod.host_network)
    names = {
        address: holder.name if (holder := nodes.holder_of(address)) else None
        for address in (pod.addresses[0], "10.1.10.9", "10.1.10.10", "8.8.8.8", "127.0.0.1", "x")
    }
    assert names == {
        pod.addresses[0]: pod.node, "10.1.10.9": "node-1", "10.1.10.10": "node-2",
        "8.8.8.8": None, "127.0.0.1": None, "x": None,
    }  # fmt: skip
    assert nodes.holder_of(None) is None


def test_an_address_without_a_pod_is_held_by_the_longest_subnet() -> None:
    nodes = ClusterNodes(told(KERNEL_ONLY))
    for one in nodes:
        holder = nodes.holder_of(str(one.claims[0].subnet.host(77)))
        assert holder is one


@pytest.mark.parametrize(
    ("name", "hostname", "address", "matched"),
    [
        ("node-1", "x", "192.0.2.1", "node-1"),
        ("a", "node-1\n", "192.0.2.1", "node-1"),
        ("a", "x", "10.1.10.9", "node-1"),
        ("worker", "x", "192.0.2.1", "worker.example"),
        ("twin", "x", "192.0.2.1", None),
        ("a", "x", "192.0.2.1", None),
    ],
    ids=["name", "hostname", "address", "short name", "ambiguous", "none"],
)
def test_folders_and_kubernetes_nodes(
    name: str, hostname: str, address: str, matched: str | None
) -> None:
    objects = (
        Node("node-1", ("10.1.10.9",), None, ("10.244.1.0/24",), SOURCE),
        Node("worker.example", ("10.1.10.10",), None, (), SOURCE),
        Node("twin.a", (), None, (), SOURCE),
        Node("twin.b", (), None, (), SOURCE),
    )
    own = Address("eth0", address, 24, "ip_addr.json", 0)
    facts = Facts(
        nodes={name: NodeFacts(name, host=Namespace(addresses=(own,)), hostname=hostname)},
        cluster=Cluster(nodes=objects),
    )
    nodes = ClusterNodes(facts)
    found = node(facts, name)
    assert (found.object and found.object.name) == matched
    assert len(nodes) == len(objects) + (matched is None)
    if matched:
        assert nodes.get(matched) is nodes.get(name)


def test_names_with_a_domain() -> None:
    facts = told(Flannel(programmed="vxlan", domain=".example").facts())
    nodes = ClusterNodes(facts)
    assert [one.name for one in nodes] == ["node-1", "node-2"]
    assert all(one.object is not None and one.pods for one in nodes)


def test_underlay_and_main_address() -> None:
    one = node(told(FLANNEL))
    assert [str(address) for address, _, _ in one.underlay] == ["10.1.10.9"]
    assert str(one.main_address) == "10.1.10.9"
    assert node(Facts(nodes={"a": NodeFacts("a")}), "a").main_address is None
