"""Inventories: what was typed becomes an end, and a file that is wrong says where."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from netdiag.cli.exit_code import ExitCode
from netdiag.cli.trace import trace
from netdiag.sources.inventory.ends import find_end, find_ends
from netdiag.sources.inventory.places import Inventory, InventoryError, PlacedNode, PlacedPod
from netdiag.sources.inventory.toml_file import file_inventory
from netdiag.sources.live.captures import ARM_SECONDS
from netdiag.sources.live.documents import ANSWER_SECONDS
from tests.cli.processes import netdiag


def pod(name: str, node: str, *addresses: str) -> PlacedPod:
    return PlacedPod(name, node, tuple(map(ip_address, addresses)), "1")


PLACES = Inventory(
    "a file",
    (
        PlacedNode("n1", addresses=(ip_address("10.0.0.1"), ip_address("10.0.1.1"))),
        PlacedNode("n2"),
        PlacedNode("web"),
    ),
    (
        pod("default/web", "n1", "10.1.0.2", "fd00::2"),
        pod("kube-system/web", "n2", "10.1.1.2"),
        pod("pod/odd", "n2", "10.1.1.3"),
        pod("db", "n2", "fd00::9", "10.1.1.4"),
    ),
)


@pytest.mark.parametrize(
    ("typed", "version", "name", "address"),
    [
        ("default/web", None, "default/web", "10.1.0.2"),
        ("pod/default/web", 6, "default/web", "fd00::2"),
        ("db", None, "db", "10.1.1.4"),
        ("db", 6, "db", "fd00::9"),
        ("odd", None, "pod/odd", "10.1.1.3"),
        ("pod/odd", None, "pod/odd", "10.1.1.3"),
        ("n1", None, "n1", "10.0.0.1"),
        ("node/n1", 4, "n1", "10.0.0.1"),
        ("node/10.0.1.1", None, "n1", "10.0.1.1"),
        ("10.0.1.1", None, "n1", "10.0.1.1"),
        ("ip/10.1.1.2", None, "kube-system/web", "10.1.1.2"),
        ("8.8.8.8", None, "8.8.8.8", "8.8.8.8"),
    ],
)
def test_end_is_found(typed: str, version: int | None, name: str, address: str) -> None:
    end = find_end(PLACES, typed, version)  # type: ignore[arg-type]
    assert (end.name, str(end.address)) == (name, address)


@pytest.mark.parametrize(
    ("typed", "version", "sentence"),
    [
        ("pod/web", None, "'pod/web' may be pod/default/web, pod/kube-system/web: say which"),
        ("n2", None, "no address of n2 is known"),
        ("n1", 6, "no IPv6 address of n1 is known"),
        ("10.1.0.2", 6, "10.1.0.2 is no IPv6 address"),
        ("fd00::2", 4, "fd00::2 is no IPv4 address"),
        ("dbb", None, "'dbb' is no pod, node or address of a file; there is db"),
        ("ip/db", None, "'ip/db' is no pod, node or address of a file; there is db"),
        ("node/8.8.8.8", None, "'node/8.8.8.8' is no pod, node or address of a file; there is "),
        ("", None, "'' is no pod, node or address of a file; there is default/web, kube-system/"),
    ],
)
def test_end_is_not_found(typed: str, version: int | None, sentence: str) -> None:
    with pytest.raises(InventoryError) as raised:
        find_end(PLACES, typed, version)  # type: ignore[arg-type]
    assert str(raised.value).startswith(sentence)


def test_a_ping_to_ones_own_address_leaves_nobody() -> None:
    """Two pods may have one address, each behind its own node's bridge, as docker has them."""
    twins = PLACES.pods[0], replace(PLACES.pods[1], addresses=PLACES.pods[0].addresses)
    with pytest.raises(InventoryError, match="packets to it do not leave default/web"):
        find_ends(replace(PLACES, pods=twins), "default/web", "kube-system/web")


GOOD = '[nodes.n1]\n[pods."default/web"]\nnode = "n1"\naddresses = ["10.1.0.2"]\nnetns = 7\n'

MISTAKES = {
    "": "it names no nodes: [nodes.NAME] is missing",
    "nodes = 7": "nodes is no table",
    "node = 7": "'node' is neither nodes nor pods",
    "x =": "Invalid value",
    "a=" + "[" * 100_000: "it is nested too deep",
    "#" * ((4 << 20) + 1): "it is larger than 4 MiB",
    "[nodes]\nn1 = 7": "nodes.n1 is no table",
    "[nodes.n1]\nrum = []": "nodes.n1: 'rum' is none of addresses, between, python, run, ssh, sudo",
    "[nodes.n1]\nrun = 7": "nodes.n1: run is no list of words",
    "[nodes.n1]\nrun = [7]": "nodes.n1: run is no list of words",
    "[nodes.n1]\nrun = ['']": "nodes.n1: run is no list of words",
    '[nodes.n1]\nrun = ["a\\u0000"]': "nodes.n1: run is no list of words",
    "[nodes.n1]\nrun = '''sh -c \"x'''": "nodes.n1: run: No closing quotation",
    "[nodes.n1]\nssh = 7": "nodes.n1: ssh is no user@host",
    "[nodes.n1]\nssh = '-oProxyCommand=x'": "nodes.n1: ssh is no user@host",
    "[nodes.n1]\nssh = 'root@h -p 3'": "nodes.n1: ssh is no user@host; options belong into ~/.ssh/",
    "[nodes.n1]\nssh = 'h'\nrun = ['x']": "nodes.n1: run and ssh exclude each other",
    "[nodes.n1]\nssh = 'h'\nsudo = 1": "nodes.n1: sudo is neither true nor false",
    "[nodes.n1]\nsudo = true": "nodes.n1: sudo is of ssh, and there is none",
    "[nodes.n1]\npython = 3": "nodes.n1: python is no path",
    "[nodes.n1]\nbetween = 'no'": "nodes.n1: between is neither true nor false",
    "[nodes.n1]\naddresses = 7": "nodes.n1: addresses is no list of addresses",
    "[nodes.n1]\naddresses = [7]": "nodes.n1: addresses is no list of addresses",
    "[nodes.n1]\naddresses = ['x']": "nodes.n1: 'x' does not appear to be an IPv4 or IPv6 address",
    "[nodes.'a/b']": "nodes.a/b: the name of a node has no /",
    "[nodes.'..']": "nodes...: that is no name",
    "[nodes.'']": "nodes.: that is no name",
    "[nodes.'trace.json']": "nodes.trace.json: that is no name",
    '[nodes."\\u001b[2J"]': "nodes.\x1b[2J: that is no name",
    "[nodes.n1]\n[pods.'a/../b']\nnode='n1'\nnetns=1": 'pods."a/../b": that is no name',
    "[nodes.n1]\n[pods.a]\nnode='n2'": "pods.\"a\": node 'n2' is not among the nodes",
    "[nodes.n1]\n[pods.a]\nnode=['n1']": "pods.\"a\": node ['n1'] is not among the nodes",
    "[nodes.n1]\n[pods.a]\nnode='n1'": 'pods."a": netns is neither a path nor a process id',
    "[nodes.n1]\n[pods.a]\nnode='n1'\nnetns=''": 'pods."a": netns is neither a path nor a',
    "[nodes.n1]\n[pods.a]\nnode='n1'\nnetns=true": 'pods."a": netns is neither a path nor a',
    "[nodes.n1]\n[pods.a_b]\nnode='n1'\nnetns=1\n[pods.'a/b']\nnode='n1'\nnetns=2": (
        "pods 'a_b' and 'a/b' are called too much alike"
    ),
}


@pytest.mark.parametrize("text", MISTAKES, ids=lambda text: text[:40])
def test_mistake_in_a_file(text: str, tmp_path: Path) -> None:
    file = tmp_path / "nodes.toml"
    file.write_text(text)
    with pytest.raises(InventoryError) as raised:
        file_inventory(str(file))
    assert str(raised.value).startswith(f"{file}: {MISTAKES[text]}")


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for name in ("missing", ".", "binary"):
        done = netdiag("trace", "a", "b", "--inventory", tmp_path / name)
        assert done.returncode == ExitCode.USAGE
        assert done.stderr.startswith("netdiag trace: ")
        assert done.stderr.count("\n") == 1


def test_good_file(tmp_path: Path) -> None:
    file = tmp_path / "nodes.toml"
    file.write_text(GOOD)
    found = file_inventory(str(file))
    assert found.nodes == (PlacedNode("n1"),)
    assert found.pods == (PlacedPod("default/web", "n1", (ip_address("10.1.0.2"),), "7"),)


OWN = f"rvt-{os.getpid()}"
NODES = (f"{OWN}-n1", f"{OWN}-n2")
PODS = (f"{OWN}-p1", f"{OWN}-p2")
MISSING = f'["nsenter", "--net=/run/netns/{OWN}-missing"]'
FILE = f"""
[nodes.node-1]
run = ["ip", "netns", "exec", "{NODES[0]}"]
addresses = ["10.77.0.1"]
[nodes.node-2]
run = "nsenter --net=/run/netns/{NODES[1]}"
addresses = ["10.77.0.2"]
[nodes.node-3]
run = {MISSING}
[pods."default/one"]
node = "node-1"
addresses = ["10.88.1.2"]
netns = "/run/netns/{PODS[0]}"
[pods.two]
node = "node-2"
addresses = ["10.88.2.2"]
netns = "/run/netns/{PODS[1]}"
"""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def make_cluster() -> None:
    """Make two nodes side by side with a pod each, routed."""
    for name in (*NODES, *PODS):
        ip("netns", "add", name)
    ip("-n", NODES[0], "link", "add", "eth0", "type", "veth", "peer", "eth0", "netns", NODES[1])
    for number, (node, inner) in enumerate(zip(NODES, PODS, strict=True), 1):
        ip("-n", node, "link", "add", "veth1", "type", "veth", "peer", "eth0", "netns", inner)
        for place, device, address in (
            (node, "eth0", f"10.77.0.{number}/24"),
            (node, "veth1", f"10.88.{number}.1/24"),
            (inner, "eth0", f"10.88.{number}.2/24"),
        ):
            ip("-n", place, "addr", "add", address, "dev", device)
            ip("-n", place, "link", "set", device, "up")
        ip("-n", inner, "route", "add", "default", "via", f"10.88.{number}.1")
        ip("-n", node, "route", "add", f"10.88.{3 - number}.0/24", "via", f"10.77.0.{3 - number}")
        ip("netns", "exec", node, "sysctl", "-qw", "net.ipv4.ip_forward=1")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "nodes.toml"
    file.write_text(FILE)
    try:
        make_cluster()
        yield file
    finally:
        for name in (*NODES, *PODS):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


@pytest.mark.needs_lab
def test_trace_by_a_file(cluster: Path, tmp_path: Path) -> None:
    saved = tmp_path / "a case; its name"
    words = ("one", "two", "--inventory", cluster, "--json", "--interval", "0.01")
    done = netdiag("trace", *words, "--save", saved)
    assert done.returncode == ExitCode.FOUND, "node-3 is not there"
    assert "netdiag: node-3: nothing was captured there: nsenter: cannot open " in done.stderr
    assert "netdiag: node-3: what it says of itself is missing: nsenter: " in done.stderr
    report = json.loads(done.stdout)
    assert report["totals"]["answered"] == 3
    taken_by = json.loads((saved / "trace.json").read_text())["taken_by"]
    assert shlex.split(taken_by)[:4] == ["netdiag", "trace", "one", "two"]
    assert shlex.split(taken_by)[-1] == str(saved)
    (ping, *_) = report["pings"]
    places = {(hop["node"], hop["pod"]) for hop in ping["request"]}
    assert places == {("node-1", "default/one"), ("node-1", None), ("node-2", None),
                      ("node-2", "two")}  # fmt: skip
    assert (ping["source_pod"], report["names"]["10.88.1.2"]) == ("default/one", "default/one")
    assert (saved / "node-1" / "facts" / "pods" / "default_one").is_dir()
    text = netdiag("analyze", saved).stdout
    assert "node-1/default/one:eth0 →" in text
    assert "default_one" not in text
    assert json.loads(netdiag("analyze", saved, "--json").stdout) == report
    files = [path for path in saved.rglob("*") if path.is_file()]
    assert files
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    folders = [saved, *(path for path in saved.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


@pytest.mark.needs_lab
def test_a_collection_knows_pods_by_their_names(cluster: Path, tmp_path: Path) -> None:
    saved = tmp_path / "case"
    words = ("node-1", "node-2", "--inventory", cluster, "--seconds", "0.1", "--save", saved)
    assert netdiag("collect", *words).returncode == ExitCode.OK
    text = netdiag("path", "one", "two", saved).stdout
    assert text.startswith("10.88.1.2 (default/one) → ")


@pytest.mark.needs_lab
def test_ends_without_addresses_are_asked_for_them(cluster: Path) -> None:
    """A node by its default route's device, a pod by its own interface."""
    listed = FILE.replace('addresses = ["10.77.0.2"]', "").replace('addresses = ["10.88.1.2"]', "")
    cluster.write_text(listed)
    words = ("--inventory", cluster, "-c", "1", "--json")
    done = netdiag("trace", "one", "node-3", *words)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert done.stderr.startswith("netdiag trace: no address of node-3 is known (node-3: what it ")
    assert done.stderr.endswith('): write addresses = [...] below [nodes."node-3"]\n')
    assert done.stderr.count("\n") == 1
    report = json.loads(netdiag("trace", "one", "node/node-2", *words).stdout)
    (ping,) = report["pings"]
    assert (ping["source"], ping["destination"]) == ("10.88.1.2", "10.77.0.2")
    assert ping["status"] == "answered"


@pytest.mark.needs_lab
def test_a_node_that_hangs_holds_up_a_trace_no_longer_than_arming(
    cluster: Path, tmp_path: Path
) -> None:
    hanging = '["sh", "-c", "exec sleep 60", "sh"]'
    cluster.write_text(FILE.replace(MISSING, hanging))
    began = time.monotonic()
    done = netdiag("trace", "one", "two", "--inventory", cluster, "--json")
    assert time.monotonic() - began < ARM_SECONDS + ANSWER_SECONDS / 2
    assert json.loads(done.stdout)["totals"]["answered"] == 3
    assert len(re.findall(r"netdiag: waiting for .*node-3\n", done.stderr)) == 1
    assert "netdiag: node-3: nothing was captured there: it did not answer\n" in done.stderr
    assert done.stderr.count("node-3") == 3
    assert done.returncode == ExitCode.FOUND


@pytest.mark.parametrize(
    ("words", "lab", "source"),
    [
        (["--lab", "pod-a", "pod-c"], "", "pod-a"),
        (["pod-a", "pod-c", "--lab"], "", "pod-a"),
        (["pod-a", "pod-c", "--lab", "unknown"], "unknown", "pod-a"),
        (["--lab=mine", "pod-a", "pod-c"], "mine", "pod-a"),
        (["pod-a", "pod-c"], None, "pod-a"),
    ],
)
def test_what_follows_lab_is_its_name_only_if_arguments_are_left(
    words: list[str], lab: str | None, source: str
) -> None:
    found = trace.make_context("trace", list(words)).params
    assert (found["lab"], found["source"], found["destination"]) == (lab, source, "pod-c")


@pytest.mark.needs_lab
def test_the_command_of_the_sources_node_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "nodes.toml"
    file.write_text(
        '[nodes.here]\n[nodes.away]\nrun = ["/nowhere/ssh"]\n'
        '[pods.web]\nnode = "away"\naddresses = ["10.0.0.2"]\nnetns = 1\n'
    )
    done = netdiag("trace", "web", "10.0.0.3", "--inventory", str(file))
    assert (done.returncode, done.stdout) == (ExitCode.NO_PRIVILEGE, "")
    why = "/nowhere/ssh cannot be run: No such file or directory"
    assert done.stderr.splitlines()[1:] == [f"netdiag: the ping from web failed: {why}"]
