"""Which encapsulation was observed, from what was captured of a path."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from netdiag.explain.modes import find_modes
from netdiag.explain.observed import observed_mode
from netdiag.explain.truths.truths import Truths
from netdiag.model.facts.facts import NO_FACTS
from tests.bundles import flannel, others
from tests.bundles.network import Bundle, Network, Stream
from tests.explain.observing import judged, observe_bundle


class Observed(NamedTuple):
    """A network, what is captured of it, and the mode and pairs that follow."""

    network: Network
    only: tuple[str, ...]
    mode: str | None
    pairs: tuple[str, ...]


BOTH = "node-1 > node-2 {0}", "node-2 > node-1 {0}"
ALL = ("*",)
NICS = ("*/ens33",)


def both(kind: str) -> tuple[str, ...]:
    return tuple(pair.format(kind) for pair in BOTH)


CASES = (
    Observed(flannel.VXLAN, ALL, "vxlan", both("vxlan")),
    Observed(flannel.VXLAN, NICS, "vxlan", both("vxlan")),
    Observed(
        flannel.VXLAN,
        ("node-1/ens33",),
        "vxlan",
        ("node-1 > None vxlan", "None > node-1 vxlan"),
    ),
    Observed(flannel.VXLAN, ("*:eth0", "*/flannel.1"), None, ()),
    Observed(flannel.VXLAN, ("*:eth0",), None, ()),
    Observed(flannel.HOST_GW, ALL, "none", both("none")),
    Observed(flannel.UDP, ALL, "udp", both("udp")),
    Observed(flannel.WIREGUARD, ALL, "wireguard", both("wireguard")),
    Observed(flannel.WIREGUARD, ("*:eth0", "*/cni0"), None, ()),
    Observed(others.CALICO_IPIP, ALL, "ipip", both("ipip")),
    Observed(flannel.ASYMMETRIC, ALL, "mixed", ("node-1 > node-2 vxlan", "node-2 > node-1 none")),
    Observed(flannel.SAME_NODE, ALL, "none", ("node-1 > node-1 none",)),
    Observed(flannel.SAME_NODE, ("node-1/cni0",), None, ()),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.mode} {' '.join(case.only)}")
def test_mode_and_pairs(case: Observed, tmp_path: Path) -> None:
    bundle = Bundle(streams=(Stream(network=case.network),), only=case.only)
    context = judged(observe_bundle(bundle, tmp_path))
    found = context.modes.modes
    observed = observed_mode(context.views)
    assert (observed and observed.encapsulation) == case.mode
    assert found.observed == observed
    assert [
        f"{pair.source_node} > {pair.destination_node} {pair.observed}"
        for pair in context.modes.pairs
    ] == list(case.pairs)
    assert (found.backend, found.configured, found.programmed, found.agree) == (None,) * 4
    assert (context.modes.rows, context.modes.pairs_left_out) == ((), 0)


def test_the_observed_mode_has_frames_as_evidence(tmp_path: Path) -> None:
    bundle = Bundle(streams=(Stream(network=flannel.VXLAN),))
    found = judged(observe_bundle(bundle, tmp_path)).modes.modes.observed
    assert found is not None
    assert [(one.node, str(one.file)[-17:]) for one in found.evidence] == [
        ("node-1", "node-1/ens33.pcap"),
        ("node-2", "node-2/ens33.pcap"),
    ]
    assert found.detail["request"]["vni"] == 1
    assert found.detail["request"]["port"] == 8472


def test_nothing_captured_is_no_mode() -> None:
    assert observed_mode([]) is None
    found = find_modes([], [], Truths(NO_FACTS), None)
    assert found.modes.observed is None
    assert (found.rows, found.pairs) == ((), ())
