"""The order of a path: each hint by itself, and what outweighs it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import NamedTuple

import pytest

from netdiag.correlate.order import order_path
from tests.correlate.steps import crossings, names


class Path(NamedTuple):
    """Crossings in the order of their path, which is found from any other order."""

    name: str
    text: str
    nodes: Mapping[str, float] = {"n": 0, "r": 1, "m": 2}
    """What says which of two nodes comes first where TTLs do not."""


PATHS = (
    Path("TTLs alone", "n/eth0 64 +9\n n/eth1 63 +5\n n/eth2 62 +1"),
    Path("nodes, by what is known of them", "n/eth0 64\n r/eth0 64\n m/eth0 64"),
    Path(
        "the node that sends on with the next TTL is the last one with this",
        "n/ens3 63\n m/ens3 63\n m/cni0 62",
        {"n": 5, "m": 1},
    ),
    Path(
        "the node that had the TTL before is the first one with this",
        "n/cni0 64\n n/ens3 63\n m/ens3 63",
        {"n": 5, "m": 1},
    ),
    Path("out of a pod, times alike", "n/p:eth0 64\n n/veth1 64\n n/cni0 64\n n/ens3 63\n m/e1 63"),
    Path("into a pod, times alike", "n/ens3 63\n m/ens3 63\n m/cni0 62\n m/veth1 62\n m/p:eth0 62"),
    Path("the overlay before the NIC", "n/cni0 64\n n/flannel.1 63\n n/ens3 63 vxlan\n m/e1 63"),
    Path("the NIC before the overlay", "n/e1 63\n m/ens3 63 vxlan\n m/flannel.1 63\n m/cni0 62"),
    Path("one node: away from its pod by time", "n/p:eth0 64\n n/veth1 64 +1\n n/cni0 64 +2"),
    Path("one node: to its pod by time", "n/cni0 64\n n/veth1 64 +1\n n/p:eth0 64 +2"),
    Path(
        "a little time running backwards does not turn a path round",
        "n/cni0 64 +2\n n/ens3 64 +1\n m/ens3 64\n m/cni0 63",
    ),
    Path("a direction outweighs time", "n/veth1 64 in +900\n n/cni0 64 in +0"),
    Path("a direction outweighs time, inwards", "n/cni0 64 out +900\n n/veth1 64 out +0"),
    Path(
        "from pod to pod over the bridge, times alike",
        "n/a:eth0 64 out\n n/veth1 64 in\n n/cni0 64\n n/veth2 64 out\n n/b:eth0 64 in",
    ),
    Path(
        "from pod to pod over the bridge, by time",
        "n/a:eth0 64\n n/veth1 64 +1\n n/cni0 64 +2\n n/veth2 64 +3\n n/b:eth0 64 +4",
    ),
    Path("in through the NIC of one node", "n/ens3 64\n n/cni0 63\n n/veth1 63"),
    Path("out through the NIC of one node", "n/veth1 64\n n/cni0 64\n n/flannel.1 63\n n/ens3 63"),
)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_the_order_of_a_path(path: Path) -> None:
    steps = crossings(path.text)
    for shuffled in permutations(steps):
        ordered = order_path(shuffled, lambda node: path.nodes[str(node)])
        assert names(ordered) == names(steps)


def test_much_time_running_backwards_turns_a_guess_round() -> None:
    """Both nodes have the whole of it, and what the second sees comes towards its NIC."""
    text = "n/cni0 64 +{0}\n n/ens3 64 +0\n m/ens3 63 +500"
    orders = {
        late: names(order_path(crossings(text.format(late)), lambda node: float(node == "m")))
        for late in (2.9, 3.1)
    }
    assert orders == {2.9: "n/cni0 n/ens3 m/ens3", 3.1: "n/ens3 n/cni0 m/ens3"}


def test_nothing_and_one_crossing() -> None:
    assert order_path([], lambda _: 0.0) == []
    (one,) = crossings("n/eth0 64")
    assert order_path([one], lambda _: 0.0) == [one]
