"""Real nodes: what passed them is accepted, and of two faults the rule is named that made them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from netdiag.explain.expected.firewall import Hook, Verdict, walk
from netdiag.explain.expected.packet import Packet
from netdiag.model.prefixes import Prefix
from tests.explain.expected.firewall_reading import address, icmp, tcp, told_by, udp
from tests.real_captures import CAPTURES, needs_captures

LAB = CAPTURES / "lab"
HEALTHY = (
    "calico-bgp", "calico-bgp-samenode", "calico-ipip", "calico-vxlan", "flannel-hostgw",
    "flannel-udp", "flannel-vxlan", "flannel-vxlan-dr-same", "flannel-vxlan-samenode", "kubenet",
    "macvlan",
)  # fmt: skip
BRIDGES = ("cni0", "cbr0", "docker0")

pytestmark = needs_captures


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def addresses(document: Path) -> frozenset[Prefix]:
    return frozenset(
        address(entry["local"]) for link in read(document) for entry in link.get("addr_info", ())
    )


def pod_address(case: Path, node: str, pod: str) -> str:
    links = read(case / node / "facts" / "pods" / pod / "ip_addr.json")
    (eth0,) = (link for link in links if link["ifname"] == "eth0")
    return next(str(e["local"]) for e in eth0["addr_info"] if e["family"] == "inet")


def devices(path: list[dict[str, Any]], node: str) -> list[str]:
    """Return a node's devices that the inner packet passes, ports of a bridge left out."""
    names = [
        hop["interface"]
        for hop in path
        if hop["node"] == node and hop["pod"] is None and not hop["encapsulated"]
    ]
    return [name for name in names if not (set(names) & set(BRIDGES) and name.startswith("veth"))]


def pass_node(facts: Path, packet: Packet, names: list[str]) -> list[Verdict]:
    """Ask all hooks that a packet passes which is forwarded."""
    firewall = told_by(facts)
    local = addresses(facts / "ip_addr.json")
    packet = packet._replace(input=names[0])
    verdicts = []
    hooks: tuple[Hook, ...] = ("prerouting", "forward", "postrouting")
    for hook in hooks:
        if hook == "forward":
            packet = packet._replace(output=names[-1])
        verdicts.append(walk(firewall, hook, packet, family="ip", local=local))
        packet = verdicts[-1].packet
    return verdicts


@pytest.mark.parametrize("name", HEALTHY)
def test_pings_between_pods_pass_all_hooks(name: str) -> None:
    case = LAB / name
    path = read(case / "expected.json")["request_path"]
    ends = [hop for hop in path if hop["pod"]]
    pod, peer = (pod_address(case, hop["node"], hop["pod"]) for hop in (ends[0], ends[-1]))
    names_ = dict.fromkeys(hop["node"] for hop in path)
    nodes = [case / name for name in names_ if (case / name / "facts" / "pods").is_dir()]
    assert nodes
    for node in nodes:
        for packet in (icmp(pod, peer), icmp(peer, pod, "ESTABLISHED", kind=0)):
            names = devices(path, node.name) or ["eth9"]
            verdicts = pass_node(node / "facts", packet, names)
            assert [(v.outcome, v.maybe) for v in verdicts] == [("accept", ())] * 3
            assert verdicts[-1].packet.source == packet.source
            assert not verdicts[-1].masqueraded
            firewall, local = told_by(node / "facts"), addresses(node / "facts" / "ip_addr.json")
            hooks: tuple[Hook, ...] = ("input", "output")
            for hook in hooks:
                packet = packet._replace(input=names[0] if hook == "input" else None)
                verdict = walk(firewall, hook, packet, family="ip", local=local)
                assert (verdict.outcome, verdict.maybe) == ("accept", ())


@pytest.mark.parametrize("node", ["node1", "node2"])
@pytest.mark.parametrize("case", ["k8s-vxlan-ping", "k8s-directrouting-not-applied"])
def test_pings_pass_the_chains_of_kubernetes(case: str, node: str) -> None:
    facts = CAPTURES / "kubernetes" / case / node / "facts"
    names = ["cni0", "flannel.1"] if node == "node1" else ["flannel.1", "cni0"]
    for packet in (icmp("10.244.0.2", "10.244.1.2"), icmp("10.244.1.2", "10.244.0.2", kind=0)):
        verdicts = pass_node(facts, packet, names)
        assert [(v.outcome, v.maybe) for v in verdicts] == [("accept", ())] * 3
        assert not verdicts[-1].masqueraded


def test_service_of_kubernetes_has_two_endpoints() -> None:
    facts = CAPTURES / "kubernetes" / "k8s-vxlan-ping" / "node1" / "facts"
    verdict = pass_node(facts, tcp(80, "10.244.0.9", "10.96.36.28"), ["cni0"])[0]
    found = {
        (str(p.destination), p.destination_port) for p in (verdict.packet, *verdict.alternatives)
    }
    assert found == {("10.244.0.2", 8080), ("10.244.1.2", 8080)}


def test_outer_packet_is_dropped_by_the_rule_of_fault_a() -> None:
    facts = LAB / "fault-a-udp8472-drop" / "node-2" / "facts"
    packet = udp(8472, "10.1.10.9", "10.1.10.10")._replace(input="ens33")
    firewall = told_by(facts)
    verdict = walk(firewall, "input", packet, family="ip")
    assert (verdict.outcome, verdict.chains, verdict.maybe) == ("drop", ("INPUT",), ())
    assert verdict.rule is not None
    assert verdict.rule.text == "-A INPUT -p udp -m udp --dport 8472 -j DROP"
    assert walk(firewall, "input", packet._replace(destination_port=4789), family="ip").outcome == (
        "accept"
    )


def test_ping_is_dropped_by_the_rule_of_fault_m() -> None:
    case = LAB / "fault-m-policy-drop-dstpod"
    packet = icmp(pod_address(case, "node-1", "pod-a"), pod_address(case, "node-2", "pod-c"))
    for node, names in (("node-1", ["cni0", "flannel.1"]), ("node-2", ["flannel.1", "cni0"])):
        verdict = pass_node(case / node / "facts", packet, names)[1]
        is_there = node == "node-2"
        assert verdict.outcome == ("drop" if is_there else "accept")
        assert verdict.rule is not None
        assert (verdict.rule.text == "-A FORWARD -d 10.244.2.2/32 -p icmp -j DROP") is is_there
    assert pass_node(case / "node-2" / "facts", tcp(80), ["flannel.1", "cni0"])[1].outcome == (
        "accept"
    )


def test_cluster_ip_becomes_the_endpoint_that_the_capture_shows() -> None:
    facts = LAB / "svc-vxlan-clusterip-tcp" / "node-1" / "facts"
    verdicts = pass_node(facts, tcp(80, "10.244.1.2", "10.96.0.101"), ["cni0", "flannel.1"])
    packet = verdicts[0].packet
    assert (str(packet.destination), packet.destination_port) == ("10.244.2.2", 8080)
    assert verdicts[0].alternatives == ()
    assert verdicts[0].chains == (
        *("PREROUTING", "KUBE-SERVICES", "KUBE-SVC-KO32SF3OKATWNFS7"),
        "KUBE-SEP-AI2DYLWD7TIGBEF3",
    )
    assert [verdict.outcome for verdict in verdicts] == ["accept"] * 3
    assert (verdicts[2].masqueraded, str(verdicts[2].packet.source)) == (False, "10.244.1.2")


def test_node_port_is_masqueraded() -> None:
    facts = LAB / "svc-vxlan-clusterip-tcp" / "node-1" / "facts"
    node = next(str(a) for a in addresses(facts / "ip_addr.json") if str(a).startswith("10.1.10."))
    verdicts = pass_node(facts, tcp(30081, "10.1.10.77", node), ["ens33", "flannel.1"])
    assert str(verdicts[0].packet.destination) == "10.244.2.2"
    assert verdicts[0].packet.mark == 0x4000
    assert verdicts[2].masqueraded is True


def test_docker_lets_out_and_keeps_out() -> None:
    facts = LAB / "docker-egress-2nat" / "node-1" / "facts"
    out = pass_node(facts, icmp("172.17.0.2", "203.0.113.50"), ["docker0", "ens33"])
    assert [verdict.outcome for verdict in out] == ["accept"] * 3
    assert out[2].masqueraded is True
    refused = pass_node(facts, icmp("203.0.113.50", "172.17.0.2"), ["ens33", "docker0"])[1]
    assert (refused.outcome, refused.rule, refused.chains) == ("drop", None, ("FORWARD",))
    reply = icmp("203.0.113.50", "172.17.0.2", state="ESTABLISHED", kind=0)
    assert pass_node(facts, reply, ["ens33", "docker0"])[1].outcome == "accept"
    node = next(str(a) for a in addresses(facts / "ip_addr.json") if str(a).startswith("10.1.10."))
    published = pass_node(facts, tcp(8080, "203.0.113.50", node), ["ens33", "docker0"])
    assert [verdict.outcome for verdict in published] == ["accept"] * 3
    assert str(published[0].packet.destination) == "172.17.0.2"
