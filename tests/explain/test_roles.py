"""Roles of capture points: by the facts of their nodes, or else guessed by name."""

from __future__ import annotations

import pytest

from netdiag.explain.roles import Roles
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.kernel import Link, Namespace
from netdiag.model.facts.node import NodeFacts
from netdiag.model.report import Role

LINKS = (
    Link("uplink7", "", 0, kind="bridge"),
    Link("weird0", "", 1, kind="vxlan"),
    Link("veth9", "", 2, kind=""),
    Link("plain0", "", 3),
)
ROLES = Roles(Facts(nodes={"node-1": NodeFacts("node-1", host=Namespace(links=LINKS))}))


@pytest.mark.parametrize(
    ("node", "pod", "interface", "role", "guessed"),
    [
        ("node-1", None, "uplink7", "bridge", False),
        ("node-1", None, "weird0", "overlay", False),
        ("node-1", None, "veth9", "physical", False),
        ("node-2", None, "veth9", "veth", True),
        ("node-1", None, "cni0", "bridge", True),
        ("node-1", None, "lo", "loopback", False),
        ("node-1", "web-0", "weird0", "pod", False),
        ("node-1", None, None, "other", True),
        (None, None, "weird0", None, True),
    ],
)
def test_roles(
    node: str | None, pod: str | None, interface: str | None, role: Role | None, guessed: bool
) -> None:
    point = CapturePoint(node, pod, interface)
    assert role is None or ROLES.of(point) == role
    assert ROLES.is_guess(point) is guessed


def test_without_facts_names_tell() -> None:
    assert Roles().of(CapturePoint("node-1", None, "flannel.1")) == "overlay"
    assert Roles().is_guess(CapturePoint("node-1", None, "flannel.1"))
