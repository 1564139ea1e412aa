"""``trace --watch`` on a real lab: what changes is told, and the end sums it up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from netdiag.cli.exit_code import ExitCode
from netdiag.lab.breaking import break_lab, mend_lab
from netdiag.lab.faults import fault_named
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.running import Running
from tests.cli.processes import ROOT, netdiag

pytestmark = pytest.mark.needs_lab
NAME = f"watch-{os.getpid()}"


@pytest.fixture(scope="module")
def lab() -> Iterator[Running]:
    with raised(Wanted(NAME, "flannel-vxlan"), stays=False) as running:
        yield running


def events(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)


def test_a_loss_its_cause_and_its_end(lab: Running) -> None:
    fault = fault_named("vxlan-blocked")
    words = ["trace", "pod-a", "pod-c", f"--lab={NAME}", "--watch", "--json", "--timeout", "0.3"]
    with subprocess.Popen(
        [sys.executable, "-m", "netdiag", *words], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        told = events(process)
        first = next(told)["change"]
        assert (first["kind"], first["path"]) == ("begin", 1)
        assert [hop["interface"] for hop in first["hops"]][:4] == [
            "eth0", first["hops"][1]["interface"], "cni0", "flannel.1",
        ]  # fmt: skip
        broken = break_lab(lab, fault)
        lost = next(told)["change"]
        assert (lost["kind"], lost["lost_after"]["node"]) == ("loss", "node-2")
        assert lost["finding"] == "overlay-port-blocked"
        mend_lab(broken, fault)
        again = next(each["change"] for each in told if each["change"]["state"] == "answered")
        assert (again["kind"], again["lost"] > 0, again["seconds"] > 0) == ("loss", True, True)
        process.send_signal(signal.SIGINT)
        summary = [each for each in told if each["event"] == "summary"][-1]["summary"]
        assert process.wait() == ExitCode.FOUND
    assert summary["lost"] == summary["losses"][0]["pings"] >= again["lost"]
    assert summary["pings"] == summary["answered"] + summary["lost"] + summary["unknown"]
    assert summary["paths"][0]["hops"][0]["min_us"] <= summary["paths"][0]["hops"][0]["p99_us"]


def test_what_it_does_not_go_with() -> None:
    done = netdiag("trace", "pod-a", "pod-c", f"--lab={NAME}", "--watch", "--mtu")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert "--watch" in done.stderr
