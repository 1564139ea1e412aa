"""In a container, files and programs are the node's, though it has no Python."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.probe.other_root import run

ENTER = (
    "import os,sys; from netdiag_probe.node.root import enter_root_of_node;"
    "enter_root_of_node(sys.argv[1]); print(sorted(os.listdir('/'))[:3])"
)


@pytest.mark.needs_lab
def test_node_is_asked_without_python_there(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "library here: False\n"
    told = json.loads(done.stdout)
    assert told["hostname"] == socket.gethostname()
    assert {"ip_link.json", "ip_route.json", "netstat.txt"} <= told["documents"].keys()
    if shutil.which("iptables-save"):
        assert "iptables-save-c.txt" in told["documents"]


def entered(init: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", ENTER, str(init)], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "probes")},
    ).stdout.strip()  # fmt: skip


@pytest.mark.needs_lab
def test_only_a_process_1_of_this_node_counts(tmp_path: Path) -> None:
    (tmp_path / "root" / "marked").mkdir(parents=True)
    (tmp_path / "ns").mkdir()
    (tmp_path / "ns" / "net").symlink_to("/proc/self/ns/net")
    assert entered(tmp_path) == "['marked']"
    (tmp_path / "ns" / "net").unlink()
    (tmp_path / "ns" / "net").touch()  # another namespace
    assert "marked" not in entered(tmp_path)


def test_nothing_happens_where_process_1_is_not_to_be_seen(tmp_path: Path) -> None:
    assert entered(tmp_path / "none") == str(sorted(os.listdir("/"))[:3])
