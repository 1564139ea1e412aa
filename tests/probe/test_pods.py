"""Whose a network namespace is, by the control group of a process in it, and what it is behind."""

from __future__ import annotations

import json
import sys

import pytest

from netdiag_probe.node.owners import read_owner
from tests.probe.namespaces import namespaces

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


@pytest.mark.needs_lab
def test_what_is_behind_another_namespace_is_nested() -> None:
    """As pods in a container that is a node: their veths end there, and not on this machine."""
    with namespaces() as made:
        node, pod, inner, alone = (made.add(name) for name in ("node", "pod", "inner", "alone"))
        made.add_veth((node, "veth1"), (pod, "eth0"))
        made.add_veth((pod, "veth2"), (inner, "eth0"))
        for name, device in ((pod, "eth0"), (inner, "eth0"), (alone, "lo")):
            made.ip(name, "addr", "add", "10.88.1.2/24", "dev", device)
        words = [word for name in (pod, inner, alone) for word in ("--netns", f"/run/netns/{name}")]
        run = (sys.executable, "-m", "netdiag_probe", "facts", "--places", "--deadline", "20")
        told = json.loads(made.inside(node, *run, *words))
    labelled = {each["label"]: each["nested"] for each in told["pods"] if "label" in each}
    assert labelled == {
        f"/run/netns/{pod}": False, f"/run/netns/{inner}": True, f"/run/netns/{alone}": False,
    }  # fmt: skip
