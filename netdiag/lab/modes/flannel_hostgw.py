"""flannel without a tunnel: each node is the gateway to its pods."""

from __future__ import annotations

from netdiag.lab.blocks.bridged import BridgedPods
from netdiag.lab.blocks.direct import PlainRoutes
from netdiag.lab.cluster import subnet_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.modes.flannel import flannel_files, flannel_rules_of
from netdiag.lab.services import service_rules

MODE = Mode(
    name="flannel-hostgw",
    summary="flannel: plain routes by the other nodes, which must be on one subnet",
    backend="flannel/host-gw",
    addressing=subnet_per_node(),
    pods=BridgedPods("cni0", mtu=1500),
    within=PlainRoutes(),
    rules=(service_rules, flannel_rules_of),
    works_routed=False,
    files=flannel_files({"Type": "host-gw"}, mtu=1500),
)
