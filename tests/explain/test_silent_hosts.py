"""Pods that bypass their host: its silent interfaces prove no loss, other silence still does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.bundles import others
from tests.bundles.facts import edits, networks, plain
from tests.bundles.facts.devices import loopback, nic
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.hosts import Host, Pod
from tests.bundles.facts.kernel import Namespace
from tests.bundles.facts.kubernetes import Item, node_item, pod_item
from tests.bundles.network import ANSWERED, Bundle, Fate, Network, Stream
from tests.explain.explaining import explained, path, serious, verdicts

NICS = ("node-1/ens33", "node-2/ens33")
IN_POD_A = Fate(request_lost_after="node-1/pod-a:eth0")
AT_NIC_1 = Fate(request_lost_after="node-1/ens33")
AT_NIC_2 = Fate(request_lost_after="node-2/ens33")
LOST_IN_POD_A = "request-lost node-1/pod-a:eth0"
NO_POD_B, NO_POD_C = ("node-1/pod-b:*",), ("node-2/pod-c:*",)

TWO_PODS = (
    Host(
        name="node-1",
        address="10.1.10.9",
        subnet="10.1.10.0/24",
        pods=(
            Pod(name="pod-a", address="10.1.10.101", port=""),
            Pod(name="pod-b", address="10.1.10.102", port=""),
        ),
    ),
)
WITHIN_NODE = Network(
    "10.1.10.101",
    "10.1.10.102",
    request="node-1/pod-a:eth0 64\nnode-1/pod-b:eth0 64",
    reply="node-1/pod-b:eth0 64\nnode-1/pod-a:eth0 64",
)
TO_BRIDGED_POD = Network(
    "10.1.10.101",
    "10.244.2.2",
    request="""
        node-1/pod-a:eth0    64
        node-2/ens33         64
        node-2/cni0          63
        node-2/veth7e2f650f  63
        node-2/pod-c:eth0    63
    """,
    reply="""
        node-2/pod-c:eth0    64
        node-2/veth7e2f650f  64
        node-2/cni0          64
        node-2/ens33         63
        node-1/pod-a:eth0    63
    """,
)
SRIOV, MACVLAN = plain.sriov(), plain.macvlan()
SRIOV_TO_BRIDGE = Facts(nodes=(SRIOV.node("node-1"), plain.bridge_plugin().node("node-2")))
OTHER_POD = Namespace(links=(loopback(), nic("pod-x", "eth0", "10.1.10.150/24")))
WITH_OTHER_POD = edits.on_node(
    SRIOV, "node-2", lambda node: replace(node, pods={**node.pods, "pod-x": OTHER_POD})
)


def with_virtual_function(host: Host, pod: Pod) -> Item:
    """Return a pod as Multus annotates it, its only interface a virtual function."""
    item = pod_item(host, pod)
    status = {"name": "default/sriov-net", "interface": "eth0", "ips": [pod.address],
              "mac": "0a:58:0a:01:0a:65", "default": True, "dns": {},
              "device-info": {"type": "pci", "version": "1.1.0",
                              "pci": {"pci-address": "0000:03:02.0"}}}  # fmt: skip
    item["metadata"]["annotations"] = {"k8s.v1.cni.cncf.io/network-status": json.dumps([status])}
    return item


PODS = tuple(with_virtual_function(host, pod) for host in plain.IN_UNDERLAY for pod in host.pods)
NODES = tuple(node_item(host, {}, has_pod_subnet=False) for host in plain.IN_UNDERLAY)
PODS_ALONE = Facts(kubernetes={"pods": PODS})
PODS_AND_NODES = Facts(kubernetes={"pods": PODS, "nodes": NODES})


class Silence(NamedTuple):
    """Pings, what was captured of them, and what may be read from it."""

    name: str
    facts: Facts
    network: Network
    fate: Fate
    verdict: str
    without: tuple[str, ...] = ()
    idle: tuple[str, ...] = NICS


CASES = (
    Silence("sriov, answered", SRIOV, networks.SRIOV, ANSWERED, "answered"),
    Silence("sriov, both pods captured", SRIOV, networks.SRIOV, IN_POD_A, LOST_IN_POD_A),
    Silence(
        "sriov, only host interfaces would tell",
        SRIOV,
        networks.SRIOV,
        IN_POD_A,
        "unknown",
        without=NO_POD_C,
    ),
    Silence(
        "sriov, another pod of that node is captured",
        WITH_OTHER_POD,
        networks.SRIOV,
        IN_POD_A,
        "unknown",
        without=NO_POD_C,
        idle=(*NICS, "node-2/pod-x:eth0"),
    ),
    Silence(
        "sriov, the reply leaves and does not come",
        SRIOV,
        networks.SRIOV,
        Fate(reply_lost_after="node-2/pod-c:eth0"),
        "reply-lost node-2/pod-c:eth0",
    ),
    Silence(
        "sriov, no reply is sent",
        SRIOV,
        networks.SRIOV,
        Fate(silent=True),
        "unanswered node-2/pod-c:eth0",
    ),
    Silence("annotated, answered", PODS_ALONE, networks.SRIOV, ANSWERED, "answered"),
    Silence("annotated, both captured", PODS_ALONE, networks.SRIOV, IN_POD_A, LOST_IN_POD_A),
    Silence(
        "annotated, only host interfaces would tell",
        PODS_ALONE,
        networks.SRIOV,
        IN_POD_A,
        "unknown",
        without=NO_POD_C,
    ),
    Silence(
        "annotated, nodes known too",
        PODS_AND_NODES,
        networks.SRIOV,
        IN_POD_A,
        "unknown",
        without=NO_POD_C,
    ),
    Silence(
        "sriov within a node, answered", plain.sriov(TWO_PODS), WITHIN_NODE, ANSWERED, "answered"
    ),
    Silence(
        "sriov within a node, both captured",
        plain.sriov(TWO_PODS),
        WITHIN_NODE,
        IN_POD_A,
        LOST_IN_POD_A,
    ),
    Silence(
        "sriov within a node, one captured",
        plain.sriov(TWO_PODS),
        WITHIN_NODE,
        IN_POD_A,
        "unknown",
        without=NO_POD_B,
    ),
    Silence("sriov to a bridge, answered", SRIOV_TO_BRIDGE, TO_BRIDGED_POD, ANSWERED, "answered"),
    Silence(
        "sriov to a bridge that is silent",
        SRIOV_TO_BRIDGE,
        TO_BRIDGED_POD,
        AT_NIC_2,
        "request-lost node-2/ens33",
        without=NO_POD_C,
    ),
    Silence(
        "macvlan within a node, the parent is silent",
        plain.macvlan(TWO_PODS),
        WITHIN_NODE,
        ANSWERED,
        "answered",
    ),
    Silence(
        "macvlan within a node, both captured",
        plain.macvlan(TWO_PODS),
        WITHIN_NODE,
        IN_POD_A,
        LOST_IN_POD_A,
    ),
    Silence(
        "macvlan within a node, only the parent would tell",
        plain.macvlan(TWO_PODS),
        WITHIN_NODE,
        IN_POD_A,
        "unknown",
        without=NO_POD_B,
    ),
    Silence("macvlan across nodes, answered", MACVLAN, others.MACVLAN, ANSWERED, "answered"),
    Silence(
        "macvlan across nodes: the parent of the sender's node has to see it",
        MACVLAN,
        others.MACVLAN,
        IN_POD_A,
        LOST_IN_POD_A,
        without=("node-2/*",),
        idle=("node-1/ens33",),
    ),
    Silence(
        "macvlan across nodes, lost between them",
        MACVLAN,
        others.MACVLAN,
        AT_NIC_1,
        "request-lost node-1/ens33",
    ),
    Silence(
        "macvlan across nodes, lost within node-2",
        MACVLAN,
        others.MACVLAN,
        AT_NIC_2,
        "request-lost node-2/ens33",
    ),
    Silence(
        "macvlan across nodes, only the pod would tell",
        MACVLAN,
        others.MACVLAN,
        AT_NIC_2,
        "unknown",
        without=NO_POD_C,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_silence(case: Silence, tmp_path: Path) -> None:
    streams = (Stream(network=case.network, count=2, fate=case.fate),)
    bundle = Bundle(streams=streams, idle=case.idle, without=case.without)
    report = explained(bundle, case.facts, tmp_path)
    assert verdicts(report) == {case.verdict}
    assert (not serious(report)) == (case.verdict in ("answered", "unknown")), serious(report)


def test_a_function_s_packets_are_on_no_interface_of_the_host(tmp_path: Path) -> None:
    bundle = Bundle(streams=(Stream(network=networks.SRIOV, count=2),), idle=NICS)
    ping = explained(bundle, SRIOV, tmp_path).pings[0]
    assert path(ping.request) == ["node-1/pod-a:eth0", "node-2/pod-c:eth0"]
    assert path(ping.reply) == ["node-2/pod-c:eth0", "node-1/pod-a:eth0"]
