"""Whose a network namespace is, by the control group of a process in it."""

from __future__ import annotations

import pytest

from netdiag_probe.node.owners import read_owner

UID = "0b6e6f0c-2b7d-4f4e-9a67-1f3a5c1d2e3f"
CONTAINER = "3f" * 32


@pytest.mark.parametrize(
    ("cgroup", "uid", "container"),
    [
        (f"0::/kubepods/burstable/pod{UID}/{CONTAINER}\n", UID, CONTAINER),
        (f"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod"
         f"{UID.replace('-', '_')}.slice/cri-containerd-{CONTAINER}.scope\n", UID, CONTAINER),
        (f"12:cpuset:/kubepods/besteffort/pod{UID}/{CONTAINER}\n"
         f"1:name=systemd:/kubepods/besteffort/pod{UID}/{CONTAINER}\n", UID, CONTAINER),
        (f"0::/kubepods.slice/kubepods-pod{UID.replace('-', '_')}.slice/crio-{CONTAINER}.scope",
         UID, CONTAINER),
        (f"1:name=systemd:/system.slice/containerd.service/kubepods-burstable-pod"
         f"{UID.replace('-', '_')}.slice:cri-containerd:{CONTAINER}", UID, CONTAINER),
        (f"0::/../../pod{UID}/{CONTAINER}", UID, CONTAINER),
        (f"0::/kubepods/pod{'a1' * 16}/{CONTAINER}", "a1" * 16, CONTAINER),
        (f"0::/system.slice/docker-{CONTAINER}.scope\n", None, CONTAINER),
        ("0::/init.scope\n", None, None),
        ("0::/kubepods/burstable/podinfo\n", None, None),
        ("", None, None),
    ],
)  # fmt: skip
def test_paths_of_all_drivers(cgroup: str, uid: str | None, container: str | None) -> None:
    assert read_owner(cgroup) == (uid, container)
