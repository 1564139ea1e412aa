"""Calico with VXLAN between subnets only, plain routes within one."""

from __future__ import annotations

from netdiag.lab.blocks.calico_pods import CalicoPods
from netdiag.lab.blocks.direct import PlainRoutes
from netdiag.lab.blocks.vxlan import Vxlan
from netdiag.lab.cluster import block_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.modes.calico import CALICO_RULES, calico_files
from netdiag.lab.netlink import PROTOCOL_CALICO

MODE = Mode(
    name="calico-vxlan-crosssubnet",
    summary="Calico: plain routes within a subnet, VXLAN between subnets",
    backend="calico/vxlan-crosssubnet",
    addressing=block_per_node(),
    pods=CalicoPods(mtu=1450, blackhole=PROTOCOL_CALICO),
    within=PlainRoutes(protocol=PROTOCOL_CALICO),
    across=Vxlan("vxlan.calico", vni=4096, port=4789, mtu=1450, protocol=PROTOCOL_CALICO),
    rules=CALICO_RULES,
    files=calico_files(vxlan="CrossSubnet", mtu=1450),
)
