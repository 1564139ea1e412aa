"""flannel's default: everything to other nodes in VXLAN."""

from __future__ import annotations

from netdiag.lab.blocks.bridged import BridgedPods
from netdiag.lab.blocks.vxlan import Vxlan
from netdiag.lab.cluster import subnet_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.modes.flannel import flannel_files, flannel_rules_of
from netdiag.lab.services import service_rules

MODE = Mode(
    name="flannel-vxlan",
    summary="flannel: VXLAN in the kernel, VNI 1, UDP 8472",
    backend="flannel/vxlan",
    addressing=subnet_per_node(),
    pods=BridgedPods("cni0", mtu=1450),
    within=Vxlan("flannel.1", vni=1, port=8472, mtu=1450),
    rules=(service_rules, flannel_rules_of),
    files=flannel_files({"Type": "vxlan"}, mtu=1450),
)
