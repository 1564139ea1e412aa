"""Clocks that differ, coarse clocks, and files that are not in order of time."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.case import BOTH_VXLAN, Case, pings, tied
from tests.bundles import flannel, others
from tests.bundles.network import Bundle, Network

OFFSETS_US = {
    "350 ms ahead": 350_000.0,
    "350 ms behind": -350_000.0,
    "28.85 ms ahead": 28_850.0,
    "28.85 ms behind": -28_850.0,
    "3 s ahead": 3_000_000.0,
    "3 s behind": -3_000_000.0,
    "1 h behind": -3_600_000_000.0,
}
"""Of node-2."""


def skewed(name: str, network: Network, offset_us: float, count: int = 3) -> Case:
    return Case(
        name=f"{name}, node-2 {offset_us / 1000:+} ms",
        bundle=Bundle(streams=pings(network, count), clocks_us={"node-2": offset_us}),
        clocks_us={"node-2": offset_us},
        told=("clock-skew node-2",),
    )


COARSE = replace(flannel.VXLAN, within_us=0.3, between_us=2.0)
"""With microseconds, most interfaces of a node have the same time."""

CASES = (
    *(skewed("vxlan", flannel.VXLAN, offset) for offset in OFFSETS_US.values()),
    *(skewed("ipip", others.CALICO_IPIP, offset) for offset in OFFSETS_US.values()),
    *(skewed("plain, ties", tied(flannel.HOST_GW), offset) for offset in OFFSETS_US.values()),
    skewed("vxlan, one ping", flannel.VXLAN, 350_000.0, count=1),
    Case(
        name="node-1's clock 350 ms ahead: node-2 is behind",
        bundle=Bundle(streams=pings(flannel.VXLAN), clocks_us={"node-1": 350_000.0}),
        clocks_us={"node-2": -350_000.0},
        told=("clock-skew node-2",),
    ),
    Case(
        name="node-2's clock 0.76 ms ahead is not worth telling",
        bundle=Bundle(streams=pings(others.CALICO_BGP), clocks_us={"node-2": 760.0}),
        clocks_us={"node-2": 760.0},
        untold=("clock-skew node-2",),
    ),
    Case(
        name="three clocks along a routed path",
        bundle=Bundle(
            streams=pings(others.KUBENET), clocks_us={"rtr": 40_000.0, "node-2": -1_500_000.0}
        ),
        clocks_us={"rtr": 40_000.0, "node-2": -1_500_000.0},
        told=("clock-skew rtr", "clock-skew node-2"),
    ),
    Case(
        name="clocks behind two NATs that rewrite ids",
        bundle=Bundle(
            streams=pings(others.docker_egress("id=50123", "id=2077")),
            clocks_us={"nat": 350_000.0, "ext": -90_000.0},
        ),
        clocks_us={"nat": 350_000.0, "ext": -90_000.0},
        told=("clock-skew nat", "clock-skew ext"),
    ),
    Case(
        name="microseconds, most of them ties",
        bundle=Bundle(streams=pings(COARSE), resolution="us"),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="microseconds, most of them ties, clocks 350 ms apart",
        bundle=Bundle(streams=pings(COARSE), resolution="us", clocks_us={"node-2": 350_000.0}),
        clocks_us={"node-2": 350_000.0},
        told=("clock-skew node-2",),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="no file in order of time",
        bundle=Bundle(streams=pings(flannel.VXLAN, 5), shuffled=True),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="no file in order of time, clocks 3 s apart",
        bundle=Bundle(
            streams=pings(flannel.VXLAN, 5), shuffled=True, clocks_us={"node-2": 3_000_000.0}
        ),
        clocks_us={"node-2": 3_000_000.0},
        told=("clock-skew node-2",),
        observed=BOTH_VXLAN,
    ),
)
