"""The network as a tree: what is below what, what is open, what is found."""

from __future__ import annotations

import pytest

from netdiag.model.inspection import InspectedNode, Inspection, Interface
from netdiag.model.report import Modes, Role
from netdiag.tui.outline import lines_of, opened_at_first
from netdiag.tui.seen_network import seen_nodes
from netdiag.tui.session import Snapshot
from tests.tui.driving import snapshot_of


def interface(name: str, role: Role, master: str | None = None) -> Interface:
    return Interface(name, None, role, False, role, True, 1500, None, master, (), None, None, "")


def network(*interfaces: Interface, nodes: int = 1) -> Snapshot:
    told = tuple(
        InspectedNode(f"node-{number}", None, None, (), interfaces, (), (), ())
        for number in range(1, nodes + 1)
    )
    modes = Modes(None, None, None, None, None)
    return Snapshot(inspection=Inspection("", modes, told, (), 0, (), (), (), ()))


def told(snapshot: Snapshot, wanted: str = "") -> list[str]:
    nodes = seen_nodes(snapshot)
    return [
        "  " * line.depth + (line.interface.name if line.interface else line.key[0])
        for line in lines_of(nodes, opened_at_first(nodes), wanted)
    ]


def test_a_lab_is_a_tree_from_nic_to_pod() -> None:
    assert told(snapshot_of("lab/flannel-vxlan+fdb-missing.tar.gz")) == [
        "node",
        "  ens33",
        "  flannel.1",
        "  cni0",
        "    veth5e1c4d6c",
        "      eth0",
        "    veth2f5353dd",
        "      eth0",
        "  ways",
        "    way",
        "node",
        "  ens33",
        "  flannel.1",
        "  cni0",
        "    veth3754a2f5",
        "      eth0",
        "  ways",
        "    way",
    ]


def test_captures_alone_give_nodes_and_interfaces() -> None:
    names = told(snapshot_of("article-vxlan"))
    assert names[0] == "node"
    assert "  flannel.1" in names


def test_what_is_looked_for_is_shown_with_what_it_is_in() -> None:
    snapshot = snapshot_of("lab/flannel-vxlan+fdb-missing.tar.gz")
    lines = told(snapshot, "pod-c")
    assert lines == ["node", "  cni0", "    veth3754a2f5", "      eth0"]
    assert told(snapshot, "nowhere") == []


def test_masters_in_a_circle_are_all_shown_once() -> None:
    one, other = interface("one", "bridge", "other"), interface("other", "bridge", "one")
    assert sorted(told(network(one, other))) == ["  one", "  other", "node"]


def test_an_interface_that_is_its_own_master_is_shown() -> None:
    assert told(network(interface("one", "bridge", "one"))) == ["node", "  one"]


@pytest.mark.parametrize("nodes", [5, 500])
def test_of_many_healthy_nodes_none_is_open(nodes: int) -> None:
    assert told(network(interface("eth0", "physical"), nodes=nodes)) == ["node"] * nodes
