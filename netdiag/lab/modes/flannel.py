"""What flannel's modes share: its files on a node, its rules."""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.lab import files
from netdiag.lab.cluster import Cluster, Node
from netdiag.lab.mode import FileSource
from netdiag.lab.rules import Rules, flannel_rules


def flannel_files(backend: Mapping[str, object], *, mtu: int) -> FileSource:
    """Return the files of a node with this backend in flannel's configuration."""

    def files_of(cluster: Cluster, node: Node) -> Mapping[str, str]:
        return {
            f"{files.NET_D}/10-flannel.conflist": files.FLANNEL_CONFLIST,
            files.NET_CONF: files.net_conf(backend),
            files.SUBNET_ENV: files.subnet_env(cluster.network, node.bridge, mtu),
        }

    return files_of


def flannel_rules_of(cluster: Cluster, node: Node) -> Rules:
    """Return flanneld's rules on a node."""
    return flannel_rules(str(cluster.network), str(node.pod_subnet))
