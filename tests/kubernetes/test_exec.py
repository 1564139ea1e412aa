"""``kubectl exec`` by the real client: streams both ways, exit codes, ends."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator

import pytest

from netdiag.lab.lifecycle import Wanted, raised
from tests.cli.processes import read_line
from tests.kubernetes.cluster import SECONDS, Cluster, cluster, needs_kubectl, small_cluster
from tests.kubernetes.serving import Object

pytestmark = needs_kubectl
LARGE = 5_000_000


def probe_pod(name: str = "probe", **spec: object) -> Object:
    container = {"name": "probe", "image": "registry/probe:1", "command": ["sleep", "600"]}
    pod = {"hostNetwork": True, "hostPID": True, "nodeName": "node-2", "containers": [container]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": "probe"}},
        "spec": {**pod, "restartPolicy": "Never", **spec},
    }


def create(there: Cluster, pod: Object) -> None:
    made = there.kubectl("create", "-f", "-", given=json.dumps(pod).encode())
    assert made.returncode == 0, made.stderr
    name = pod["metadata"]["name"]
    waited = there.kubectl("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=60s")
    assert waited.returncode == 0, waited.stderr


def eventually(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def there() -> Iterator[Cluster]:
    with small_cluster() as made:
        create(made, probe_pod())
        yield made
    assert made.processes() == ()


def test_large_streams_both_ways(there: Cluster) -> None:
    sent = os.urandom(LARGE)
    done = there.kubectl("exec", "-i", "probe", "--", "cat", given=sent)
    assert (done.returncode, done.stderr) == (0, b"")
    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(sent).digest()
    (asked,) = [each for each in there.requests if each.resource == "pods/exec"]
    assert (asked.verb, asked.name) == ("get", "probe"), "by WebSocket, at the first attempt"


def test_exit_status_and_both_outputs(there: Cluster) -> None:
    script = "echo out; echo err >&2; exit 7"
    done = there.kubectl("exec", "probe", "--", "sh", "-c", script)
    assert (done.returncode, done.stdout) == (7, b"out\n")
    assert done.stderr == b"err\ncommand terminated with exit code 7\n"


def test_end_of_standard_input_is_delivered(there: Cluster) -> None:
    with there.start_kubectl("exec", "-i", "probe", "--", "sh", "-c", "cat; echo end") as process:
        assert process.stdin is not None
        process.stdin.write(b"line\n")
        assert read_line(process.stdout) == "line\n", "before the end"
        process.stdin.close()
        assert read_line(process.stdout) == "end\n"
        assert process.wait(SECONDS) == 0


def test_output_that_nobody_reads_holds_the_process_up(there: Cluster) -> None:
    with there.start_kubectl("exec", "probe", "--", "sh", "-c", "yes | head -c 1000000000") as one:
        eventually(lambda: "head" in {name_of(each) for each in there.processes()})
        writer = next(each for each in there.processes() if name_of(each) == "head")
        eventually(lambda: state_of(writer) == "S")
        assert one.poll() is None


def test_killed_client_closes_standard_input_only(there: Cluster) -> None:
    script = "echo here; cat; exec sleep 300"
    with there.start_kubectl("exec", "-i", "probe", "--", "sh", "-c", script) as process:
        assert read_line(process.stdout) == "here\n"
        eventually(lambda: "cat" in {name_of(each) for each in there.processes()})
        process.kill()
    eventually(lambda: "cat" not in {name_of(each) for each in there.processes()})
    eventually(lambda: [name_of(each) for each in there.processes()] == ["sleep"] * 2)
    assert there.kubectl("delete", "pod", "probe", "--wait").returncode == 0
    assert there.processes() == ()
    assert there.pods() == ()


def test_program_that_the_image_does_not_have(there: Cluster) -> None:
    there.conditions.images["registry/probe:1"] = ("sh", "ip", "cat")
    done = there.kubectl("exec", "probe", "--", "python3", "-V")
    assert done.returncode == 1
    assert b'exec: "python3": executable file not found in $PATH' in done.stderr
    assert there.kubectl("exec", "probe", "--", "sh", "-c", "command -v ip").returncode == 0


def test_refused(there: Cluster) -> None:
    there.conditions.exec_error = "the runtime is not well"
    done = there.kubectl("exec", "probe", "--", "true")
    assert (done.returncode, b"the runtime is not well" in done.stderr) == (1, True)


def test_forbidden(there: Cluster) -> None:
    there.forbid("*", "pods/exec")
    done = there.kubectl("exec", "probe", "--", "true")
    assert done.returncode == 1
    words = b'pods "probe" is forbidden: User "jane" cannot create resource "pods/exec"'
    assert words in done.stderr


def test_deadline_of_a_pod(there: Cluster) -> None:
    create(there, probe_pod("brief", activeDeadlineSeconds=6))
    with there.start_kubectl("exec", "brief", "--", "sh", "-c", "echo in; sleep 99") as process:
        assert read_line(process.stdout) == "in\n"
        assert process.wait(SECONDS) == 137
    done = there.kubectl("get", "pod", "brief", "-o", "jsonpath={.status.phase} {.status.reason}")
    assert done.stdout == b"Failed DeadlineExceeded"
    assert len(there.processes()) == 1, "that of the other pod"


def test_server_that_goes_away(there: Cluster) -> None:
    with there.start_kubectl("exec", "-i", "probe", "--", "sh", "-c", "echo in; cat") as process:
        assert read_line(process.stdout) == "in\n"
        there.go_away()
        assert process.wait(SECONDS) != 0
    eventually(lambda: {name_of(each) for each in there.processes()} == {"sleep"})
    assert there.kubectl("get", "nodes").returncode != 0
    there.come_back()
    assert there.kubectl("get", "nodes").returncode == 0


@pytest.mark.needs_lab
def test_processes_run_on_the_nodes_of_a_lab() -> None:
    with raised(Wanted(f"kubernetes-exec-{os.getpid()}", "flannel-vxlan"), stays=False) as lab:
        with cluster(lab) as there:
            create(there, probe_pod())
            assert there.kubectl("exec", "probe", "--", "hostname").stdout == b"node-2\n"
            assert there.kubectl("exec", "pod-a", "--", "hostname").stdout == b"pod-a\n"
            shown = there.kubectl("exec", "probe", "--", "ip", "-br", "link", "show", "flannel.1")
            assert shown.stdout.startswith(b"flannel.1"), shown.stderr
            words = ("get", "pods", "-A", "-o", "jsonpath={.items[*].metadata.name}")
            names = there.kubectl(*words).stdout.split()
            assert {b"pod-a", b"pod-b", b"pod-c", b"kube-flannel-ds-00002"} <= set(names)
        assert there.processes() == ()


def name_of(process: int) -> str:
    try:
        with open(f"/proc/{process}/comm", encoding="utf-8") as file:
            return file.read().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def state_of(process: int) -> str:
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()[0]
