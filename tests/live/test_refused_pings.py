"""Pings that the sender's own kernel refuses: what is said of their size is what is known."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.cli.processes import netdiag

pytestmark = pytest.mark.needs_lab
LAB = f"refused-{os.getpid()}"


@pytest.fixture(scope="module", autouse=True)
def its_lab() -> Iterator[None]:
    assert netdiag("lab", "up", "flannel-vxlan", "--name", LAB).returncode == ExitCode.OK
    yield
    netdiag("lab", "down", "--name", LAB)


def findings(size: int) -> list[dict[str, Any]]:
    words = ("--size", str(size), "--df", "--json", "--timeout", "0.3", "-c2")
    done = netdiag("trace", "pod-a", "pod-c", "--lab", LAB, *words)
    assert done.returncode == ExitCode.FOUND, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return [finding for finding in told if finding["severity"] == "error"]


def test_a_ping_larger_than_the_pods_own_interface() -> None:
    (finding,) = findings(1472)
    assert (finding["code"], finding["interface"]) == ("mtu-exceeded", "eth0")
    assert (
        finding["title"] == "Packets of more than 1450 bytes do not fit through eth0 of 10.244.1.2"
    )
    assert "1451" not in json.dumps(finding)


def test_a_ping_that_a_node_refused_before() -> None:
    inside = ("lab", "exec", "--name", LAB, "node-1", "--")
    assert netdiag(*inside, "ip", "link", "set", "flannel.1", "mtu", "1300").returncode == 0
    findings(1400)  # the kernel learns it
    (finding,) = findings(1400)
    assert (finding["code"], finding["interface"]) == ("mtu-exceeded", "flannel.1")
    assert finding["title"].startswith("Packets of more than 1300 bytes do not fit through flannel")
    assert "knew that no more than 1300 bytes pass" in finding["explanation"]
    assert "1301" not in json.dumps(finding)
