"""``netdiag trace --rule``: the rule in the bundle, and the nodes' rules as they were."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.cli.processes import ROOT
from tests.lab.processes import lab

pytestmark = pytest.mark.needs_lab
NAME = f"rules-{os.getpid()}"
NODES = ("node-1", "node-2")
TRIALS = 8
LONGEST_SECONDS = 2.0
"""Before it is killed: so long a trace takes."""

SECONDS = 60.0
FILTERING = (
    "nft -s list ruleset; iptables-legacy-save | sed -E '/^#/d; s/^(:.*) .*/\\1/'; "
    "cat /proc/sys/net/netfilter/nf_log/2 /proc/sys/net/netfilter/nf_log/10"
)


@pytest.fixture(params=["iptables-nft", "iptables-legacy"])
def program(request: pytest.FixtureRequest) -> Iterator[str]:
    """Put a lab up whose rules are made by a program, with the tunnel blocked."""
    program = str(request.param)
    assert lab("up", "flannel-vxlan", "--name", NAME, "--iptables", program).returncode == 0
    assert lab("break", "vxlan-blocked", "--name", NAME).returncode == 0
    yield program
    lab("down", "--name", NAME)


def filtering() -> list[str]:
    """Return all that says how nodes filter and log packets, without counts."""
    done = [lab("exec", "--name", NAME, node, "--", "sh", "-c", FILTERING) for node in NODES]
    assert {each.returncode for each in done} == {0}
    return [each.stdout for each in done]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "netdiag", "trace", f"--lab={NAME}", "pod-a", "pod-c", *words]


def log_of(bundle: Path, node: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (bundle / node / "rules.jsonl").read_text().splitlines()]


def test_the_rule_is_in_the_bundle(program: str, tmp_path: Path) -> None:
    before, bundle = filtering(), tmp_path / "case"
    done = subprocess.run(
        command("--rule", "-c", "2", "--save", str(bundle)),
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == ExitCode.FOUND, done.stderr
    assert filtering() == before
    armed, *rules, end = log_of(bundle, "node-2")
    assert (sorted(armed["namespaces"].values()), end) == (["", "pod-c"], {"event": "end"})
    assert len(rules) == 2
    for rule in rules:
        assert (rule["backend"], rule["chain"], rule["number"]) == (program, "INPUT", 1)
        assert rule["rule"] == "-A INPUT -p udp -m udp --dport 8472 -j DROP"
        assert armed["namespaces"][str(rule["netns"])] == ""
    assert [each["event"] for each in log_of(bundle, "node-1")] == ["armed", "end"]
    documents = [path for path in bundle.rglob("facts*/**/*") if path.is_file()]
    assert any(b"8472" in path.read_bytes() for path in documents)
    assert [path for path in documents if b"netdiag_trace" in path.read_bytes()] == []


def test_nothing_is_traced_unless_asked_for(program: str, tmp_path: Path) -> None:
    bundle = tmp_path / "case"
    subprocess.run(
        command("-c", "1", "--save", str(bundle)),
        cwd=ROOT, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert (bundle / "node-2" / "capture.pcapng").exists()
    assert list(bundle.rglob("rules.jsonl")) == []


def test_killed_at_random_moments(program: str) -> None:
    before = filtering()
    chance = random.Random(program)
    for _ in range(TRIALS):
        with subprocess.Popen(
            command("--rule"), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:  # fmt: skip
            time.sleep(chance.uniform(0, LONGEST_SECONDS))
            os.killpg(process.pid, signal.SIGKILL)
        deadline = time.monotonic() + SECONDS
        while (now := filtering()) != before:
            assert time.monotonic() < deadline, now


@pytest.mark.parametrize("family", ["netdev", "bridge"])
def test_tables_that_see_what_comes_before_ip(family: str, program: str, tmp_path: Path) -> None:
    """They need a larger table of ours, with all that a trace asks for."""
    hooks = {"netdev": "ingress device ens33", "bridge": "prerouting"}
    table = (
        f"table {family} t {{ chain c {{ type filter hook {hooks[family]} priority 0; "
        "icmp type echo-request drop; }; }"
    )
    bundle = tmp_path / "case"
    node = "node-1" if family == "bridge" else "node-2"
    run = ("exec", "--name", NAME, node, "--", "nft")
    assert lab(*run, table).returncode == 0
    try:
        done = subprocess.run(
            command("--rule", "-c", "1", "--save", str(bundle)),
            cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    finally:
        lab(*run, "delete", "table", family, "t")
    assert done.returncode == ExitCode.FOUND
    assert "Message too long" not in done.stderr
    assert [each["event"] for each in log_of(bundle, node)][::2] == ["armed", "end"]
    if family == "bridge":
        (rule,) = [each for each in log_of(bundle, node) if each["event"] == "rule"]
        assert (rule["family"], rule["rule"]) == ("bridge", "icmp type echo-request drop")
