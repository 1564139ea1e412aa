"""Canal: flannel's VXLAN between nodes, Calico's interfaces and policy on them."""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.lab import files
from netdiag.lab.blocks.calico_pods import CalicoPods, interface_of
from netdiag.lab.blocks.vxlan import Vxlan
from netdiag.lab.cluster import Cluster, Node, subnet_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.modes.calico import calico_accept_rules_of
from netdiag.lab.modes.flannel import flannel_rules_of
from netdiag.lab.rules import Rules, calico_rules
from netdiag.lab.services import service_rules


def _canal_files(cluster: Cluster, node: Node) -> Mapping[str, str]:
    return {
        f"{files.NET_D}/10-canal.conflist": files.calico_conflist(
            node.name, {"type": "host-local", "subnet": "usePodCidr"}
        ),
        files.NET_CONF: files.net_conf({"Type": "vxlan"}),
        files.SUBNET_ENV: files.subnet_env(cluster.network, node.bridge, 1450),
        "/var/lib/calico/nodename": node.name,
    }


def _felix_rules(cluster: Cluster, node: Node) -> Rules:
    """Return Felix's without a pool: masquerading is flannel's part."""
    return calico_rules([interface_of(pod) for pod in cluster.pods_of(node)])


MODE = Mode(
    name="canal",
    summary="Canal: flannel's VXLAN, Calico's pod interfaces and policy",
    backend="canal/vxlan",
    addressing=subnet_per_node(),
    pods=CalicoPods(mtu=1450, blackhole=None),
    within=Vxlan("flannel.1", vni=1, port=8472, mtu=1450),
    rules=(_felix_rules, service_rules, flannel_rules_of, calico_accept_rules_of),
    files=_canal_files,
)
