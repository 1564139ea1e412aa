"""Pings to an address that nobody has: they wait in the sender, and no capture holds them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from ipaddress import ip_interface
from pathlib import Path
from typing import Any

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.cli.processes import netdiag

pytestmark = pytest.mark.needs_lab
LAB = f"waiting-{os.getpid()}"


@pytest.fixture(scope="module", autouse=True)
def its_lab() -> Iterator[None]:
    assert netdiag("lab", "up", "flannel-vxlan", "--name", LAB).returncode == ExitCode.OK
    yield
    netdiag("lab", "down", "--name", LAB)


def neighbour_of(place: str) -> str:
    """Return the last address of a place's first subnet, which nobody has."""
    shown = netdiag("lab", "exec", "--name", LAB, place, "--", "ip", "-j", "-4", "addr")
    told = [each for link in json.loads(shown.stdout) for each in link["addr_info"]]
    (first, *_) = (each for each in told if each["local"] != "127.0.0.1")
    return str(ip_interface(f"{first['local']}/{first['prefixlen']}").network[-2])


def the_error(*words: str) -> dict[str, Any]:
    done = netdiag("trace", *words, "--lab", LAB, "-c2", "--timeout", "0.3", "--json")
    assert done.returncode == ExitCode.FOUND, done.stderr
    (error,) = (each for each in json.loads(done.stdout)["findings"] if each["severity"] == "error")
    found: dict[str, Any] = error
    return found


def test_an_address_beside_the_pod_that_nobody_has(tmp_path: Path) -> None:
    address = neighbour_of("pod-a")
    error = the_error("pod-a", address, "--no-drops", "--save", str(tmp_path / "case"))
    assert (error["code"], error["node"], error["pod"], error["interface"]) == (
        "nexthop-unreachable", "node-1", "pod-a", "eth0",
    )  # fmt: skip
    assert error["title"] == f"pod-a cannot reach {address} on eth0: nobody answers for it"
    documents = {each["document"] for each in error["evidence"]}
    assert documents == {"pods/pod-a/ip_route.json", "pods/pod-a/ip_neigh.json", "ping.jsonl"}
    again = netdiag("analyze", str(tmp_path / "case"), "--json")
    assert error in json.loads(again.stdout)["findings"]


def test_a_node_that_is_not_there() -> None:
    error = the_error("node-1", neighbour_of("node-1"), "--no-drops")
    assert (error["code"], error["node"], error["pod"]) == ("nexthop-unreachable", "node-1", None)
