"""``netdiag capture``: what it lists, and what it refuses."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.cli.processes import ROOT, netdiag
from tests.live.capturing import NAME, SECONDS, TO_C

pytestmark = [pytest.mark.needs_lab, pytest.mark.usefixtures("capture_lab")]


def test_listing() -> None:
    done = netdiag("capture", f"--lab={NAME}", "-D", "--on", "node-1", "--on", "pod-c")
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert rows["NAME"] == ["ROLE", "STATE", "MTU", "ADDRESSES"]
    assert rows["node-1/flannel.1"] == ["overlay", "UNKNOWN", "1450", "10.244.1.0/32"]
    assert rows["node-1/cni0"] == ["bridge", "UP", "1450", "10.244.1.1/24"]
    assert rows["node-1/ens33"][0] == "physical"
    assert rows["node-2/pod-c/eth0"] == ["pod", "UP", "1450", f"{TO_C}/24"]
    assert not any(name.startswith("node-2/ens") for name in rows)
    told = netdiag("capture", f"--lab={NAME}", "-D", "--json", "-i", "@bridge").stdout
    bridges = json.loads(told)["interfaces"]
    assert sorted((each["node"], each["interface"], each["mtu"]) for each in bridges) == [
        ("node-1", "cni0", 1450), ("node-2", "cni0", 1450)]  # fmt: skip


def test_listing_what_is_nowhere() -> None:
    """What is there is listed all the same; a sentence says what is not."""
    lists = ("capture", f"--lab={NAME}", "-D", "-i", "@macvlan")
    done = netdiag(*lists)
    said = "netdiag: -i @macvlan: no such interface on node-1, node-2; without -i, -D lists all\n"
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.USAGE, "", said)
    done = netdiag(*lists, "-i", "@bridge", "--json")
    names = [each["interface"] for each in json.loads(done.stdout)["interfaces"]]
    assert (done.returncode, names, done.stderr) == (ExitCode.USAGE, ["cni0", "cni0"], said)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["icmp and and"], "the expression 'icmp and and' is wrong: "),
        (["--inner", "icmp and and"], "--inner: "),
        (["node-1", "icmp"], "capture there by --on node-1"),
        (["-i", "et0"], "-i et0: no such interface on "),
        (["-i", "@macvlan"], "-i @macvlan: no such interface on "),
        (["-i", "node-3/eth0"], "-i node-3/eth0: no such interface on "),
        (["-i", "@nic"], "roles are @physical @bridge "),
        (["--on", "node-3"], "'node-3' is no pod, node or address of the lab"),
        (["--files", "2", "-w", "x"], "--files goes with --rotate-mb"),
        (["--rotate-mb", "2", "-w", "-"], "--rotate-mb needs files"),
        (["--json", "-w", "x"], "--json prints packets"),
        (["-w", "/nowhere/x"], "/nowhere/x: No such file or directory"),
    ],
)
def test_wrong_usage(words: list[str], told: str, tmp_path: Path) -> None:
    done = netdiag("capture", f"--lab={NAME}", *words)
    assert done.returncode == ExitCode.USAGE
    assert told in done.stderr
    assert "captured" not in done.stderr


def test_a_wrong_expression_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    path.write_text("mine")
    assert netdiag("capture", f"--lab={NAME}", "-w", path, "port http or").returncode == 2
    assert path.read_text() == "mine"


def test_never_binary_to_a_terminal() -> None:
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "netdiag", "capture", f"--lab={NAME}", "-w", "-"],
        cwd=ROOT, stdout=slave, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        os.close(slave)
        _, said = process.communicate(timeout=SECONDS)
    os.close(master)
    assert process.returncode == ExitCode.USAGE
    assert b"standard output is a terminal" in said
