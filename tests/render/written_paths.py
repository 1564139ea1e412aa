"""Expected paths written by hand: from a pod of node-1 to one of node-2, under VXLAN."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from netdiag.model.expected import SCHEMA, ExpectedPath, ExpectedStep, ExpectedWay, PathEnd
from netdiag.model.report import Encapsulation, Evidence, Role

A, B = "10.244.1.2", "10.244.2.2"
ROUTE = "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink"
OUTER = Encapsulation("vxlan", "10.1.10.9", "10.1.10.10", 1, 8472)


def step(node: str, interface: str, role: Role, **changes: Any) -> ExpectedStep:
    return replace(ExpectedStep(node, None, interface, role, None, "", ()), **changes)


STEPS = (
    step("node-1", "eth0", "pod", pod="pod-a", why="default via 10.244.1.1 dev eth0"),
    step("node-1", "cni0", "bridge", why="veth1 is a port of it"),
    step(
        "node-1",
        "flannel.1",
        "overlay",
        why=ROUTE,
        evidence=(Evidence("fact", "node-1", document="ip_route.json", key="[3]", text=ROUTE),),
    ),
    step("node-1", "ens33", "physical", why="vxlan to 10.1.10.10", encapsulation=OUTER),
    step("node-2", "ens33", "physical", why="vxlan from 10.1.10.9", encapsulation=OUTER),
    step("node-2", "flannel.1", "overlay", why="out of the tunnel"),
)


def way(source: str = A, destination: str = B, **changes: Any) -> ExpectedWay:
    return replace(ExpectedWay(source, destination, STEPS, True, None, ()), **changes)


def path(**changes: Any) -> ExpectedPath:
    plain = ExpectedPath(
        schema=SCHEMA,
        source=PathEnd(A, "default/pod-a", "node-1"),
        destination=PathEnd(B, "default/pod-c", "node-2"),
        size=84,
        dont_fragment=True,
        request=way(),
        reply=way(B, A, steps=STEPS[::-1]),
    )
    return replace(plain, **changes)
