"""However a trace in a cluster ends, nothing of it is left there."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.kubernetes.cluster import Cluster, cluster, needs_kubectl
from tests.lab.processes import lab
from tests.live.kubernetes_cluster import LAB, SECONDS, await_that, netdiag_in, start_in

pytestmark = [pytest.mark.needs_lab, needs_kubectl]
NAME = f"{LAB}-endings"
LONG = ("trace", "-k", "pod-a", "pod-c", "-c", "1000", "-v")


@pytest.fixture(scope="module")
def its_lab() -> Iterator[str]:
    assert lab("up", "flannel-vxlan", "--name", NAME).returncode == ExitCode.OK
    yield NAME
    lab("down", "--name", NAME)


@pytest.fixture
def here(its_lab: str) -> Iterator[Cluster]:
    with cluster(its_lab) as there:
        yield there


def until(running: subprocess.Popen[str], words: str) -> None:
    """Wait until it has said something."""
    assert running.stderr is not None
    told = ""
    for line in running.stderr:
        told += line
        if words in line:
            return
    raise AssertionError(told)


def nothing_is_left(here: Cluster) -> bool:
    return not here.pods() and not here.processes()


def test_interrupted_while_it_pings(here: Cluster) -> None:
    with start_in(here, *LONG) as running:
        until(running, "pinging")
        done = netdiag_in(here, "cleanup")
        assert (done.returncode, done.stdout) == (ExitCode.OK, "")
        assert done.stderr.count("a trace may still run in it; --all deletes it, too") == 2
        assert len(here.pods()) == 2
        running.send_signal(signal.SIGINT)
        stdout, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == ExitCode.INTERRUPTED
    assert "Mode flannel/vxlan" in stdout
    await_that(lambda: nothing_is_left(here), "nothing is left")


def test_interrupted_while_probe_pods_start(here: Cluster) -> None:
    here.conditions.start_seconds = 30
    with start_in(here, *LONG) as running:
        until(running, "waiting for probe pods")
        assert len(here.pods()) == 2
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=SECONDS)
    assert running.returncode == ExitCode.INTERRUPTED
    assert nothing_is_left(here)


@pytest.mark.parametrize("moment", ["waiting for probe pods", "pinging"])
def test_killed(here: Cluster, moment: str) -> None:
    with start_in(here, *LONG) as running:
        until(running, moment)
        running.kill()
    await_that(lambda: nothing_is_left(here), "the guard has deleted them")


def test_api_server_gone_in_the_middle(here: Cluster) -> None:
    with start_in(here, *LONG) as running:
        until(running, "pinging")
        here.go_away()
        _, stderr = running.communicate(timeout=SECONDS)
    assert running.returncode != ExitCode.OK
    assert "probe pods may be left" in stderr
    assert "netdiag cleanup" in stderr
    here.come_back()
    assert len(here.pods()) == 2
    done = netdiag_in(here, "cleanup")
    assert done.returncode == ExitCode.OK, done.stderr
    assert done.stdout.count("deleted default/netdiag-node-") == 2
    await_that(lambda: nothing_is_left(here), "cleanup has deleted them")


def test_deadline_ends_what_nobody_deletes(here: Cluster) -> None:
    done = netdiag_in(here, *LONG[:4], "--dry-run")
    manifest = done.stdout.replace("activeDeadlineSeconds: 30", "activeDeadlineSeconds: 1 # 30")
    assert here.kubectl("create", "-f", "-", given=manifest.encode()).returncode == 0
    begin = time.monotonic()
    await_that(lambda: {pod["status"]["phase"] for pod in here.pods()} == {"Failed"}, "both end")
    assert time.monotonic() - begin < SECONDS
    assert not here.processes()
    assert netdiag_in(here, "cleanup").returncode == ExitCode.OK
    assert not here.pods()


def test_cleanup_where_nothing_is_left(here: Cluster) -> None:
    done = netdiag_in(here, "cleanup")
    assert (done.returncode, done.stdout) == (ExitCode.OK, "")
    assert done.stderr == "netdiag: nothing is left of any trace\n"
