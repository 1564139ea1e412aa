"""Calico with IP-in-IP between subnets only, plain routes within one."""

from __future__ import annotations

from netdiag.lab.blocks.calico_pods import CalicoPods
from netdiag.lab.blocks.direct import PlainRoutes
from netdiag.lab.blocks.ipip import Ipip
from netdiag.lab.cluster import block_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.modes.calico import CALICO_RULES, calico_files
from netdiag.lab.netlink import PROTOCOL_BIRD

MODE = Mode(
    name="calico-ipip-crosssubnet",
    summary="Calico: plain routes within a subnet, IP in IP between subnets",
    backend="calico/ipip-crosssubnet",
    addressing=block_per_node(),
    pods=CalicoPods(mtu=1480),
    within=PlainRoutes(protocol=PROTOCOL_BIRD),
    across=Ipip("tunl0", mtu=1480),
    rules=CALICO_RULES,
    files=calico_files(ipip="CrossSubnet", mtu=1480),
)
