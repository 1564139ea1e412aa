"""A packet's way in one line: ``node-1/veth1 → cni0 → ens33 ⟦vxlan …⟧ → node-2/ens33 ✗``."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from netdiag.model.report import Encapsulation, Hop
from netdiag.render.page import said
from netdiag.render.path_line import path_steps, wrap_steps
from tests.render.written_pings import THERE, answered, hop, lost, natted


def line(hops: tuple[Hop, ...], *, is_lost: bool = False) -> str:
    return " → ".join(step.plain for step in path_steps(hops, lost=is_lost))


def test_node_where_it_changes_and_tunnel_where_it_begins() -> None:
    assert line(answered().request) == (
        "node-1/pod-a:eth0 → veth7e2f650f → cni0 → flannel.1 "
        "→ ens33 ⟦vxlan 10.1.10.9→10.1.10.10 vni 1⟧ "
        "→ node-2/ens33 → flannel.1 → cni0 → veth470beb22 → node-2/pod-c:eth0"
    )


def test_lost() -> None:
    assert line(lost().request, is_lost=True).endswith("→ node-2/ens33 ✗")
    assert "✗" not in line(lost().request)


def test_nothing_seen_is_nothing_lost() -> None:
    assert path_steps((), lost=True) == []


def test_inferred() -> None:
    tunnel = (Encapsulation("wireguard", "10.1.10.9", "10.1.10.10", None, 51820),)
    nic = hop("node-1/ens33", encapsulation=tunnel, inferred=True, source="10.1.10.9")
    assert line((hop("node-1/wg0"), nic)) == (
        "node-1/wg0 → ens33 ⟦wireguard 10.1.10.9→10.1.10.10⟧ (inferred)"
    )


def test_nat_shows_the_new_value() -> None:
    assert line(natted().request).endswith("cni0 → ens33 ⟨source ⇒ 10.1.10.9⟩ ⟨ICMP id ⇒ 51234⟩")


def test_tunnel_in_tunnel_the_outer_first() -> None:
    inner = Encapsulation("ipip", "10.0.0.1", "10.0.0.2", None, None)
    found = line((hop("node-1/ens33", encapsulation=(*THERE, inner)),))
    assert found.endswith("⟦vxlan 10.1.10.9→10.1.10.10 vni 1⟧ ⟦ipip 10.0.0.1→10.0.0.2⟧")


def test_another_tunnel_is_named_again() -> None:
    other = (replace(THERE[0], vni=2),)
    places = ("node-1/ens33", "node-2/ens33")
    hops = tuple(hop(p, encapsulation=e) for p, e in zip(places, (THERE, other), strict=True))
    assert line(hops).count("⟦") == 2


def test_nothing_is_known_of_a_place() -> None:
    nowhere = replace(hop("x/y"), node=None, interface=None)
    assert line((nowhere, nowhere)) == "? → ?"


@pytest.mark.parametrize("width", [10, 20, 33, 60, 200])
def test_lines_break_before_arrows_only(width: int) -> None:
    words = ["aaaa bb", "c", "dddddd", "ee", "f g h"]
    lines = wrap_steps([said(word) for word in words], width)
    assert all(text.cell_len <= width for text in lines)
    assert " ".join(text.plain for text in lines) == " → ".join(words)
    for upper, lower in pairwise(lines):
        first = lower.plain.removeprefix("→ ").split(" → ")[0]
        assert upper.cell_len + len(" → ") + len(first) > width
