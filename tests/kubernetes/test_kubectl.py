"""What the real kubectl makes of the server: objects, watches, refusals."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator

import pytest

from netdiag.lab.build import cluster_of
from netdiag.lab.modes import mode_named
from netdiag.lab.running import Known
from netdiag.lab.state import Lab
from tests.cli.processes import read_line
from tests.kubernetes.cluster import (
    Cluster,
    cluster_of_objects,
    needs_kubectl,
    small_cluster,
)
from tests.kubernetes.lab_objects import objects_of
from tests.kubernetes.recorded import FOLDER, recorded_names, recorded_objects
from tests.kubernetes.test_exec import probe_pod

pytestmark = needs_kubectl
MANY = 10_000


@pytest.fixture
def there() -> Iterator[Cluster]:
    with small_cluster() as made:
        yield made


def names(there: Cluster, *words: str) -> list[str]:
    done = there.kubectl("get", *words, "-o", "name")
    assert done.returncode == 0, done.stderr
    return [each.decode().partition("/")[2] for each in done.stdout.split()]


def refused(done: subprocess.CompletedProcess[bytes]) -> str:
    assert done.returncode == 1, done.stdout
    return done.stderr.decode().strip()


def test_get(there: Cluster) -> None:
    assert names(there, "nodes") == ["node-1", "node-2"]
    assert names(there, "pods", "--field-selector", "spec.nodeName=node-2") == ["web-2"]
    assert names(there, "pods", "--field-selector", "status.podIP=10.244.1.2") == ["web-1"]
    (web,) = json.loads(there.kubectl("get", "po", "-A", "-l", "x!=y", "-ojson").stdout)["items"][
        :1
    ]
    assert (web["kind"], web["status"]["podIP"]) == ("Pod", "10.244.1.2")
    assert refused(there.kubectl("get", "pod", "x")) == (
        'Error from server (NotFound): pods "x" not found'
    )
    told = refused(there.kubectl("get", "ippools"))
    assert told == 'error: the server doesn\'t have a resource type "ippools"'


def test_who_asks_for_everything_is_seen(there: Cluster) -> None:
    there.kubectl("get", "pod", "web-1", "-o", "json")
    there.kubectl("get", "pods", "-A", "--field-selector", "spec.nodeName=node-1", "-o", "json")
    assert not any(each.is_for_all for each in there.requests)
    there.forget_requests()
    there.kubectl("get", "pods", "-A", "-o", "json")
    (asked,) = [each for each in there.requests if each.is_for_all]
    assert (asked.verb, asked.resource, asked.namespace) == ("list", "pods", None)


def test_a_life(there: Cluster) -> None:
    there.conditions.pending["node-2"] = "kubelet does not answer"
    pod = json.dumps(probe_pod()).encode()
    assert there.kubectl("create", "-f", "-", given=pod).stdout == b"pod/probe created\n"
    with there.start_kubectl("wait", "--for=condition=Ready", "pod/probe") as waiting:
        while not any(each.verb == "watch" for each in there.requests):
            assert waiting.poll() is None
            time.sleep(0.01)
        there.conditions.pending.clear()
        assert read_line(waiting.stdout) == "pod/probe condition met\n"
    assert [each["metadata"]["name"] for each in there.pods()] == ["probe"]
    assert len(there.processes()) == 1
    again = refused(there.kubectl("create", "-f", "-", given=pod))
    assert again.endswith('pods "probe" already exists')
    done = there.kubectl("delete", "pods", "-l", "app=probe")
    assert done.stdout.startswith(b'pod "probe" deleted'), done.stderr
    assert (there.pods(), there.processes()) == ((), ())


def test_image_that_cannot_be_pulled(there: Cluster) -> None:
    there.conditions.pull_errors["registry/probe:1"] = "no such host"
    given = json.dumps(probe_pod()).encode()
    assert there.kubectl("create", "-f", "-", given=given).returncode == 0
    path = "{.status.containerStatuses[0].state.waiting.reason}"
    words = ("wait", f"--for=jsonpath={path}=ErrImagePull", "pod/probe", "--timeout=60s")
    assert there.kubectl(*words).returncode == 0
    waited = there.kubectl("wait", "--for=condition=Ready", "pod/probe", "--timeout=0.1s")
    assert waited.returncode == 1


def test_manifest_with_a_wrong_word(there: Cluster) -> None:
    given = json.dumps(probe_pod(hostPid=True)).encode()
    told = refused(there.kubectl("create", "-f", "-", given=given))
    assert told.endswith('strict decoding error: unknown field "spec.hostPid"')


def test_pod_security(there: Cluster) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "baseline"}
    there.add("namespaces", {"metadata": {"name": "strict", "labels": labels}})
    pod = probe_pod()
    pod["metadata"]["namespace"] = "strict"
    told = refused(there.kubectl("create", "-f", "-", given=json.dumps(pod).encode()))
    assert 'violates PodSecurity "baseline:latest"' in told


def test_forbidden(there: Cluster) -> None:
    there.forbid("list", "nodes")
    there.forbid("create", "pods", "default")
    assert refused(there.kubectl("get", "nodes")) == (
        'Error from server (Forbidden): nodes is forbidden: User "jane" cannot list resource '
        '"nodes" in API group "" at the cluster scope'
    )
    assert there.kubectl("auth", "can-i", "create", "pods").stdout == b"no\n"
    assert there.kubectl("auth", "can-i", "create", "pods", "-n", "x").stdout == b"yes\n"
    there.forbid("create", "pods/exec")
    words = ("auth", "can-i", "create", "pods", "--subresource=exec", "-n")
    assert there.kubectl(*words, "x").stdout == b"no\n"


def test_roles(there: Cluster) -> None:
    there.allow_only([{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}], "default")
    assert there.kubectl("get", "pod", "web-1").returncode == 0
    assert "cannot list resource" in refused(there.kubectl("get", "pods"))
    assert "kube-system" in refused(there.kubectl("get", "pod", "x", "-n", "kube-system"))


def test_daemon_set(there: Cluster) -> None:
    pod = probe_pod()
    del pod["spec"]["nodeName"]
    labels = pod["metadata"]["labels"]
    made = {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "probe", "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {**pod["spec"], "restartPolicy": "Always"},
            },
        },
    }
    done = there.kubectl("apply", "-f", "-", given=json.dumps(made).encode())
    assert done.returncode == 0, done.stderr
    words = ("--for=condition=Ready", "pod", "-l", "app=probe", "--timeout=60s")
    assert there.kubectl("wait", *words).returncode == 0
    assert {each["spec"]["nodeName"] for each in there.pods()} == {"node-1", "node-2"}
    assert there.kubectl("delete", "ds", "probe").returncode == 0
    assert there.pods() == ()


def test_errors_that_pass(there: Cluster) -> None:
    there.fail("list", "nodes", times=1)
    assert "etcdserver: request timed out" in refused(there.kubectl("get", "nodes"))
    assert there.kubectl("get", "nodes").returncode == 0


def test_many_pods_come_in_pages(there: Cluster) -> None:
    there.add_pods(MANY)
    there.forget_requests()
    assert len(names(there, "pods", "-n", "default")) == MANY + 2
    pages = [each for each in there.requests if each.verb == "list"]
    assert len(pages) == MANY // 500 + 1
    assert names(there, "pods", "-n", "default", "--field-selector", "status.podIP=10.128.0.7") == [
        "filler-00007"
    ]


@pytest.mark.parametrize("mode", ["flannel-vxlan", "calico-vxlan", "canal", "kubenet"])
def test_objects_of_a_mode(mode: str) -> None:
    plan = mode_named(mode)
    planned = cluster_of(plan, nodes=2, routed=False)
    lab = Known(Lab("none", mode, 2, False, 1, 0, {}), plan, planned)
    with cluster_of_objects(objects_of(lab)) as there:
        maps = names(there, "configmaps", "-A")
        assert ("kube-flannel-cfg" in maps) == (mode in ("flannel-vxlan", "canal"))
        assert "kube-proxy" in maps
        if mode == "calico-vxlan":
            (pool,) = json.loads(there.kubectl("get", "ippools", "-ojson").stdout)["items"]
            assert pool["spec"]["vxlanMode"] == "Always"


@pytest.mark.parametrize("name", recorded_names() or ["none"])
def test_recorded_cluster(name: str) -> None:
    with cluster_of_objects(recorded_objects(name)) as there:
        for resource in ("nodes", "pods", "configmaps", "services", "endpointslices"):
            answered = json.loads(there.kubectl("get", resource, "-A", "-ojson").stdout)["items"]
            stored = json.loads((FOLDER / name / "kubernetes" / f"{resource}.json").read_bytes())
            assert [each.get("spec") for each in answered] == [
                each.get("spec") for each in stored["items"]
            ]
