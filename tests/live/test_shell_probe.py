"""What stands in for a probe where there is no Python: plain shell, and nothing left behind."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from collections.abc import Iterator

import pytest

from netdiag.sources.live.processes import SHELL_BOOT
from netdiag.sources.live.shell_probe import shell_probe
from tests.kubernetes.processes import MARK, marked
from tests.live.kubernetes_cluster import await_that
from tests.live.test_script import SHELLS, Node, needs_programs
from tests.probe.namespaces import namespaces

pytestmark = [pytest.mark.needs_lab, needs_programs]
SECONDS = 120
RECORD = 16
"""Bytes before each packet of a capture file; its own head has 24."""


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with namespaces() as made:
        yield Node(made)


def start(node: Node, shell: tuple[str, ...], mark: str, *words: str) -> subprocess.Popen[bytes]:
    """Run a command of it in a namespace; it waits for the end of its input."""
    process = subprocess.Popen(
        ["ip", "netns", "exec", node.name, *shell, "-c", SHELL_BOOT, "netdiag-probe", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, MARK: mark},
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(b"%8d" % len(shell_probe()) + shell_probe())
    process.stdin.flush()
    return process


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_it_captures_until_its_input_ends(node: Node, shell: tuple[str, ...]) -> None:
    mark = uuid.uuid4().hex
    words = ("--deadline", "60", "--token", "00", "--end=10.88.1.2")
    with start(node, shell, mark, "capture", *words) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"netdiag-probe: armed\n"
        node.ping()
        written, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert len(written) > 24 + 4 * (RECORD + 84)
    await_that(lambda: not list(marked(mark)), "nothing of it is left")


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_it_asks_and_pings(node: Node, shell: tuple[str, ...]) -> None:
    with start(
        node, shell, "", "facts", "--deadline", "30", "--netns", "pod=/proc/self/ns/net"
    ) as (asked):
        told = json.loads(asked.communicate(timeout=SECONDS)[0])
    assert json.loads(told["documents"]["ip_link.json"])[0]["ifname"] == "lo"
    assert "net.ipv4.conf.veth1.forwarding = " in told["documents"]["sysctl_forward_rp.txt"]
    (pod,) = told["pods"]
    assert pod["label"] == "pod"
    assert "10.88.1.1" in pod["documents"]["ip_addr.json"]
    words = ("--destination", "10.88.1.2", "--count", "2", "--interval", "0.2", "--id", "7")
    with start(node, shell, "", "ping", *words) as pinging:
        assert pinging.stdout is not None
        said = [json.loads(line) for line in pinging.stdout]
    events = [each["event"] for each in said]
    assert (events[0], events[-1], events.count("reply")) == ("ready", "end", 2)


def test_what_it_cannot_do_is_told(node: Node) -> None:
    with start(node, ("sh",), "", "drops", "--deadline", "30") as process:
        _, complaint = process.communicate(timeout=SECONDS)
    assert process.returncode == 3
    assert complaint == b"netdiag-probe: there is no Python 3.9 or newer for that\n"
