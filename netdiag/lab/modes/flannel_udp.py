"""flannel's oldest backend: everything to other nodes through flanneld, in UDP."""

from __future__ import annotations

from netdiag.lab.blocks.bridged import BridgedPods
from netdiag.lab.blocks.flannel_udp import FlannelUdp
from netdiag.lab.cluster import subnet_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.modes.flannel import flannel_files, flannel_rules_of
from netdiag.lab.services import service_rules

MODE = Mode(
    name="flannel-udp",
    summary="flannel: flanneld carries packets itself, UDP 8285",
    backend="flannel/udp",
    addressing=subnet_per_node(),
    pods=BridgedPods("cni0", mtu=1472),
    within=FlannelUdp("flannel0", port=8285, mtu=1472),
    rules=(service_rules, flannel_rules_of),
    files=flannel_files({"Type": "udp"}, mtu=1472),
)
