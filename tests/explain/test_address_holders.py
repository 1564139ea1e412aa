"""Which node has an address: its own, a pod's, or one in the narrowest subnet of its pods."""

from __future__ import annotations

import pytest

from netdiag.explain.truths.truths import Truths
from netdiag.model.facts.cluster import Cluster, Node, Pod
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.source import Source


def node(name: str, address: str, *subnets: str) -> Node:
    return Node(name, (address,), name, subnets, Source("nodes.json", name))


NODES = (
    node("wide", "10.1.0.1", "10.244.0.0/16", "fd00:244::/48"),
    node("narrow", "10.1.0.2", "10.244.2.0/24", "fd00:244:0:2::/64"),
    node("same", "10.1.0.3", "10.244.2.0/24"),
)
POD = Pod(
    "default", "far", "wide", ("10.244.2.9",), False, "Running", (), {}, Source("pods.json", "far")
)
TRUTHS = Truths(Facts(cluster=Cluster(nodes=NODES, pods=(POD,))))


@pytest.mark.parametrize(
    ("address", "holder"),
    [
        ("10.1.0.3", "same"),
        ("10.244.9.9", "wide"),
        ("10.244.2.255", "narrow"),
        ("10.244.2.9", "wide"),
        ("fd00:244:0:2::7", "narrow"),
        ("fd00:244:0:3::7", "wide"),
        ("10.245.0.1", None),
        ("fd01::1", None),
        ("no address", None),
        (None, None),
    ],
)
def test_holder(address: str | None, holder: str | None) -> None:
    found = TRUTHS.nodes.holder_of(address)
    assert (found.name if found else None) == holder
