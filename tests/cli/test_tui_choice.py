"""What ``netdiag`` alone opens, and which options name one place too many."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.cli.on_terminal import OnTerminal
from tests.cli.processes import ROOT, netdiag
from tests.kubernetes.cluster import needs_kubectl, small_cluster

CASE = "fixtures/pcaps/lab/flannel-vxlan+fdb-missing.tar.gz"

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="takes privileges away: needs root")
UNPRIVILEGED = (
    "unshare", "--mount", "sh", "-c",
    'mount -t tmpfs none /run && exec setpriv --inh-caps=-all --bounding-set=-all "$@"', "sh",
)  # fmt: skip
"""Without labs of others, and without any capability."""


@needs_kubectl
@needs_root
def test_who_may_not_capture_gets_the_cluster_of_kubectl() -> None:
    with small_cluster() as cluster:
        extra = {**cluster.environment, "PYTHONPATH": str(ROOT)}
        with OnTerminal(before=UNPRIVILEGED, extra=extra) as terminal:
            terminal.read_until(b"the cluster '")
            terminal.read_until(b"node-2")
            terminal.press(b"q")
            assert terminal.end() == 0
        assert {asked.verb for asked in cluster.requests} <= {"get", "list"}


@needs_root
def test_who_may_not_capture_and_has_no_cluster_gets_what_this_machine_says(
    tmp_path: Path,
) -> None:
    extra = {"HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none")}
    with OnTerminal(before=UNPRIVILEGED, extra=extra) as terminal:
        terminal.read_until(b"this machine")
        terminal.press(b"q")
        assert terminal.end() == 0


@pytest.mark.parametrize(
    "words",
    [
        ("tui", CASE, "-k"), ("tui", CASE, "--local"), ("tui", "--lab=x", "-k"),
        ("--context", "a", "--local"),
    ],
)  # fmt: skip
def test_one_place_too_many_is_wrong_usage(words: tuple[str, ...]) -> None:
    with OnTerminal(*words) as terminal:
        assert terminal.end() == ExitCode.USAGE
        assert b"netdiag tui: " in terminal.written


def test_without_kubectl_that_is_said(tmp_path: Path) -> None:
    done = netdiag("trace", "-k", "a", "b", extra={"PATH": str(tmp_path)})
    assert done.returncode == ExitCode.NO_PRIVILEGE
    with OnTerminal("-k", extra={"PATH": str(tmp_path)}) as terminal:
        assert terminal.end() == ExitCode.NO_PRIVILEGE
        assert b"kubectl is not here" in terminal.written
