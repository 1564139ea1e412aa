"""``netdiag path``: ends by name, exit codes, JSON, wrong usage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from netdiag.render.report_json import path_schema
from tests.bundles.facts import edits
from tests.bundles.facts.documents import write_facts
from tests.bundles.facts.flannel import Flannel
from tests.cli.processes import lines, netdiag, on_terminal

VXLAN = Flannel(programmed="vxlan").facts()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("healthy")
    write_facts(VXLAN, folder)
    return folder


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle in which node-1 has lost its neighbours."""
    folder: Path = tmp_path_factory.mktemp("broken")
    write_facts(edits.with_documents(VXLAN, {"node-1/facts/ip_neigh.json": "[]"}), folder)
    return folder


@pytest.mark.parametrize(
    ("source", "destination"),
    [("pod-a", "pod-c"), ("default/pod-a", "10.244.2.2"), ("node-1", "pod-c")],
)
def test_a_ping_that_passes(bundle: Path, source: str, destination: str) -> None:
    written = lines("path", source, destination, bundle)
    assert "passes both ways, over VXLAN" in " ".join(written[:2])
    assert sum(line.startswith(("Request  ", "Reply  ")) for line in written) == 2


def test_a_ping_that_is_stopped(broken: Path) -> None:
    done = netdiag("path", "pod-a", "pod-c", broken)
    assert (done.returncode, done.stderr) == (1, "")
    assert "ERROR  vtep-neighbour-missing at node-1/flannel.1" in done.stdout


def test_a_reply_that_is_stopped(broken: Path) -> None:
    done = netdiag("path", "pod-c", "pod-a", broken, "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert (found["request"]["arrives"], found["reply"]["arrives"]) == (True, False)


def test_what_cannot_be_told(bundle: Path) -> None:
    done = netdiag("path", "pod-a", "8.8.8.8", bundle)
    assert (done.returncode, done.stderr) == (4, "")
    assert "not known: " in done.stdout


def test_size_and_df(bundle: Path) -> None:
    assert netdiag("path", "pod-a", "pod-c", bundle, "--size", "1450").returncode == 0
    done = netdiag("path", "pod-a", "pod-c", bundle, "--size", "1451")
    assert (done.returncode, "mtu-exceeded" in done.stdout) == (1, True)
    assert netdiag("path", "pod-a", "pod-c", bundle, "--size", "1451", "--df").returncode == 1
    assert netdiag("path", "pod-a", "pod-c", bundle, "--size", "1451", "--no-df").returncode == 0


def test_json_meets_the_schema(bundle: Path) -> None:
    (line,) = lines("path", "pod-a", "pod-c", bundle, "--json")
    found = json.loads(line)
    Draft202012Validator(json.loads(path_schema())).validate(found)
    assert found["schema"] == "netdiag.path/1"
    assert [step["interface"] for step in found["request"]["steps"]][2:5] == [
        "cni0",
        "flannel.1",
        "ens33",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pod-x", "pod-c"), "pod-x is no address, and no pod or node is called so; near: "),
        (("pod-a", "node2"), "node2 is no address, and no pod or node is called so; near: node-2"),
        (("8.8.8.8", "pod-a"), "no pod or node has the address 8.8.8.8, so none can send from it"),
        (("pod-a", "fd00::1"), "10.244.1.2 and fd00::1 are not of the same IP version"),
        (("pod-a", "pod-c", "--size", "27"), "27 is not in the range"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_sentence(bundle: Path, arguments: tuple[str, ...], said: str) -> None:
    done = netdiag("path", *arguments[:2], bundle, *arguments[2:])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("netdiag path: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_bundle_without_facts(tmp_path: Path) -> None:
    done = netdiag("path", "pod-a", "pod-c", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"netdiag: {tmp_path}: no facts/ of a node and no kubernetes/ in it\n"


def test_a_broken_document_costs_only_itself(bundle: Path, tmp_path: Path) -> None:
    write_facts(edits.with_documents(VXLAN, {"node-1/facts/ip_rule.json": "["}), tmp_path)
    done = netdiag("path", "pod-a", "pod-c", tmp_path)
    assert "node-1/ip_rule.json" in done.stderr
    assert "Request  10.244.1.2 → 10.244.2.2" in done.stdout


def test_colours_on_a_terminal_only_and_not_with_no_color(bundle: Path) -> None:
    assert "\x1b[" in on_terminal("path", "pod-a", "pod-c", bundle)
    plain = on_terminal("path", "pod-a", "pod-c", bundle, extra={"NO_COLOR": "1"})
    assert "\x1b[" not in plain
