"""Many documents become the facts of nodes, their pods and the cluster."""

from __future__ import annotations

import pytest

from netdiag.facts.assembly import Assembly
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.kernel import Namespace
from netdiag.model.facts.source import Problem
from tests.facts.assembling import MAIN_TEXT, assembled, facts

JSON_LINKS = b'[{"ifname":"lo","mtu":65536},{"ifname":"eth0","mtu":1500}]'
DETAILED = (
    b'[{"ifname":"eth0","mtu":1500,"promiscuity":0},'
    b'{"ifname":"flannel.1","mtu":1450,"promiscuity":0,'
    b'"linkinfo":{"info_kind":"vxlan","info_data":{"id":1,"port":8472}}}]'
)
TEXT_LINKS = b"""\
2: eth0: <BROADCAST,UP> mtu 1500 qdisc fq state UP
    link/ether 00:0c:29:01:02:03 brd ff:ff:ff:ff:ff:ff
"""
DETAILED_TEXT = b"""\
2: eth0: <BROADCAST,UP> mtu 1500 qdisc fq state UP
    link/ether 00:0c:29:01:02:03 brd ff:ff:ff:ff:ff:ff promiscuity 0
3: flannel.1: <BROADCAST,UP> mtu 1450 qdisc noqueue state UNKNOWN
    link/ether 5a:11:11:11:11:11 brd ff:ff:ff:ff:ff:ff promiscuity 0
    vxlan id 1 local 10.1.10.9 dev eth0 srcport 0 0 dstport 8472 nolearning
"""
ROUTES = b'[{"dst":"default","gateway":"10.1.10.1","dev":"eth0","flags":[]}]'


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        (("ip_link.json", DETAILED[:-60]), ("ip_link_txt.txt", TEXT_LINKS), "ip_link_txt.txt"),
        (("ip_link.json", JSON_LINKS), ("ip_link_txt.txt", DETAILED_TEXT), "ip_link_txt.txt"),
        (("ip_link.json", DETAILED), ("ip_link_txt.txt", DETAILED_TEXT), "ip_link.json"),
        (("ip_link.json", JSON_LINKS), ("ip_link_txt.txt", TEXT_LINKS), "ip_link.json"),
        (("ip_link.json", DETAILED), ("ip_addr.json", JSON_LINKS), "ip_link.json"),
        (("ip_link.json", b"[]"), ("ip_link_txt.txt", TEXT_LINKS), "ip_link_txt.txt"),
        (("ip_link.json", DETAILED[:-60]), ("ip_link_txt.txt", b"?\n"), "ip_link.json"),
        (("a.txt", TEXT_LINKS), ("b.txt", TEXT_LINKS), "a.txt"),
    ],
    ids=["whole", "details", "JSON with details", "JSON", "link", "items", "broken", "first"],
)
def test_which_document_counts(
    first: tuple[str, bytes], second: tuple[str, bytes], chosen: str
) -> None:
    for order in ((first, second), (second, first)):
        links = assembled(*order).host.links or ()
        assert {link.document for link in links} == {chosen if first[0] != "a.txt" else order[0][0]}


def test_nothing_told_is_not_nothing_there() -> None:
    host = assembled(("ip_route.json", b"[]"), ("ip_link.json", b"")).host
    assert (host.routes, host.links, host.rules) == ((), None, None)


def test_tables() -> None:
    local = b'[{"type":"local","dst":"10.1.10.9","dev":"eth0","table":"local","flags":[]}]'
    assert not assembled(("ip_route.json", ROUTES)).host.has_all_tables
    assert assembled(("ip_route.json", local)).host.has_all_tables


def test_broken_documents_are_partial_and_told() -> None:
    found = facts(("node-1/ip_route.json", ROUTES[:-1]), ("node-1/ip_link.json", JSON_LINKS))
    host = found.nodes["node-1"].host
    assert host.partial == {"routes"}
    assert [(p.node, p.document) for p in found.problems] == [("node-1", "ip_route.json")]
    assert host.routes is not None


def test_a_whole_document_mends_a_broken_one() -> None:
    found = facts(("node-1/ip_route.json", ROUTES[:-1]), ("node-1/ip_route_txt.txt", MAIN_TEXT))
    assert found.nodes["node-1"].host.partial == frozenset()
    assert len(found.nodes["node-1"].host.routes or ()) == 2
    assert len(found.problems) == 1


def test_pods() -> None:
    found = facts(
        ("node-1:shop_web-0/ip_route.json", ROUTES),
        ("node-1:shop_web-0/ip_link.json", b"[{"),
        ("node-1/ip_link.json", JSON_LINKS),
    )
    node = found.nodes["node-1"]
    assert list(node.pods) == ["shop_web-0"]
    assert node.pods["shop_web-0"].routes is not None
    assert node.host.routes is None
    assert node.documents == ("pods/shop_web-0/ip_route.json", "pods/shop_web-0/ip_link.json",
                              "ip_link.json")  # fmt: skip
    assert [problem.document for problem in found.problems] == ["pods/shop_web-0/ip_link.json"]


def test_facts_later() -> None:
    found = facts(
        ("node-1+after/ip_route_txt.txt", MAIN_TEXT),
        ("node-1/ip_route.json", ROUTES),
        ("node-2+after/ip_route.json", ROUTES),
    )
    before = found.nodes["node-1"]
    assert before.after is not None
    assert [len(node.host.routes or ()) for node in (before, before.after)] == [1, 2]
    assert found.nodes["node-2"].host == Namespace()
    assert found.nodes["node-2"].after is not None
    assert list(found.nodes) == ["node-1", "node-2"]


def test_bridges_of_brctl() -> None:
    titles = b"bridge name\tbridge id\t\tSTP enabled\tinterfaces\n"
    brctl = titles + b"cni0\t\t8000.5a1111111111\tno\t\tveth1\n"
    plain = b"3: cni0: <UP> mtu 1450\n    link/ether 5a:11:11:11:11:11 brd ff:ff:ff:ff:ff:ff\n"
    host = assembled(("brctl.txt", brctl)).host
    assert [(link.name, link.kind) for link in host.links or ()] == [("cni0", "bridge")]
    assert "links" in host.partial
    host = assembled(("brctl.txt", brctl), ("ip_link.txt", plain)).host
    assert [(link.name, link.kind, link.mtu) for link in host.links or ()] == [
        ("cni0", "bridge", 1450)
    ]
    assert "links" not in host.partial


MAIN = b"root@n1:~# ip route\n" + MAIN_TEXT
FOREIGN = b"root@n1:~# ip netns exec cni-1 ip route\ndefault via 10.244.1.1 dev eth0\n"


def test_other_namespaces_are_not_the_node() -> None:
    found = facts(("node-1/paste.txt", FOREIGN + MAIN))
    assert len(found.nodes["node-1"].host.routes or ()) == 2
    assert [problem.reason for problem in found.problems] == [
        "the output of 'ip netns exec cni-1 ip route' is of another namespace, not read"
    ]


def test_the_namespace_of_a_pod_and_of_a_node_that_is_a_container() -> None:
    pod = facts(("node-1:shop_web-0/paste.txt", FOREIGN)).nodes["node-1"].pods["shop_web-0"]
    assert len(pod.routes or ()) == 1
    inside = FOREIGN.replace(b"ip netns exec cni-1", b"docker exec kind-worker")
    found = facts(("kind-worker/paste.txt", inside))
    assert len(found.nodes["kind-worker"].host.routes or ()) == 1
    assert found.problems == ()


@pytest.mark.parametrize(
    ("name", "data", "is_told"),
    [
        ("notes.txt", b"nothing that is known\n", True),
        ("ip_neigh.json", b'"x"', False),
        ("sub/ip_rule.txt", b"?\n", False),
        ("sub/notes.txt", b"nothing\n", False),
        ("files/etc/hosts", b"10.1.10.9 node-1\n", False),
        ("notes.txt", b" \n", False),
        ("ip_route_txt.txt", MAIN_TEXT, False),
    ],
)
def test_documents_of_which_nothing_is_understood(name: str, data: bytes, is_told: bool) -> None:
    reasons = [problem.reason for problem in facts((f"node-1/{name}", data)).problems]
    assert ("nothing in it is understood" in reasons) is is_told


def test_problems_of_later_documents_tell_so() -> None:
    found = facts(("node-1/ip_route.json", b"[{"), ("node-1+after/ip_route.json", b"[{"))
    assert [p.document for p in found.problems] == ["ip_route.json", "facts-after/ip_route.json"]


TABLE = b"*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n"
COUNTED = TABLE.replace(b"-A", b"[3:180] -A")


@pytest.mark.parametrize(
    ("documents", "counted", "rules"),
    [
        ([("iptables-save.txt", TABLE), ("iptables-save-c.txt", COUNTED)], True, 1),
        ([("iptables-save-c.txt", COUNTED), ("iptables-save.txt", TABLE)], True, 1),
        ([("iptables-save-c.txt", COUNTED[:-8]), ("iptables-save.txt", TABLE)], False, 1),
    ],
    ids=["counters", "either order", "whole before counters"],
)
def test_firewalls(documents: list[tuple[str, bytes]], counted: bool, rules: int) -> None:
    firewall = assembled(*documents).firewall
    assert firewall is not None
    (table,) = firewall.tables
    (chain,) = table.chains
    assert len(chain.rules) == rules
    assert (chain.rules[0].packets is not None) is counted


def test_configuration_of_processes_and_files() -> None:
    node = assembled(
        ("cmdlines.txt", b"/opt/bin/flanneld --iface=eth1\n"),
        ("files/run/flannel/subnet.env", b"FLANNEL_SUBNET=10.244.1.1/24\n"),
        ("hostname.txt", b"node-1.example\n"),
    )
    assert [told.interfaces for told in node.configuration.flanneld] == [("eth1",)]
    assert [told.subnet for told in node.configuration.flannel_subnets] == ["10.244.1.1/24"]
    assert node.hostname == "node-1.example"


POOL = b"apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: a}\nspec: {cidr: 10.9.0.0/16, natOutgoing: true}\n"  # noqa: E501
NODES = b'{"kind":"List","items":[{"kind":"Node","apiVersion":"v1","metadata":{"name":"node-1"}}]}'


def test_the_cluster_and_what_nodes_say_of_it() -> None:
    found = facts(("/kubernetes/nodes.json", NODES), ("node-1/kubectl.json", NODES))
    assert [node.name for node in found.cluster.nodes or ()] == ["node-1"]
    alone = facts(("node-1/kubectl.json", NODES))
    assert [node.name for node in alone.cluster.nodes or ()] == ["node-1"]
    pools = facts(("node-1/files/var/lib/calico/ippool.yaml", POOL)).nodes["node-1"].configuration
    assert [pool.cidr for pool in pools.ip_pools] == ["10.9.0.0/16"]


def test_documents_that_could_not_be_read() -> None:
    put = Assembly()
    put.report_problem("node-1", "ip_link.json", "Permission denied")
    put.report_problem("node-1", "ip_link.json", "Permission denied")
    assert put.facts().problems == (Problem("node-1", "ip_link.json", "Permission denied"),)


def test_no_documents() -> None:
    assert facts() == Facts()
