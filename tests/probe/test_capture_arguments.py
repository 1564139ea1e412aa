"""What ``capture`` refuses, before anything is opened."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from netdiag_probe.netns import OWN, Namespace, read_namespace
from tests.probe.processes import SECONDS, command, environment, probe

MISUSES = {
    "--expression does not go with --id, --token or --port": ("--expression=arp", "--id=1"),
    "it is one or the other": ("--expression=arp", "--port=80"),
    "--host and --tunnel-port go with --id, --token or --port only": ("--host=10.0.0.1",),
    "the expression 'icmp and' is wrong": ("--expression=icmp and",),
    "an expression with vlan finds nothing": ("--expression=icmp or vlan 7",),
    "'00ff' is not 4 bytes or more in hex": ("--token=00ff",),
    "'wg' is not hexadecimal": ("--token=wg",),
    "'65536' is no number from 0 to 65535": ("--id=65536",),
    "'0' is no number from 1 to 65535": ("--port=0",),
    "'http' is no number from 1 to 65535": ("--port=http",),
    "'0' is no number from 1 to 262144": ("--snaplen=0",),
    "'here' does not appear to be an IPv4 or IPv6 address": ("--host=here",),
    "a number of seconds above 0 is needed": ("--deadline=0",),
    "the filter has": ("--id=1", *(f"--host=10.0.{n >> 8}.{n & 255}" for n in range(1400))),
}


@pytest.mark.parametrize(("sentence", "words"), MISUSES.items(), ids=[*MISUSES])
def test_misuse_is_told_in_a_sentence(sentence: str, words: tuple[str, ...]) -> None:
    done = probe("capture", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_gets_no_binary_data() -> None:
    near, far = pty.openpty()
    try:
        done = subprocess.run(
            command("capture", "--deadline=300"), env=environment(), stdin=subprocess.DEVNULL,
            stdout=far, stderr=subprocess.PIPE, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    finally:
        os.close(near)
        os.close(far)
    assert done.returncode == 2
    assert "stdout is a terminal" in done.stderr


def test_missing_privileges_are_told_with_a_remedy() -> None:
    unprivileged = () if os.geteuid() else ("setpriv", "--inh-caps=-all", "--bounding-set=-all")
    done = probe("capture", "--deadline=300", before=unprivileged)
    assert done.returncode == 3
    assert done.stderr.startswith("netdiag-probe: the own namespace is left out: ")
    assert "CAP_NET_RAW" in done.stderr


def test_namespaces_have_labels() -> None:
    assert read_namespace("7") == Namespace("7", "/proc/7/ns/net")
    assert read_namespace("web=7") == Namespace("web", "/proc/7/ns/net")
    assert read_namespace("web=/run/netns/x") == Namespace("web", "/run/netns/x")
    assert read_namespace("/run/a=b") == Namespace("/run/a=b", "/run/a=b")
    assert read_namespace("=/proc/self/ns/net") == Namespace("", "/proc/self/ns/net")
    assert Namespace("", None) == OWN
