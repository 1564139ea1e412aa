"""flannel with everything to other nodes encrypted."""

from __future__ import annotations

from netdiag.lab.blocks.bridged import BridgedPods
from netdiag.lab.blocks.wireguard import WireGuard
from netdiag.lab.cluster import subnet_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.modes.flannel import flannel_files, flannel_rules_of
from netdiag.lab.services import service_rules

MODE = Mode(
    name="flannel-wireguard",
    summary="flannel: WireGuard, UDP 51820",
    backend="flannel/wireguard",
    addressing=subnet_per_node(),
    pods=BridgedPods("cni0", mtu=1420),
    within=WireGuard("flannel-wg", port=51820, mtu=1420),
    rules=(service_rules, flannel_rules_of),
    files=flannel_files({"Type": "wireguard"}, mtu=1420),
)
