"""Whose other end a veth of the host is, where several namespaces name its index."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netdiag.explain.findings.mtu_mismatch import mtu_mismatch
from netdiag.explain.truths.cluster_nodes import ClusterNode, ClusterNodes
from tests.bundles.facts import edits, plain
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.kernel import Link, Namespace
from tests.explain.telling import context_of, told

NETWORKS = {
    "bridge": edits.without(Flannel(programmed="vxlan").facts(), "*/bridge_fdb.json"),
    "routes": Calico(programmed="bgp").facts(),
    "docker": edits.without(plain.docker(), "*/bridge_fdb.json"),
}


def node_1(facts: Facts) -> ClusterNode:
    found = ClusterNodes(told(facts)).get("node-1")
    assert found is not None
    return found


def ends(facts: Facts) -> set[tuple[str, str]]:
    return {(veth.pod, veth.outside.name) for veth in node_1(facts).veths}


def with_likeness(facts: Facts, name: str, address: str, mtu: int) -> Facts:
    """Add a namespace whose eth0 has the indices of a pod's, but another node's veth opposite."""
    pods = facts.node("node-1").pods
    first = next(iter(pods.values()))

    def changed(link: Link) -> Link:
        if link.name != "eth0":
            return link
        return replace(link, mac="0a:00:00:00:00:77", mtu=mtu, addresses=(address,))

    likeness = Namespace(links=tuple(map(changed, first.links)), routes=first.routes)
    return edits.on_node(
        facts, "node-1", lambda node: replace(node, pods={**node.pods, name: likeness})
    )


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("name", ["a-nested", "z-nested"])
def test_of_several_that_name_a_veth_the_one_counts_that_is_routed_to(
    network: str, name: str
) -> None:
    facts = NETWORKS[network]
    before = ends(facts)
    assert before
    nested = with_likeness(facts, name, "10.99.0.2/24", 1300)
    assert ends(nested) == before
    assert not list(mtu_mismatch(context_of(nested)))


@pytest.mark.parametrize("network", NETWORKS)
def test_a_veth_that_two_may_have_is_nobodys(network: str) -> None:
    facts = NETWORKS[network]
    pods = facts.node("node-1").pods
    first = next(iter(pods))
    address = next(link.addresses[0] for link in pods[first].links if link.name == "eth0")
    both = with_likeness(facts, "a-nested", address, 1300)
    assert not {first, "a-nested"} & {pod for pod, _ in ends(both)}
