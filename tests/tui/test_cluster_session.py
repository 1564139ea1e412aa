"""The session over a cluster: real kubectl, an API server of the tests, a lab for its nodes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag.cli.sessions.cluster import CLUSTER
from netdiag.cli.sessions.live import TRACE
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.running import Running
from netdiag.tui.seen_network import seen_nodes
from netdiag.tui.session import Counters, Outcome, Snapshot, Trouble
from tests.kubernetes import cluster as clusters
from tests.kubernetes.cluster import needs_kubectl
from tests.kubernetes.lab_objects import node_object, pod_object
from tests.live.kubernetes_cluster import await_that
from tests.live.test_kubernetes import add_daemon_pods
from tests.tui.opened_cluster import Opened, listed, probes

pytestmark = [pytest.mark.needs_lab, needs_kubectl]
NAME = f"cluster-{os.getpid()}"


@pytest.fixture(scope="module")
def lab() -> Iterator[Running]:
    with raised(Wanted(NAME, "flannel-vxlan"), stays=False) as running:
        yield running


@pytest.fixture
def here(lab: Running) -> Iterator[clusters.Cluster]:
    with clusters.cluster(NAME) as there:
        yield there


@pytest.fixture
def opened(here: clusters.Cluster) -> Iterator[Opened]:
    opened = Opened(here)
    yield opened
    opened.session.close()
    await_that(lambda: not probes(here) and not here.processes(), "nothing is left")


def test_a_cluster_is_listed_and_nothing_runs_there(here: clusters.Cluster) -> None:
    here.add_pods(1_200)
    windows = node_object("win-1", "10.1.10.99")
    windows["status"]["nodeInfo"]["operatingSystem"] = "windows"
    here.add("nodes", windows)
    opened = Opened(here)
    known = opened.await_listed(1_207)
    opened.session.close()
    assert [(node.name, node.is_ready, node.probe) for node in known.listed] == [
        ("node-1", True, "none"), ("node-2", True, "none"), ("win-1", True, "unfit"),
    ]  # fmt: skip
    assert known.inspection is not None
    first = known.inspection.nodes[0]
    assert (first.backend, first.addresses) == ("flannel/vxlan", ("10.1.10.9",))
    assert [str(each.subnet) for each in first.pod_subnets] == ["10.244.1.0/24"]
    assert known.inspection.mode.configured is not None
    assert not known.inspection.findings
    names = {end.name: end.addresses for end in known.ends}
    assert names["default/pod-a"] == ("10.244.1.2",)
    assert "win-1" not in names
    pods = [asked for asked in here.requests if asked.resource == "pods"]
    assert [asked.query["limit"] for asked in pods] == [["500"]] * 3
    assert {asked.verb for asked in here.requests} <= {"get", "list"}


def test_a_node_that_is_looked_at_tells_of_itself_and_is_traced_by_the_same_probe(
    here: clusters.Cluster, opened: Opened, tmp_path: Path
) -> None:
    here.add("pods", pod_object("agent", "node-2", "10.1.10.10", None))
    opened.await_listed()
    opened.look_at("node-1")
    known = opened.await_one(
        Snapshot, lambda each: each.facts.nodes and listed(each, "node-1").probe == "on"
    )
    assert probes(here) == ["node-1"]
    assert known.inspection is not None
    leads = {link.leads_to for link in known.inspection.nodes[0].interfaces}
    assert leads >= {"default/pod-a", "default/pod-b"}
    assert known.inspection.mode.agree is True
    assert opened.session.actions.count_links is not None
    opened.session.actions.count_links(True)
    counted = opened.await_one(Counters)
    assert {(point.node, point.interface) for point in counted.links} >= {("node-1", "flannel.1")}

    opened.trace("pod-a", "default/agent")
    assert "traced as node node-2" in opened.await_one(Outcome).words
    known = opened.await_trace()
    assert known.report is not None
    assert known.report.totals.answered == 2
    configured = known.report.mode.configured
    assert configured is not None
    assert configured.evidence[0].document == "kubernetes/configmaps.json"
    assert sorted(probes(here)) == ["node-1", "node-2"]
    known = opened.await_one(Snapshot, lambda each: {"node-1", "node-2"} <= each.facts.nodes.keys())
    points = [
        (node.name, (each.point.pod or "").replace("_", "/"), each.name)
        for node in seen_nodes(known)
        for each in node.interfaces
    ]
    assert ("node-1", "default/pod-a", "eth0") in points
    assert len(points) == len(set(points))

    opened.trace("pod-a", "pod-c", count=None)
    known = opened.await_one(Snapshot, lambda each: each.tracing and each.tracing.watched)
    assert known.report is not None
    configured = known.report.mode.configured
    assert configured is not None
    assert configured.evidence[0].document == "kubernetes/configmaps.json"
    assert opened.session.actions.save_bundle is not None
    opened.session.actions.save_bundle(str(tmp_path / "case"))
    words = opened.await_one(Outcome).words
    assert "of node-1, node-2, and of the cluster configmaps.json" in words
    assert "no Secrets" in words
    made = [asked for asked in here.requests if (asked.verb, asked.resource) == ("create", "pods")]
    assert len(made) == 2


def test_what_is_forbidden_is_told_and_names_can_be_typed(here: clusters.Cluster) -> None:
    here.forbid("list", "pods")
    here.forbid("list", "nodes")
    opened = Opened(here)
    known = opened.await_one(Snapshot, lambda each: len(each.problems) == 2)
    assert "nodes are not known: not allowed to list nodes at the cluster scope" in " ".join(
        known.problems
    )
    assert 'type their names: not allowed to list pods in the namespace "default"' in " ".join(
        known.problems
    )
    assert known.takes_names
    opened.trace("pod-a", "default/pod-c")
    report = opened.await_trace().report
    assert report is not None
    assert report.totals.answered == 2
    here.forbid("create", "pods")
    opened.look_at("node-9")
    why = opened.await_one(Trouble, lambda each: each.source == "node-9" and each.reason).reason
    assert "not allowed to create pods" in why
    opened.session.close()
    await_that(lambda: not probes(here), "nothing is left")


def test_probe_pods_of_the_daemon_set_are_used_and_stay(
    here: clusters.Cluster, opened: Opened
) -> None:
    add_daemon_pods(here)
    here.forbid("create", "pods")
    opened.await_listed()
    opened.look_at("node-1")
    opened.await_one(Snapshot, lambda each: each.facts.nodes.keys() == {"node-1"})
    opened.trace("pod-a", "pod-b")
    report = opened.await_trace().report
    assert report is not None
    assert report.totals.answered == 2
    opened.session.close()
    assert {"probe-1", "probe-2"} <= {pod["metadata"]["name"] for pod in here.objects("pods")}


def test_probes_that_do_not_start_are_told(here: clusters.Cluster, opened: Opened) -> None:
    opened.await_listed()
    here.conditions.pull_errors["python:3.12-alpine"] = "manifest unknown"
    opened.look_at("node-1")
    known = opened.await_one(Snapshot, lambda each: listed(each, "node-1").probe == "refused")
    assert "gets no image" in listed(known, "node-1").note
    opened.trace("pod-a", "pod-z")
    why = opened.await_one(Trouble, lambda each: each.source == TRACE and each.reason).reason
    assert "there is no pod or node 'pod-z'" in why


def test_a_cluster_that_does_not_answer_is_asked_again(here: clusters.Cluster) -> None:
    here.go_away()
    opened = Opened(here)
    why = opened.await_one(Trouble, lambda each: each.source == CLUSTER and each.reason).reason
    assert "the cluster does not answer" in why
    here.come_back()
    opened.await_listed()
    opened.session.close()


def test_killed_or_without_its_cluster_it_says_what_is_left(
    here: clusters.Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = Opened(here)
    opened.await_listed()
    opened.look_at("node-1")
    opened.await_one(Snapshot, lambda each: listed(each, "node-1").probe == "on")
    assert opened.session._nodes is not None
    opened.session._nodes.process.kill()
    opened.await_one(Snapshot, lambda each: listed(each, "node-1").probe == "none")
    await_that(lambda: not probes(here), "the guard has deleted it")
    opened.look_at("node-1")
    opened.await_one(Snapshot, lambda each: listed(each, "node-1").probe == "on")
    here.go_away()
    opened.session.close()
    here.come_back()
    told = capsys.readouterr().err
    assert "probe pods may be left (default/netdiag-node-1-" in told
    assert "'netdiag cleanup' deletes them" in told
