"""Which process is a pod's: what kernels and runtimes write into /proc."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag_probe.netns import read_namespace
from netdiag_probe.pod_search import find_pod

UID = "0f88ea2b-f5d9-4855-b19c-30919635b858"
CONTAINER = "3a" * 32
SYSTEMD = (
    f"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{UID.replace('-', '_')}.slice"
    f"/cri-containerd-{CONTAINER}.scope"
)
FIB_TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 10.244.1.0/24 2 0 2
        |-- 10.244.1.0
           /24 link UNICAST
        |-- 10.244.1.2
           /32 host LOCAL
        |-- 10.244.1.255
           /32 link BROADCAST
"""
IF_INET6 = "fd440001000000000000000000000002 02 40 00 80     eth0\n"


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """Processes 7 and 70 of a pod, 8 of another one, 6 of the node; 9 tells nothing of itself."""
    for number, cgroup, namespace in (
        ("self", "0::/", "own"),
        ("6", f"0::{SYSTEMD}", "own"),
        ("7", f"0::/../../..{SYSTEMD}", "pod"),
        ("70", f"11:cpuset:/kubepods/besteffort/pod{UID}/{CONTAINER}", "pod"),
        ("8", "0::/kubepods/besteffort/pod11111111-2222-4333-8444-555555555555/aa", "other"),
        ("9", None, "nobody"),
    ):
        folder = tmp_path / number
        (folder / "ns").mkdir(parents=True)
        (tmp_path / "spaces").mkdir(exist_ok=True)
        space = tmp_path / "spaces" / namespace
        space.touch()
        (folder / "ns" / "net").hardlink_to(space)
        if cgroup is not None:
            (folder / "cgroup").write_text(f"{cgroup}\n")
    net = tmp_path / "9" / "net"
    net.mkdir()
    (net / "fib_trie").write_text(FIB_TRIE)
    (net / "if_inet6").write_text(IF_INET6)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "process"),
    [
        (UID, 7),
        (f"{'0' * 36},{CONTAINER}", 7),  # a static pod's UID is not that of its object
        (f"{UID},@10.244.1.2", 7),
        ("@10.244.1.2", 9),
        ("@fd44:1::2", 9),
        ("@10.244.1.0", None),
        ("@10.244.1.255", None),
        ("@fd44::2", None),
        ("@nonsense:", None),
        ("", None),
        ("0f88ea2b", 7),
    ],
)
def test_who_is_a_pods(proc: Path, words: str, process: int | None) -> None:
    assert find_pod(f"pod:{words}", str(proc)) == process


def test_a_pod_that_nobody_is_of_is_named_so() -> None:
    namespace = read_namespace("default_web=pod:no-such-uid")
    assert namespace == ("default_web", "pod:no-such-uid")
