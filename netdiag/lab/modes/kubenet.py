"""kubenet: a bridge on each node, and a router that knows which node has which pods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from netdiag.lab.blocks.bridged import BridgedPods
from netdiag.lab.blocks.direct import Nothing
from netdiag.lab.cluster import Cluster, Node, subnet_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.rules import Rules, kubenet_rules
from netdiag.lab.services import service_rules

_NOT_TRANSLATED: Final = "10.0.0.0/8"


def _files(cluster: Cluster, node: Node) -> Mapping[str, str]:
    options = (
        f"--network-plugin=kubenet --pod-cidr={node.pod_subnet} "
        f"--non-masquerade-cidr={_NOT_TRANSLATED}"
    )
    return {"/var/lib/kubelet/kubeadm-flags.env": f'KUBELET_KUBEADM_ARGS="{options}"\n'}


def _rules(cluster: Cluster, node: Node) -> Rules:
    return kubenet_rules(_NOT_TRANSLATED)


MODE = Mode(
    name="kubenet",
    summary="kubenet: cbr0 on each node, routes to pods in the router alone",
    backend="kubenet",
    addressing=subnet_per_node(),
    pods=BridgedPods("cbr0", mtu=1500, network_route=False),
    within=Nothing(),
    rules=(service_rules, _rules),
    files=_files,
    always_routed=True,
    router_knows_pods=True,
)
