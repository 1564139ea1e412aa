"""The whole inspection: what stands on the page, in which order, and what is left out."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from netdiag.model.inspection import Inspection, Interface, PodSubnet
from netdiag.model.report import BadDocument
from netdiag.render.inspection_text import inspection_text
from netdiag.render.interface_table import GUESSED
from tests.render.written_inspections import (
    SUBNET_ENV,
    chain,
    cluster,
    interface,
    node,
    pair,
    way,
)
from tests.render.written_reports import finding


def lines(found: Inspection, width: int = 120) -> list[str]:
    return inspection_text(found, width=width, colour=False).splitlines()


def rows(found: Inspection, heading: str, width: int = 120) -> list[list[str]]:
    """Return the words of each line of a section."""
    written = lines(found, width)
    start = next(number for number, line in enumerate(written) if line.startswith(heading))
    end = (n for n, line in enumerate(written) if n > start and line and not line.startswith(" "))
    return [line.split() for line in written[start + 1 : next(end, None)]]


def alone(*shown: Interface, **changes: Any) -> Inspection:
    return cluster(1, nodes=(node(interfaces=shown, **changes),), mtu=())


def test_the_order_of_the_page() -> None:
    bad = (BadDocument("node-1", "ip_link.json", "not JSON"),)
    written = lines(cluster(findings=(finding(),), bad_documents=bad))
    assert written[0] == "2 nodes, flannel/vxlan: configured and programmed agree."
    assert [line for line in written[2:] if line and not line.startswith(" ")] == [
        "Findings",
        "Mode flannel/vxlan",
        "Node node-1, flannel/vxlan, 10.1.10.1",
        "Node node-2, flannel/vxlan, 10.1.10.2",
        "MTU, from a pod to the wire",
        "Documents with problems (1)",
    ]
    assert written[-1] == "  node-1/ip_link.json: not JSON"


def test_a_node_in_full() -> None:
    written = lines(cluster())
    start = written.index("Node node-1, flannel/vxlan, 10.1.10.1")
    assert written[start + 1 : start + 12] == [
        "  interface  role      kind      state   mtu  addresses      master  pod or detail",
        "  ens33      physical  hardware  up     1500  10.1.10.1/24",
        "  cni0       bridge    bridge    up     1450  10.244.1.1/24",
        "  flannel.1  overlay   vxlan     DOWN   1450                         "
        "VNI 1, UDP 8472, from 10.1.10.1, by ens33",
        "  veth1      veth      veth      up     1450                 cni0    "
        "default/web 10.244.1.2",
        "",
        "  pod subnets  10.244.1.0/24 (files/run/flannel/subnet.env)",
        "",
        "  to other nodes' pods:",
        "  to      subnet         next hop    device     carried  configured  agree",
        "  node-2  10.244.2.0/24  10.244.2.0  flannel.1  vxlan    vxlan       yes",
    ]


def test_a_node_on_a_narrow_page() -> None:
    written = lines(cluster(reach=(way(configured="none", agree=False),)), 60)
    start = written.index("Node node-1, flannel/vxlan, 10.1.10.1")
    assert written[start + 1 : start + 12] == [
        "  interface  role      state   mtu  about",
        "  ens33      physical  up     1500  10.1.10.1/24",
        "  cni0       bridge    up     1450  10.244.1.1/24",
        "  flannel.1  overlay   DOWN   1450  vxlan, VNI 1, UDP 8472,",
        "                                    from 10.1.10.1, by ens33",
        "  veth1      veth      up     1450  master cni0, to",
        "                                    default/web 10.244.1.2",
        "",
        "  pod subnets  10.244.1.0/24 (files/run/flannel/subnet.env)",
        "",
        "  to other nodes' pods:",
    ]
    assert written[start + 12 : start + 15] == [
        "  to      subnet         way",
        "  node-2  10.244.2.0/24  vxlan via 10.244.2.0 dev flannel.1,",
        "                         configured plain, agree NO",
    ]


def test_names_and_addresses_of_a_node() -> None:
    many = tuple(f"10.1.10.{number}" for number in range(1, 8))
    named = alone(kubernetes_name="worker", backend=None, addresses=many)
    assert (
        "Node node-1 (worker in Kubernetes), 10.1.10.1 10.1.10.2 10.1.10.3 10.1.10.4 and 3 more"
        in lines(named)
    )


def test_a_node_without_interfaces_says_so() -> None:
    assert "  no document tells its interfaces" in lines(alone(pod_subnets=()))


def test_empty_columns_are_left_out() -> None:
    bare = interface("eth0", "physical", up=None, mtu=None)
    assert rows(alone(bare), "Node")[:2] == [["interface", "role"], ["eth0", "physical"]]


def test_guessed_roles() -> None:
    guessed = alone(interface("eth0", "physical", role_guessed=True), interface("b", "bridge"))
    assert [row[1] for row in rows(guessed, "Node")[1:3]] == ["physical?", "bridge"]
    assert f"  {GUESSED}" in lines(guessed)
    assert not any("role?" in line for line in lines(cluster()))


def test_interfaces_of_pods_and_many_addresses() -> None:
    addresses = tuple(f"10.96.0.{number}/32" for number in range(40))
    shown = (
        interface("eth0", "pod", pod="default/web"),
        interface("kube-ipvs0", "other", kind="dummy", addresses=addresses),
    )
    table = rows(alone(*shown), "Node")
    assert table[1][-3:] == ["and", "37", "more"]
    assert table[2][0] == "default/web:eth0"


def test_where_a_veth_leads() -> None:
    told = interface("veth1", "veth", leads_to="pod-a")
    assert rows(alone(told, pods=()), "Node")[1][-1] == "pod-a"
    assert rows(alone(told), "Node")[1][-2:] == ["pod-a", "10.244.1.2"]


def test_of_many_veths_twelve_are_shown_with_those_that_are_down() -> None:
    veths = tuple(interface(f"veth{n}", "veth", up=n != 29) for n in range(30))
    table = rows(alone(*veths), "Node")
    names = [row[0] for row in table if row and row[0].startswith("veth")]
    assert names == ["veth29", *(f"veth{n}" for n in range(11))]
    assert "  … and 18 more veth" in lines(alone(*veths))


def test_many_subnets_of_pods() -> None:
    subnets = tuple(PodSubnet(f"10.0.{n}.0/26", SUBNET_ENV) for n in range(20))
    assert "and 12 more" in " ".join(lines(alone(pod_subnets=subnets)))


def test_ways_that_are_not_known() -> None:
    unknown = way(next_hop=None, device=None, encapsulation=None, configured=None, agree=None)
    table = rows(cluster(reach=(unknown,)), "Node node-1")
    assert table[-3:-1] == [
        ["to", "subnet", "carried"],
        ["node-2", "10.244.2.0/24", "not", "known"],
    ]


def test_many_nodes_are_told_in_short() -> None:
    found = cluster(14)
    reach = tuple(w if w.source_node != "node-13" else replace(w, agree=False) for w in found.reach)
    found = replace(found, reach=reach, reach_left_out=1234)
    written = lines(found)
    full = [line.split(",")[0] for line in written if line.startswith("Node ")]
    assert full == ["Node node-13", *(f"Node node-{n}" for n in range(1, 10))]
    assert written.count("  … and 3 more") == 10
    others = rows(found, "Other nodes (4), in short")
    assert [row[0] for row in others[:4]] == ["node-10,", "node-11,", "node-12,", "node-14,"]
    assert (
        "  node-10, flannel/vxlan, 10.1.10.10, pods 10.244.10.0/24: 5 interfaces, 13 ways"
        in written
    )
    assert "  Left out: their interfaces, and the ways to other nodes' pods." in written
    assert "  1,234 more ways to other nodes' pods are not listed" in written


def test_mtu_chains() -> None:
    chains = (
        chain(),
        chain(pod=1460, overlay=1460, fits=False),
        chain(encapsulation="none", overlay=None, overhead=0, pod=1500),
        chain(
            9, 2, pod=None, overlay=None, nic=None, fits=None, overlay_device=None, nic_device=None
        ),
    )
    table = [" ".join(row) for row in rows(cluster(mtu=chains), "MTU")]
    assert table == [
        "node carried chain",
        "node-1 vxlan pod 1460 → flannel.1 1460 (+50) → ens33 1500: does NOT fit, 1510 > 1500",
        "node-1 vxlan pod 1450 → flannel.1 1450 (+50) → ens33 1500: fits",
        "node-1 plain pod 1500 → ens33 1500: fits",
        "node-9 vxlan pod ? → overlay ? (+50) → NIC ?: not known",
    ]


def test_many_mtu_chains() -> None:
    written = lines(cluster(mtu=(chain(),) * 30))
    assert written[-1] == "  … and 10 more"


def test_disagreement() -> None:
    found = cluster(pairs=(pair(configured="none", agree=False), pair(2, 1)))
    assert ["node-1", "node-2", "plain", "vxlan", "NO"] in [line.split() for line in lines(found)]
