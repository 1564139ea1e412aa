"""What Calico's modes share: its files on a node, its rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from netdiag.lab import files
from netdiag.lab.blocks.calico_pods import interface_of
from netdiag.lab.cluster import Cluster, Node
from netdiag.lab.mode import FileSource
from netdiag.lab.rules import Rules, calico_accept_rules, calico_rules
from netdiag.lab.services import service_rules


def calico_files(*, ipip: str = "Never", vxlan: str = "Never", mtu: int) -> FileSource:
    """Return the files of a node whose IPPool has these modes: Never, Always, CrossSubnet."""

    def files_of(cluster: Cluster, node: Node) -> Mapping[str, str]:
        return {
            f"{files.NET_D}/10-calico.conflist": files.calico_conflist(
                node.name, {"type": "calico-ipam"}
            ),
            files.IP_POOL: files.ip_pool(cluster.network, ipip, vxlan),
            "/var/lib/calico/mtu": str(mtu),
            "/var/lib/calico/nodename": node.name,
        }

    return files_of


def calico_rules_of(cluster: Cluster, node: Node) -> Rules:
    """Return those of Felix's rules that come before all others."""
    return calico_rules([interface_of(pod) for pod in cluster.pods_of(node)], str(cluster.network))


def calico_accept_rules_of(cluster: Cluster, node: Node) -> Rules:
    """Return those of Felix's rules that come after all others."""
    return calico_accept_rules()


CALICO_RULES: Final = (calico_rules_of, service_rules, calico_accept_rules_of)
"""Of a node with Calico and kube-proxy, in the order in which real nodes have them."""
