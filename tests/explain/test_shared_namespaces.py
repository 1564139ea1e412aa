"""Containers and pods that share a network namespace, and namespaces with a loopback alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from netdiag.model.report import Report
from tests.bundles import flannel
from tests.bundles.facts import edits, networks, plain
from tests.bundles.facts.devices import loopback
from tests.bundles.facts.documents import NO_FACTS, Facts
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import FLANNEL_1
from tests.bundles.facts.kernel import Namespace
from tests.bundles.facts.kubernetes import host_network_pod
from tests.bundles.network import ANSWERED, Bundle, Fate, Network, Stream
from tests.explain.explaining import explained, path, serious, verdicts

DOCKER = plain.docker()
FLANNEL = Flannel(programmed="vxlan").facts()
HOST = FLANNEL.node("node-1").kernel
LOOPBACK_ALONE = Namespace(links=(loopback(),))


def with_pods(facts: Facts, pods: Mapping[str, Namespace]) -> Facts:
    """Return the facts with more namespaces on node-1."""
    return edits.on_node(facts, "node-1", lambda node: replace(node, pods={**node.pods, **pods}))


JOINED = with_pods(
    DOCKER,
    {
        "web-proxy": DOCKER.node("node-1").pods["web"],
        "db-backup": DOCKER.node("node-1").pods["db"],
    },
)
"""``docker run --network container:web``: the same devices, addresses and routes."""
BOTH_CAPTURED = {
    "node-1/web:eth0": ("node-1/web-proxy:eth0",),
    "node-1/db:eth0": ("node-1/db-backup:eth0",),
}
ORIGINALS = ("node-1/web:*", "node-1/db:*")


def pings(network: Network, fate: Fate = ANSWERED) -> tuple[Stream, ...]:
    return (Stream(network=network, count=2, fate=fate),)


class Joined(NamedTuple):
    """What became of pings between two namespaces that two containers share each."""

    name: str
    fate: Fate
    verdict: str
    without: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "case",
    [
        Joined("all folders have captures", ANSWERED, "answered"),
        Joined("only those that joined have", ANSWERED, "answered", ORIGINALS),
        Joined(
            "lost on the bridge",
            Fate(request_lost_after="node-1/docker0"),
            "request-lost node-1/docker0",
        ),
        Joined("no reply is sent", Fate(silent=True), "unanswered node-1/db:eth0"),
    ],
    ids=lambda case: case.name,
)
def test_joined_namespaces_are_crossed_once(case: Joined, tmp_path: Path) -> None:
    bundle = Bundle(
        streams=pings(networks.DOCKER_SAME_HOST, case.fate),
        copies=BOTH_CAPTURED,
        without=case.without,
    )
    report = explained(bundle, JOINED, tmp_path)
    assert {one_name(verdict) for verdict in verdicts(report)} == {case.verdict}
    assert not [code for code in serious(report) if code.startswith("duplicate-ip")]
    for ping in report.pings:
        assert len(set(path(ping.request))) == len(ping.request)
        assert path(ping.request)[0] in ("node-1/web:eth0", "node-1/web-proxy:eth0")
        assert {ping.source_pod, ping.destination_pod} in (
            {"web", "db"},
            {"web-proxy", "db-backup"},
        )
        if ping.status == "answered":
            assert path(ping.reply) == path(ping.request)[::-1]
            assert len(ping.request) == 5


def one_name(verdict: str) -> str:
    return verdict.replace("db-backup", "db").replace("web-proxy", "web")


AGENT_ITEMS = (*FLANNEL.kubernetes["pods"], host_network_pod(FLANNEL_1, "agent"))
AGENT_BY_DOCUMENTS = with_pods(FLANNEL, {"agent": HOST})
AGENT_BY_OBJECT = edits.with_objects(FLANNEL, "pods", AGENT_ITEMS)
OF_NODE = ("node-1/ens33", "node-1/flannel.1")
IN_AGENT = {place: (place.replace("/", "/agent:"),) for place in OF_NODE}


@pytest.mark.parametrize("facts", [AGENT_BY_DOCUMENTS, AGENT_BY_OBJECT], ids=["documents", "pods"])
@pytest.mark.parametrize("without", [(), OF_NODE], ids=["captured twice", "only in the pod"])
@pytest.mark.parametrize(
    ("fate", "verdict", "length"),
    [
        (ANSWERED, "answered", 10),
        (Fate(request_lost_after="node-1/ens33"), "request-lost node-1/ens33", 5),
        (Fate(request_lost_after="node-1/flannel.1"), "request-lost node-1/flannel.1", 4),
    ],
)
def test_interfaces_of_a_host_network_pod_are_the_node_s(
    facts: Facts,
    without: tuple[str, ...],
    fate: Fate,
    verdict: str,
    length: int,
    tmp_path: Path,
) -> None:
    bundle = Bundle(streams=pings(flannel.VXLAN, fate), copies=IN_AGENT, without=without)
    report = explained(bundle, facts, tmp_path)
    assert verdicts(report) == {verdict}
    assert {len(ping.request) for ping in report.pings} == {length}
    roles = {capture.interface: capture.role for capture in report.captures if not capture.pod}
    assert (roles["ens33"], roles["flannel.1"]) == ("physical", "overlay")
    assert "agent" not in {capture.pod for capture in report.captures}


def test_a_host_network_pod_s_nic_hides_no_loss(tmp_path: Path) -> None:
    """Its NIC is hardware, as a virtual function is; the node's packets do cross the node."""
    network = Network(
        FLANNEL_1.address,
        "10.244.1.2",
        request="node-1/cni0 64\nnode-1/veth3cafbbcc 64\nnode-1/pod-a:eth0 64",
        reply="node-1/pod-a:eth0 64\nnode-1/veth3cafbbcc 64\nnode-1/cni0 64",
    )
    bundle = Bundle(
        streams=pings(network, Fate(request_lost_after="node-1/cni0")),
        without=("node-1/pod-a:*",),
        any_only=("node-1",),
    )
    report = explained(bundle, AGENT_BY_DOCUMENTS, tmp_path)
    assert verdicts(report) == {"request-lost node-1/cni0"}


def by_loopback(pod: str, address: str) -> Network:
    way = f"node-1/{pod}:lo 64"
    return Network(address, address, request=way, reply=way)


class Inside(NamedTuple):
    """Containers of one pod that ping each other, or themselves."""

    name: str
    network: Network
    facts: Facts


@pytest.mark.parametrize(
    "case",
    [
        Inside("127.0.0.1", by_loopback("web", "127.0.0.1"), DOCKER),
        Inside("its own address", by_loopback("web", "172.17.0.2"), DOCKER),
        Inside("127.0.0.1, flannel", by_loopback("pod-a", "127.0.0.1"), FLANNEL),
        Inside("its own address, flannel", by_loopback("pod-a", "10.244.1.2"), FLANNEL),
        Inside("its own address, sriov", by_loopback("pod-a", "10.1.10.101"), plain.sriov()),
        Inside("no network", by_loopback("mute", "127.0.0.1"), JOINED),
        Inside(
            "no network, documents",
            by_loopback("mute", "127.0.0.1"),
            with_pods(DOCKER, {"mute": LOOPBACK_ALONE}),
        ),
        Inside("no facts", by_loopback("web", "127.0.0.1"), NO_FACTS),
    ],
    ids=lambda case: case.name,
)
def test_pings_by_loopback(case: Inside, tmp_path: Path) -> None:
    bundle = Bundle(streams=pings(case.network), background=False)
    report = explained(bundle, case.facts, tmp_path)
    assert verdicts(report) == {"answered"}
    assert {hop.role for ping in report.pings for hop in ping.request} == {"loopback"}
    assert {capture.role for capture in report.captures} == {"loopback"}
    assert serious(report) == []
    assert_plain(report)


def test_namespaces_with_a_loopback_alone_are_not_one(tmp_path: Path) -> None:
    """Each ping stays in its own namespace, though ids and sequence numbers are the same."""
    streams = tuple(
        Stream(network=by_loopback(pod, "127.0.0.1"), count=2, identifier=7, offset_us=offset)
        for pod, offset in (("mute", 0), ("deaf", 30))
    )
    facts = with_pods(DOCKER, {"mute": LOOPBACK_ALONE, "deaf": LOOPBACK_ALONE})
    report = explained(Bundle(streams=streams, background=False), facts, tmp_path)
    assert verdicts(report) == {"answered"}
    assert sorted(path(ping.request)[0] for ping in report.pings) == [
        "node-1/deaf:lo",
        "node-1/deaf:lo",
        "node-1/mute:lo",
        "node-1/mute:lo",
    ]
    assert all(path(ping.request) == path(ping.reply) for ping in report.pings)


def assert_plain(report: Report) -> None:
    """Nothing is said to be around packets that do not leave their namespace."""
    mode = report.mode
    for truth in (mode.configured, mode.programmed, mode.observed):
        assert truth is None or truth.encapsulation in (None, "none")
