"""The ends of a path by name: addresses, pods, nodes, and who is near to those that are not."""

from __future__ import annotations

import pytest

from netdiag.explain.expected.naming import (
    UnknownEndError,
    choose_addresses,
    find_end,
    require_sender,
)
from netdiag.explain.truths.truths import Truths
from netdiag.model.prefixes import Prefix, parse_address
from tests.bundles.facts import edits
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.flannel import Flannel
from tests.explain.telling import truths_of

CLUSTER = Flannel(programmed="vxlan").facts()


@pytest.fixture(scope="module")
def truths() -> Truths:
    return truths_of(CLUSTER)


def address(text: str) -> Prefix:
    found = parse_address(text)
    assert found is not None
    return found


def renamed(facts: Facts, pod: str, name: str) -> Facts:
    """Return the facts without Kubernetes' objects, a pod's folder called otherwise."""
    nodes = tuple(
        node.__class__(
            **{
                **vars(node),
                "pods": {name if own == pod else own: inside for own, inside in node.pods.items()},
            }
        )
        for node in facts.nodes
    )
    return edits.without(facts.__class__(**{**vars(facts), "nodes": nodes}), "kubernetes/*")


@pytest.mark.parametrize(
    ("word", "name", "shown"),
    [
        ("10.244.1.2", None, "10.244.1.2"),
        ("fd00::1", None, "fd00::1"),
        ("pod-a", "default/pod-a", "10.244.1.2"),
        ("default/pod-c", "default/pod-c", "10.244.2.2"),
        ("node-2", "node-2", "10.1.10.10"),
        ("kube-proxy-node-1", "kube-system/kube-proxy-node-1", "10.1.10.9"),
    ],
)
def test_who_is_meant(truths: Truths, word: str, name: str | None, shown: str) -> None:
    found = find_end(word, truths)
    assert (found.name, str(found.addresses[0])) == (name, shown)


@pytest.mark.parametrize("word", ["pod-a", "default_pod-a", "default/pod-a"])
def test_pods_by_their_folders_alone(word: str) -> None:
    folder = "pod-a" if word == "pod-a" else "default_pod-a"
    found = find_end(word, truths_of(renamed(CLUSTER, "pod-a", folder)))
    assert (found.name, str(found.addresses[0])) == (folder, "10.244.1.2")


def test_two_pods_of_one_name_on_two_nodes() -> None:
    both = truths_of(renamed(CLUSTER, "pod-c", "pod-a"))
    with pytest.raises(UnknownEndError, match="any of node-1/pod-a, node-2/pod-a: give the whole"):
        find_end("pod-a", both)
    assert str(find_end("node-2/pod-a", both).addresses[0]) == "10.244.2.2"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("pod-x", "pod-x is no address, and no pod or node is called so; near: default/pod-"),
        ("node1", "; near: node-1, node-2"),
        ("default/poda", "; near: default/pod-a"),
        ("zzz", "; there are default/pod-a, default/pod-b, default/pod-c"),
        ("10.244.1.2/24", "10.244.1.2/24 is no address"),
        ("", "is no address"),
    ],
)
def test_nobody_is_called_so(truths: Truths, word: str, said: str) -> None:
    with pytest.raises(UnknownEndError) as told:
        find_end(word, truths)
    assert said in str(told.value)


def test_a_pod_without_an_address() -> None:
    pending = edits.with_objects(
        CLUSTER,
        "pods",
        [
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"namespace": "default", "name": "new"},
                "spec": {"nodeName": "node-1", "containers": []},
                "status": {"phase": "Pending"},
            }
        ],
    )
    with pytest.raises(UnknownEndError, match="new is known, but no document tells an address"):
        find_end("new", truths_of(pending))


def test_a_node_sends_from_the_address_of_the_device(truths: Truths) -> None:
    node, pod = find_end("node-1", truths), find_end("pod-c", truths)
    assert choose_addresses(node, pod) == (address("10.244.1.0"), address("10.244.2.2"))
    other = find_end("node-2", truths)
    assert choose_addresses(node, other) == (address("10.1.10.9"), address("10.1.10.10"))


def test_both_ends_are_of_one_ip_version(truths: Truths) -> None:
    with pytest.raises(UnknownEndError, match="not of the same IP version"):
        choose_addresses(find_end("pod-a", truths), find_end("fd00::1", truths))


def test_a_sender_must_be_known(truths: Truths) -> None:
    require_sender(address("10.244.1.2"), truths)
    with pytest.raises(UnknownEndError, match=r"no pod or node has the address 8\.8\.8\.8"):
        require_sender(address("8.8.8.8"), truths)
