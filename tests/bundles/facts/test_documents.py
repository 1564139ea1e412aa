"""The generators' own promises: text and JSON tell the same, large clusters are whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bundles.facts.calico import Calico
from tests.bundles.facts.documents import Facts, documents
from tests.bundles.facts.edits import kernel_of, only, with_mtu, with_routes, without
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.kube_router import KubeRouter
from tests.bundles.facts.large import write_large_cluster
from tests.bundles.facts.plain_text import ip_documents, route_n
from tests.bundles.facts.route_json import route_json, rules_json

CLUSTERS = (
    Flannel(programmed="vxlan").facts(),
    Calico(programmed="wireguard").facts(),
    KubeRouter(overlay="full").facts(),
)


@pytest.mark.parametrize("facts", CLUSTERS, ids=["flannel", "calico", "kube-router"])
def test_text_has_every_link_and_route_of_main(facts: Facts) -> None:
    node = facts.nodes[0]
    texts = ip_documents(node)
    found = documents(facts)
    for link in json.loads(found["node-1/facts/ip_link.json"]):
        assert f": {link['ifname']}" in texts["ip_link_txt.txt"]
        assert f"mtu {link['mtu']} " in texts["ip_link_txt.txt"]
    for route in json.loads(found["node-1/facts/ip_route.json"]):
        if "table" not in route:
            assert any(
                line.split()[0] == route["dst"] or line.split()[1] == route["dst"]
                for line in texts["ip_route_txt.txt"].splitlines()
            )


def test_routes_become_what_iproute2_prints() -> None:
    assert route_json("throw 192.168.84.128/26 table 1 proto 80") == {
        "type": "throw",
        "dst": "192.168.84.128/26",
        "table": "1",
        "protocol": "80",
        "flags": [],
    }
    line = "10.0.2.0/24 via 10.0.1.113 dev cilium_host proto kernel src 10.0.1.113 mtu 1450"
    assert route_json(line)["metrics"] == [{"mtu": 1450}]
    assert route_json("10.7.0.0/24 nexthop via 10.1.10.10 dev ens33 weight 1") == {
        "dst": "10.7.0.0/24",
        "flags": [],
        "nexthops": [{"gateway": "10.1.10.10", "dev": "ens33", "weight": 1, "flags": []}],
    }


def test_rules_become_what_iproute2_prints() -> None:
    assert rules_json(["99:\tnot from all fwmark 0x100000/0x100000 lookup 1"]) == [
        {"priority": 99, "not": None, "src": "all", "fwmark": "0x100000", "fwmask": "0x100000",
         "table": "1"}
    ]  # fmt: skip
    assert rules_json(["32764:\tfrom 10.244.1.0/24 lookup 77"]) == [
        {"priority": 32764, "src": "10.244.1.0", "srclen": 24, "table": "77"}
    ]


def test_route_n_has_masks_and_flags() -> None:
    text = route_n(CLUSTERS[0].nodes[0].kernel)
    assert "10.244.2.0      10.244.2.0      255.255.255.0   UG" in text
    assert "0.0.0.0         10.1.10.1       0.0.0.0         UG" in text


def test_edits_change_what_they_say() -> None:
    facts = with_mtu(CLUSTERS[0], "node-2", "ens33", 1400)
    assert [node.kernel.link("ens33").mtu for node in facts.nodes] == [1500, 1400]
    line = "10.244.2.0/24 via 10.1.10.10 dev ens33"
    changed = with_routes(CLUSTERS[0], "node-1", line).node("node-1").kernel.routes
    assert [route for route in changed if route.startswith("10.244.2.0/24")] == [line]
    taken = kernel_of(CLUSTERS[0], "node-1", Flannel(programmed="host-gw").facts())
    assert line in taken.node("node-1").kernel.routes
    assert line not in taken.node("node-2").kernel.routes
    assert set(documents(only(facts, "kubernetes/nodes.json"))) == {"kubernetes/nodes.json"}
    assert not any(path.endswith(".json") for path in documents(without(facts, "*.json")))


def test_large_cluster(tmp_path: Path) -> None:
    write_large_cluster(tmp_path, nodes=5, pods=23, rules=80)
    nodes = [path for path in tmp_path.iterdir() if (path / "facts").is_dir()]
    assert len(nodes) == 5
    for node in nodes:
        facts = {path.name: path.read_text() for path in (node / "facts").glob("*.json")}
        assert len(json.loads(facts["bridge_fdb.json"])) == 4
        assert len(json.loads(facts["ip_neigh.json"])) == 4
        assert len(json.loads(facts["ip_route.json"])) == 6
    pods = json.loads((tmp_path / "kubernetes" / "pods.json").read_text())["items"]
    assert len({pod["status"]["podIP"] for pod in pods}) == 23
    assert all(2900 < len(json.dumps(pod)) < 3300 for pod in pods)
    saved = (tmp_path / "node-1" / "facts" / "iptables-save-c.txt").read_text()
    assert saved.count(" -A ") == 80
