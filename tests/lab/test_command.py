"""The command line of labs: what it prints, refuses, and leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag.cli.exit_code import ExitCode
from netdiag.lab.faults import all_faults
from netdiag.lab.modes import NAMES
from tests.cli.processes import ROOT
from tests.lab.processes import LABS, descendants_named, lab

NAME = f"command-{os.getpid()}"


@pytest.fixture(scope="module")
def there() -> Iterator[str]:
    done = lab("up", "flannel-vxlan", "--name", NAME, "--nodes", "3")
    assert done.returncode == ExitCode.OK, done.stderr
    assert "pod-d" in done.stdout
    yield NAME
    done = lab("down", "--name", NAME)
    assert done.returncode == ExitCode.OK, done.stderr
    assert list(descendants_named(NAME)) == []
    assert not (LABS / NAME).exists()


def test_list_names_all_modes_and_faults() -> None:
    found = json.loads(lab("list", "--json").stdout)
    assert [mode["name"] for mode in found["modes"]] == list(NAMES)
    for mode in found["modes"]:
        assert set(mode) == {"name", "summary", "available", "why_not"}
        assert mode["available"] is (mode["why_not"] is None)
    assert [fault["name"] for fault in found["faults"]] == [each.name for each in all_faults()]
    for fault in found["faults"]:
        assert set(fault) == {"name", "summary", "modes", "finding", "node", "shown_by"}
        assert fault["modes"]
        assert set(fault["modes"]) <= set(NAMES)
    text = lab("list").stdout
    assert all(name in text for name in NAMES)


@pytest.mark.needs_lab
@pytest.mark.usefixtures("there")
class TestARunningLab:
    def test_status_tells_what_is_there(self) -> None:
        status = json.loads(lab("status", "--name", NAME, "--json").stdout)
        (found,) = status["labs"]
        assert [node["address"] for node in found["nodes"]] == [
            "10.1.10.9",
            "10.1.10.10",
            "10.1.10.11",
        ]
        assert [(pod["name"], pod["node"], pod["address"]) for pod in found["pods"]] == [
            ("pod-a", "node-1", "10.244.1.2"),
            ("pod-b", "node-1", "10.244.1.3"),
            ("pod-c", "node-2", "10.244.2.2"),
            ("pod-d", "node-3", "10.244.3.2"),
        ]
        assert all(Path(f"/proc/{pod['pid']}/ns/net").exists() for pod in found["pods"])
        assert "10.244.3.2" in lab("status", "--name", NAME).stdout

    def test_exec_runs_in_the_place(self) -> None:
        done = lab("exec", "--name", NAME, "pod-d", "--", "ip", "-j", "addr", "show", "eth0")
        assert json.loads(done.stdout)[0]["addr_info"][0]["local"] == "10.244.3.2"
        assert lab("exec", "--name", NAME, "node-2", "hostname").stdout == "node-2\n"
        assert lab("exec", "--name", NAME, "pod-a", "cat", given="over\n").stdout == "over\n"

    def test_exec_passes_the_exit_code_on(self) -> None:
        for code in (0, 1, 7):
            done = lab("exec", "--name", NAME, "pod-a", "--", "sh", "-c", f"exit {code}")
            assert done.returncode == code
        done = lab("exec", "--name", NAME, "pod-a", "--", "sh", "-c", "kill -9 $$")
        assert done.returncode == 128 + 9

    def test_a_node_has_its_own_files(self) -> None:
        read = ("exec", "--name", NAME, "node-2", "--", "cat")
        lease = lab(*read, "/run/flannel/subnet.env").stdout
        assert "FLANNEL_SUBNET=10.244.2.1/24" in lease
        assert '"type": "flannel"' in lab(*read, "/etc/cni/net.d/10-flannel.conflist").stdout
        assert lab(*read, "/etc/passwd").stdout == Path("/etc/passwd").read_text()
        assert not Path("/run/flannel").exists()

    def test_break_and_mend(self) -> None:
        ping = ("exec", "--name", NAME, "pod-a", "--", "ping", "-c1", "-W1", "10.244.2.2")
        assert lab(*ping).returncode == 0
        assert lab("break", "fdb-missing", "--name", NAME).returncode == ExitCode.OK
        assert lab(*ping).returncode == 1
        assert "fdb-missing" in lab("status", "--name", NAME).stdout
        again = lab("break", "fdb-missing", "--name", NAME)
        assert again.returncode == ExitCode.USAGE
        assert "there already" in again.stderr
        assert lab("mend", "fdb-missing", "--name", NAME).returncode == ExitCode.OK
        assert lab(*ping).returncode == 0
        assert lab("mend", "fdb-missing", "--name", NAME).returncode == ExitCode.USAGE

    def test_the_same_name_twice_is_refused(self) -> None:
        done = lab("up", "flannel-hostgw", "--name", NAME)
        assert done.returncode == ExitCode.USAGE
        assert "up already" in done.stderr

    def test_another_beside_it(self) -> None:
        other = f"{NAME}-2"
        assert lab("up", "macvlan", "--name", other).returncode == ExitCode.OK
        try:
            unclear = lab("exec", "pod-a", "true")
            assert unclear.returncode == ExitCode.USAGE
            assert "--name" in unclear.stderr
            assert lab("exec", "--name", other, "pod-a", "true").returncode == 0
        finally:
            assert lab("down", "--name", other).returncode == ExitCode.OK
        assert lab("exec", "--name", NAME, "pod-a", "true").returncode == 0

    def test_an_unknown_place_names_those_there_are(self) -> None:
        done = lab("exec", "--name", NAME, "pod-z", "true")
        assert done.returncode == ExitCode.USAGE
        assert "pod-a" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("up", "flannel-vxlam"), "'flannel-vxlam'"),
        (("up", "macvlan", "--name", "../up"), "no name for a lab"),
        (("up", "macvlan", "--nodes", "0"), "0"),
        (("up", "macvlan", "--fault", "fdb-mising"), "'fdb-missing'"),
        (("up", "macvlan", "--fault", "fdb-missing"), "not for macvlan"),
        (("exec", "--name", "nobody", "pod-a", "true"), "no lab named nobody is up"),
        (("break", "fdb-missing", "--name", "nobody"), "no lab named nobody is up"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: tuple[str, ...], said: str) -> None:
    done = lab(*arguments)
    assert done.returncode == ExitCode.USAGE
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_down_without_a_lab_is_no_failure() -> None:
    done = lab("down", "--name", "nobody")
    assert done.returncode == ExitCode.OK
    assert "no lab" in done.stderr


@pytest.mark.needs_lab
def test_record_into_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    done = lab("record", "macvlan", str(tmp_path))
    assert done.returncode == ExitCode.USAGE
    assert "not empty" in done.stderr
    assert (tmp_path / "mine").read_text() == "keep"


@pytest.mark.needs_lab
@pytest.mark.parametrize("iptables", [True, False])
def test_a_missing_program_takes_its_modes_not_the_lab(iptables: bool, tmp_path: Path) -> None:
    if iptables:
        os.symlink("/usr/sbin/iptables-restore", tmp_path / "iptables-restore")
    script = (
        f"from netdiag.lab import site; site._search_path = lambda: {str(tmp_path)!r}\n"
        "from netdiag.lab.modes import all_modes\n"
        "print({mode.name: mode.lacking() for mode in all_modes()})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lacks = eval(done.stdout)
    assert ("bird2" if iptables else "iptables") in lacks["calico-bgp"]
    assert (lacks["flannel-vxlan"] is None) is iptables
    assert lacks["macvlan"] is None
