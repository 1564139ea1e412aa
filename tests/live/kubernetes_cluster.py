"""netdiag as its users run it, in a cluster whose nodes are those of a lab."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable

from netdiag.cli.exit_code import ExitCode
from tests.cli.processes import NETDIAG, ROOT, environment
from tests.kubernetes.cluster import Cluster

LAB = f"kubernetes-{os.getpid()}"
SECONDS = 120
Result = subprocess.CompletedProcess[str]


def variables(cluster: Cluster) -> dict[str, str]:
    """Return the environment in which netdiag, and its kubectl, find the cluster."""
    return environment({**cluster.environment, "PYTHONPATH": f"{ROOT}:{ROOT}/probes"})


def netdiag_in(cluster: Cluster, *words: str) -> Result:
    """Run netdiag to its end."""
    return subprocess.run(
        [*NETDIAG, *words], env=variables(cluster), cwd=ROOT, capture_output=True, text=True,
        timeout=SECONDS, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def start_in(cluster: Cluster, *words: str) -> subprocess.Popen[str]:
    """Start netdiag; use it in a ``with`` statement."""
    return subprocess.Popen(
        [*NETDIAG, *words], env=variables(cluster), cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=_let_interrupts_through,
    )  # fmt: skip


def _let_interrupts_through() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def trace(cluster: Cluster, *words: str) -> Result:
    """Trace, by quick pings."""
    return netdiag_in(cluster, "trace", "-k", *words, "--interval", "0.02", "--timeout", "0.5")


def sentence(done: Result, code: ExitCode) -> str:
    """Return what went wrong: one sentence, and nothing on standard output.

    Besides, a busy machine has netdiag say whom it waits for.
    """
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    lines = done.stderr.splitlines()
    (said,) = (each for each in lines if not each.startswith("netdiag: waiting for"))
    return said.removeprefix("netdiag trace: ").removeprefix("netdiag: ").rstrip()


def await_that(happens: Callable[[], object], what: str) -> None:
    """Wait until something is so; fail if it takes too long."""
    deadline = time.monotonic() + SECONDS
    while not happens():
        assert time.monotonic() < deadline, f"it did not happen: {what}"
        time.sleep(0.02)
