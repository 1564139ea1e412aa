"""Calico's long-time default: everything to other nodes in IP-in-IP."""

from __future__ import annotations

from netdiag.lab.blocks.calico_pods import CalicoPods
from netdiag.lab.blocks.ipip import Ipip
from netdiag.lab.cluster import block_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.modes.calico import CALICO_RULES, calico_files

MODE = Mode(
    name="calico-ipip",
    summary="Calico: IP in IP by tunl0, protocol 4",
    backend="calico/ipip",
    addressing=block_per_node(),
    pods=CalicoPods(mtu=1480),
    within=Ipip("tunl0", mtu=1480),
    rules=CALICO_RULES,
    files=calico_files(ipip="Always", mtu=1480),
)
