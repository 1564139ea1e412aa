"""Traces in a cluster: real kubectl, an API server of the tests, nodes and pods of a lab."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from netdiag.cli.exit_code import ExitCode
from netdiag.sources.kubernetes.manifests import (
    DAEMON_COMMAND,
    IMAGE,
    PYTHON,
    ProbeWanted,
    pod_spec,
)
from tests.cli.processes import ROOT
from tests.kubernetes.cluster import Cluster, cluster, needs_kubectl
from tests.kubernetes.lab_objects import node_object, pod_object
from tests.lab.processes import lab
from tests.live.kubernetes_cluster import (
    LAB,
    await_that,
    netdiag_in,
    sentence,
    trace,
    variables,
)

pytestmark = [pytest.mark.needs_lab, needs_kubectl]
MANIFESTS = ROOT / "probes" / "kubernetes"
VERDICT_SECONDS = 30
NETSHOOT = (
    "awk", "bridge", "cat", "chroot", "cut", "date", "dd", "grep", "head", "ip", "iptables-save",
    "nsenter", "ping", "readlink", "sed", "sh", "sleep", "sort", "ss", "tc", "tcpdump", "timeout",
    "tr", "uname",
)  # fmt: skip


@pytest.fixture(scope="module")
def its_lab() -> Iterator[str]:
    assert lab("up", "flannel-vxlan", "--name", LAB).returncode == ExitCode.OK
    yield LAB
    lab("down", "--name", LAB)


@pytest.fixture
def here(its_lab: str) -> Iterator[Cluster]:
    with cluster(its_lab) as there:
        yield there
        left = [pod["metadata"]["name"] for pod in there.pods()]
        assert not [name for name in left if name.startswith("netdiag-")]
        await_that(lambda: not there.processes(), "nothing runs on a node any more")


def report_of(here: Cluster, *words: str) -> dict[str, object]:
    done = trace(here, *words, "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    report: dict[str, object] = json.loads(done.stdout)
    return report


def ways(report: dict[str, object]) -> set[tuple[str, ...]]:
    pings = report["pings"]
    assert isinstance(pings, list)
    return {tuple(dict.fromkeys(hop["node"] for hop in ping["request"])) for ping in pings}


def test_from_node_to_node(here: Cluster) -> None:
    begin = time.monotonic()
    report = report_of(here, "pod-a", "default/pod-c")
    assert time.monotonic() - begin < VERDICT_SECONDS
    assert ways(report) == {("node-1", "node-2")}
    assert report["mode"]["configured"]["backend"] == "flannel/vxlan"  # type: ignore[index]
    assert report["mode"]["agree"] is True  # type: ignore[index]
    assert [ping["source_pod"] for ping in report["pings"]] == ["default/pod-a"] * 3  # type: ignore[attr-defined]
    made = [asked for asked in here.requests if (asked.verb, asked.resource) == ("create", "pods")]
    assert len(made) == 2


def test_within_a_node_one_probe_pod_is_enough(here: Cluster) -> None:
    assert ways(report_of(here, "pod-a", "pod-b")) == {("node-1",)}
    made = [asked for asked in here.requests if (asked.verb, asked.resource) == ("create", "pods")]
    assert len(made) == 1


def test_by_addresses(here: Cluster) -> None:
    report = report_of(here, "10.244.1.2", "10.244.2.2")
    assert ways(report) == {("node-1", "node-2")}


def test_to_a_node(here: Cluster) -> None:
    assert ways(report_of(here, "pod-a", "node-2")) == {("node-1", "node-2")}


def test_pods_on_their_hosts_network_are_their_node(here: Cluster) -> None:
    here.add("pods", pod_object("agent", "node-2", "10.1.10.10", None))
    done = trace(here, "pod-a", "agent")
    assert done.returncode == ExitCode.OK, done.stderr
    assert "default/agent is on its node's network: it is traced as node node-2" in done.stderr
    assert "default/pod-a → node-2" in done.stderr


def test_unknown_pods_have_names_that_are_like_them(here: Cluster) -> None:
    here.add("pods", pod_object("web", "node-2", "10.1.10.10", "10.9.9.9", namespace="kube-system"))
    told = sentence(trace(here, "pod-x", "pod-c"), ExitCode.USAGE)
    assert told.startswith("there is no pod or node 'pod-x' in the namespace 'default'; there is ")
    assert "default/pod-a" in told
    told = sentence(trace(here, "pod-a", "web"), ExitCode.USAGE)
    assert "there is kube-system/web" in told
    here.add("pods", pod_object("shop-7d9f8c6b5-abcde", "node-2", "10.1.10.10", "10.9.9.8"))
    told = sentence(trace(here, "pod-a", "shop"), ExitCode.USAGE)
    assert told.endswith("there is default/shop-7d9f8c6b5-abcde")
    here.add("services", {"metadata": {"name": "shop", "namespace": "default"},
                          "spec": {"selector": {"app": "pod-c"}}})  # fmt: skip
    told = sentence(trace(here, "pod-a", "shop"), ExitCode.USAGE)
    assert told.startswith("default/shop is a Service, and its address answers no ping: name one")
    assert told.endswith("default/pod-c")
    told = sentence(trace(here, "pod-a", "node/nope"), ExitCode.USAGE)
    assert told == "there is no node 'nope' in the cluster"


def test_pods_that_do_not_run(here: Cluster) -> None:
    pod = pod_object("late", "node-1", "10.1.10.9", "10.9.9.9")
    waiting = {"name": "main", "state": {"waiting": {"reason": "ContainerCreating"}}}
    here.add("pods", {**pod, "status": {"phase": "Pending", "containerStatuses": [waiting]}})
    told = sentence(trace(here, "late", "pod-c"), ExitCode.USAGE)
    assert told == "the pod default/late is not running: it is Pending (ContainerCreating)"


def test_nodes_that_run_windows(here: Cluster) -> None:
    node = node_object("win-1", "10.1.10.99")
    node["status"]["nodeInfo"]["operatingSystem"] = "windows"
    here.add("nodes", node)
    here.add("pods", pod_object("iis", "win-1", "10.1.10.99", "10.9.9.9"))
    told = sentence(trace(here, "pod-a", "iis"), ExitCode.USAGE)
    assert told == "the node win-1 runs Windows: netdiag works on Linux only"


def test_nodes_that_are_lost_or_gone(here: Cluster) -> None:
    node = node_object("lost", "10.1.10.99")
    node["status"]["conditions"][0]["status"] = "Unknown"
    here.add("nodes", node)
    here.add("pods", pod_object("left", "lost", "10.1.10.99", "10.9.9.9"))
    told = sentence(trace(here, "pod-a", "left"), ExitCode.USAGE)
    assert told.startswith("the kubelet of lost tells the cluster nothing any more, so no probe")
    here.add("pods", pod_object("ghost", "gone", "10.1.10.98", "10.9.9.8"))
    told = sentence(trace(here, "pod-a", "ghost"), ExitCode.USAGE)
    assert told == "the cluster has no node gone any more"


def test_what_is_forbidden_is_named(here: Cluster) -> None:
    here.forbid("get", "pods")
    told = sentence(trace(here, "pod-a", "pod-c"), ExitCode.NO_PRIVILEGE)
    assert told == 'not allowed to get pods in the namespace "default" (as jane)'


def test_probes_that_may_not_be_run(here: Cluster) -> None:
    here.forbid("create", "pods/exec")
    here.forbid("get", "pods/exec")
    here.forbid("watch", "pods")
    done = trace(here, "pod-a", "pod-c")
    assert (done.returncode, done.stdout) == (ExitCode.NO_PRIVILEGE, ""), done.stderr
    why = 'node-1: not allowed to create pods/exec in the namespace "default" (as jane)'
    assert done.stderr.endswith(f"netdiag: {why}\n") or why in done.stderr.splitlines()[-1]


def test_probe_pods_that_may_not_be_made(here: Cluster) -> None:
    here.forbid("create", "pods")
    told = sentence(trace(here, "pod-a", "pod-c"), ExitCode.NO_PRIVILEGE)
    why = 'not allowed to create pods in the namespace "default" (as jane)'
    assert told == (
        f"no probe pod can be made in the namespace 'default': {why}; "
        "--probe-namespace names another"
    )


def test_images_that_cannot_be_pulled(here: Cluster) -> None:
    here.conditions.pull_errors["nowhere/python:3"] = "manifest unknown"
    told = sentence(
        trace(here, "pod-a", "pod-c", "--image", "nowhere/python:3"), ExitCode.NO_PRIVILEGE
    )
    assert "gets no image: ErrImagePull: manifest unknown; --image names another" in told


def test_images_without_python_but_with_tcpdump(here: Cluster) -> None:
    here.conditions.images["netshoot"] = NETSHOOT
    assert lab("break", "forward-blocked", "--name", LAB).returncode == ExitCode.OK
    try:
        done = trace(here, "pod-a", "pod-c", "--image", "netshoot", "--json")
    finally:
        assert lab("mend", "forward-blocked", "--name", LAB).returncode == ExitCode.OK
    assert done.returncode == ExitCode.FOUND, done.stderr
    assert "the image 'netshoot' has no Python 3.9 or newer: tcpdump, ip and ping" in done.stderr
    report = json.loads(done.stdout)
    (found, *_) = report["findings"]
    assert (found["code"], found["node"]) == ("forward-blocked", "node-1")
    assert report["mode"]["programmed"]["backend"] == "flannel/vxlan"
    hops = [hop["interface"] for hop in report["pings"][0]["request"]]
    assert (hops[0], hops[2]) == ("eth0", "cni0")


def test_images_with_nothing_of_use(here: Cluster) -> None:
    here.conditions.images["busybox"] = ("sh", "sleep", "ping")
    told = sentence(trace(here, "pod-a", "pod-c", "--image", "busybox"), ExitCode.NO_PRIVILEGE)
    assert "has neither Python 3.9 or newer nor tcpdump, ip, nsenter and ping: --image" in told
    here.conditions.images["scratch"] = ("true",)
    told = sentence(trace(here, "pod-a", "pod-c", "--image", "scratch"), ExitCode.NO_PRIVILEGE)
    assert "'scratch' has neither python3 nor sleep" in told


def test_images_of_python_alone(here: Cluster) -> None:
    here.conditions.images["distroless"] = ("python3",)
    assert ways(report_of(here, "pod-a", "pod-b", "--image", "distroless")) == {("node-1",)}


def test_pod_security_refuses_probe_pods(here: Cluster) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "baseline"}
    here.add("namespaces", {"metadata": {"name": "strict", "labels": labels}})
    done = trace(here, "pod-a", "pod-c", "--probe-namespace", "strict")
    told = sentence(done, ExitCode.NO_PRIVILEGE)
    assert "violates PodSecurity" in told
    assert told.endswith("a namespace that allows privileged pods, by --probe-namespace")


def test_no_cluster(here: Cluster) -> None:
    told = sentence(trace(here, "pod-a", "pod-c", "--context", "nope"), ExitCode.USAGE)
    assert told.startswith("no cluster: ")
    here.go_away()
    told = sentence(trace(here, "pod-a", "pod-c"), ExitCode.USAGE)
    assert told.startswith("the cluster does not answer: ")
    here.come_back()


def test_ten_thousand_pods_are_not_listed(here: Cluster) -> None:
    here.add_pods(10_000)
    here.forget_requests()
    assert ways(report_of(here, "pod-a", "pod-c")) == {("node-1", "node-2")}
    lists = [asked for asked in here.requests if (asked.verb, asked.resource) == ("list", "pods")]
    assert all(asked.namespace == "netdiag" for asked in lists), lists
    here.forget_requests()
    told = sentence(trace(here, "filler-1", "pod-c"), ExitCode.USAGE)
    assert "there is default/filler-0" in told


def test_dry_run_prints_manifests_and_does_nothing(here: Cluster) -> None:
    done = trace(
        here, "pod-a", "pod-c", "--dry-run", "--image", "mine:1", "--image-pull-policy", "Never"
    )
    assert done.returncode == ExitCode.OK, done.stderr
    pods = list(yaml.safe_load_all(done.stdout))
    assert [pod["spec"]["nodeName"] for pod in pods] == ["node-1", "node-2"]
    (container,) = pods[0]["spec"]["containers"]
    assert (container["image"], container["imagePullPolicy"]) == ("mine:1", "Never")
    assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]
    assert {asked.verb for asked in here.requests} <= {"get", "list"}


def add_daemon_pods(here: Cluster, image: str | None = None) -> None:
    """Have the DaemonSet's pods run on both nodes, of another image if one is given."""
    here.add("namespaces", {"metadata": {"name": "netdiag"}})
    daemon_set = yaml.safe_load((MANIFESTS / "daemonset.yaml").read_text())
    template = daemon_set["spec"]["template"]
    template["spec"]["containers"][0]["image"] = image or IMAGE
    for number in (1, 2):
        pod = pod_object(f"probe-{number}", f"node-{number}", f"10.1.10.{8 + number}", None)
        pod["metadata"] |= {"namespace": "netdiag", "labels": template["metadata"]["labels"]}
        here.add("pods", {**pod, "spec": {**template["spec"], "nodeName": f"node-{number}"}})


def test_daemon_set_is_used_with_the_least_rights(here: Cluster) -> None:
    add_daemon_pods(here)
    rules = {
        each["metadata"]["name"]: each["rules"]
        for each in yaml.safe_load_all((MANIFESTS / "rbac.yaml").read_text())
        if "rules" in each
    }
    here.allow_only(rules["netdiag"])
    here.allow_only(rules["netdiag-probes"][1:], "netdiag")
    done = trace(here, "pod-a", "pod-c", "-v")
    assert done.returncode == ExitCode.OK, done.stderr
    assert "the probe pods of the DaemonSet are used" in done.stderr
    assert "not allowed" not in done.stderr
    assert "create pods" not in {f"{asked.verb} {asked.resource}" for asked in here.requests}
    pods = {pod["metadata"]["name"] for pod in here.objects("pods")}
    assert {"probe-1", "probe-2"} <= pods


def test_daemon_sets_of_any_image_are_not_looked_into(here: Cluster) -> None:
    add_daemon_pods(here, "registry.example/python:3")
    done = trace(here, "pod-a", "pod-c", "-c", "1")
    assert done.returncode == ExitCode.OK, done.stderr
    run = [asked.query["command"][0] for asked in here.requests if asked.resource == "pods/exec"]
    assert run == [PYTHON] * len(run)
    assert len(run) >= len(("node-1", "pod-a", "node-2", "pod-c"))


def test_temporary_pods_need_no_more_than_the_roles_allow(here: Cluster) -> None:
    here.add("namespaces", {"metadata": {"name": "netdiag"}})
    for each in yaml.safe_load_all((MANIFESTS / "rbac.yaml").read_text()):
        if "rules" in each:
            here.allow_only(each["rules"], each["metadata"].get("namespace"))
    done = trace(here, "pod-a", "pod-c", "--probe-namespace", "netdiag")
    assert done.returncode == ExitCode.OK, done.stderr
    assert "not allowed" not in done.stderr


def test_configuration_that_may_not_be_read_is_told(here: Cluster) -> None:
    here.forbid("*", "configmaps")
    here.forbid("list", "daemonsets")
    done = trace(here, "pod-a", "pod-c")
    assert done.returncode == ExitCode.OK, done.stderr
    assert "the cluster's configmaps are not known: not allowed to get configmaps" in done.stderr
    assert "the cluster's daemonsets are not known: not allowed to list daemonsets" in done.stderr


def test_bundle_holds_what_is_allowed_and_nothing_else(here: Cluster, tmp_path: Path) -> None:
    pod = pod_object("token", "node-2", "10.1.10.10", None)
    pod["spec"]["containers"][0]["env"] = [{"name": "PASSWORD", "value": "hunter2"}]
    pod["metadata"]["annotations"] = {
        "kubectl.kubernetes.io/last-applied-configuration": '{"env": "hunter2"}'
    }
    here.add("pods", pod)
    bundle = tmp_path / "case"
    done = trace(here, "pod-a", "token", "--save", str(bundle))
    assert done.returncode == ExitCode.OK, done.stderr
    names = {path.name for path in (bundle / "kubernetes").iterdir()}
    assert names >= {"nodes.json", "pods.json", "configmaps.json", "daemonsets.json"}
    text = b"".join(path.read_bytes() for path in bundle.rglob("*.json"))
    assert b"token" in text
    assert b"hunter2" not in text
    assert "nodes.json, pods.json" in done.stderr
    assert {path.stat().st_mode & 0o777 for path in bundle.rglob("*") if path.is_file()} == {0o600}
    again = netdiag_in(here, "analyze", "--json", str(bundle))
    assert again.returncode == ExitCode.OK, again.stderr
    assert "flannel/vxlan" in again.stdout


def test_redacted_bundles_name_nobody(here: Cluster, tmp_path: Path) -> None:
    bundle = tmp_path / "case"
    done = trace(here, "pod-a", "pod-c", "--save", str(bundle), "--redact", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    text = b"".join(path.read_bytes() for path in bundle.rglob("*") if path.is_file())
    for name in (b"pod-a", b"pod-c", b"node-1", b"10.244.1.2", b"10.1.10.9", b"docker.io"):
        assert name not in text, name
    assert (bundle / "kubernetes" / "pods.json").is_file()
    again = json.loads(netdiag_in(here, "analyze", "--json", str(bundle)).stdout)
    told = json.loads(done.stdout)
    assert again["mode"]["configured"]["backend"] == told["mode"]["configured"]["backend"]
    assert again["totals"]["answered"] == told["totals"]["answered"]


def test_capture_and_collect_where_they_are_told(here: Cluster, tmp_path: Path) -> None:
    done = netdiag_in(here, "capture", "-k", "--on", "pod-a", "-i", "eth0", "-D", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    (eth0,) = json.loads(done.stdout)["interfaces"]
    assert (eth0["node"], eth0["pod"], eth0["interface"]) == ("node-1", "default/pod-a", "eth0")
    bundle = tmp_path / "case"
    done = netdiag_in(
        here, "collect", "-k", "pod-a", "node-2", "--seconds", "0.2", "--save", str(bundle)
    )
    assert done.returncode == ExitCode.OK, done.stderr
    folders = {path.name for path in bundle.iterdir() if path.is_dir()}
    assert folders == {"kubernetes", "node-1", "node-2"}
    assert (bundle / "node-1" / "pods" / "default_pod-a" / "capture.pcapng").is_file()
    assert netdiag_in(here, "collect", "-k", "--save", str(bundle)).returncode == ExitCode.USAGE


def test_daemon_set_has_the_pods_that_traces_would_make() -> None:
    spec = yaml.safe_load((MANIFESTS / "daemonset.yaml").read_text())["spec"]["template"]["spec"]
    made = pod_spec(ProbeWanted(), list(DAEMON_COMMAND))
    assert {key: spec[key] for key in made} == made


def test_plugin_of_kubectl_and_its_completion(here: Cluster, tmp_path: Path) -> None:
    for name, run in (
        ("kubectl-netdiag", "from netdiag.__main__ import main as run"),
        ("kubectl_complete-netdiag", "from netdiag.cli.plugin import complete as run"),
    ):
        program = tmp_path / name
        program.write_text(f"#!{sys.executable}\n{run}\nrun()\n")
        program.chmod(0o755)
    env = {**variables(here), "PATH": f"{tmp_path}:{os.environ['PATH']}"}

    def kubectl(*words: str) -> str:
        return subprocess.run(
            ["kubectl", *words], env=env, capture_output=True, text=True, check=True, timeout=60
        ).stdout

    told = kubectl("netdiag", "trace", "pod-a", "pod-b", "-n", "default", "-c", "1")
    assert "1 of 1 ping answered, within node-1" in told
    words = kubectl("__complete", "netdiag", "trace", "pod-").splitlines()
    assert words == ["pod-a", "pod-b", "pod-c", ":4"]
    assert "--probe-namespace" in kubectl("__complete", "netdiag", "trace", "--pr")
