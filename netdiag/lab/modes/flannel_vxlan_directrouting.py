"""flannel's VXLAN with DirectRouting: only what goes to another subnet is encapsulated."""

from __future__ import annotations

from netdiag.lab.blocks.bridged import BridgedPods
from netdiag.lab.blocks.direct import PlainRoutes
from netdiag.lab.blocks.vxlan import Vxlan
from netdiag.lab.cluster import subnet_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.modes.flannel import flannel_files, flannel_rules_of
from netdiag.lab.services import service_rules

MODE = Mode(
    name="flannel-vxlan-directrouting",
    summary="flannel: plain routes within a subnet, VXLAN between subnets",
    backend="flannel/vxlan-directrouting",
    addressing=subnet_per_node(),
    pods=BridgedPods("cni0", mtu=1450),
    within=PlainRoutes(),
    across=Vxlan("flannel.1", vni=1, port=8472, mtu=1450),
    rules=(service_rules, flannel_rules_of),
    files=flannel_files({"Type": "vxlan", "DirectRouting": True}, mtu=1450),
)
