"""Calico without encapsulation: plain routes, which BGP brings."""

from __future__ import annotations

from netdiag.lab.blocks.bgp import Bgp
from netdiag.lab.blocks.calico_pods import CalicoPods
from netdiag.lab.cluster import block_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.modes.calico import CALICO_RULES, calico_files

MODE = Mode(
    name="calico-bgp",
    summary="Calico: plain routes by BGP, from a real bird on every node",
    backend="calico/bgp",
    addressing=block_per_node(),
    pods=CalicoPods(mtu=1500, blackhole=None),  # bird adds that route itself
    within=Bgp(),
    rules=CALICO_RULES,
    files=calico_files(mtu=1500),
)
