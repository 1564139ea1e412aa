"""Canal: flannel's VXLAN between nodes, Calico's ports and policies on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from netdiag.lab.files import NET_D
from netdiag.lab.rules import flannel_rules, joined
from tests.bundles.facts import cni_files, namespaces
from tests.bundles.facts.cluster import kubernetes_of, usual_cmdlines
from tests.bundles.facts.devices import vtep_mac
from tests.bundles.facts.documents import Facts, NodeFacts
from tests.bundles.facts.firewall import (
    calico_rules,
    kube_proxy_rules,
    saved,
)
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import FLANNEL, Host, Hosts
from tests.bundles.facts.kernel import Namespace
from tests.bundles.facts.kubernetes import config_map, felix_configuration

PORTS = {"veth3cafbbcc": "cali5e1c4d6c68c", "veth9a99bd4f": "cali2f5353dd8c5",
         "veth7e2f650f": "cali3754a2f57f6"}  # fmt: skip
MTU = 1450


def ported(host: Host) -> Host:
    """Return the node with Calico's ports in place of a bridge's."""
    pods = tuple(replace(pod, port=PORTS[pod.port]) for pod in host.pods)
    return replace(host, pods=pods)


CANAL: Hosts = tuple(map(ported, FLANNEL))


@dataclass(frozen=True, kw_only=True)
class Canal:
    """A cluster with canal."""

    hosts: Hosts = CANAL

    def facts(self) -> Facts:
        net_conf = cni_files.net_conf({"Type": "vxlan"})
        conflist = cni_files.canal_conflist("__KUBERNETES_NODE_NAME__")
        data = {"canal_iface": "", "cni_network_config": conflist, "masquerade": "true",
                "net-conf.json": net_conf, "typha_service_name": "none",
                "veth_mtu": "1450"}  # fmt: skip
        canal_config = config_map("canal-config", data)
        prefix = "flannel.alpha.coreos.com"
        annotations = {
            host.name: {
                f"{prefix}/backend-data": f'{{"VNI":1,"VtepMAC":"{vtep_mac(host.name)}"}}',
                f"{prefix}/backend-type": "vxlan",
                f"{prefix}/kube-subnet-manager": "true",
                f"{prefix}/public-ip": host.address,
                "projectcalico.org/IPv4IPIPTunnelAddr": "",
            }
            for host in self.hosts
        }
        kubernetes = kubernetes_of(
            self.hosts,
            annotations,
            (canal_config,),
            pod_network=cni_files.POD_NETWORK,
            agents=("canal", "kube-proxy"),
        )
        kubernetes["felixconfigurations"] = (felix_configuration(),)
        return Facts(nodes=tuple(map(self._node, self.hosts)), kubernetes=kubernetes)

    def _node(self, host: Host) -> NodeFacts:
        flannel = Flannel(programmed="vxlan", hosts=self.hosts)
        others = tuple(other for other in self.hosts if other.name != host.name)
        network = cni_files.POD_NETWORK
        return NodeFacts(
            name=host.name,
            kernel=Namespace(
                links=(
                    *namespaces.underlay_links(host),
                    flannel.vxlan_device(host),
                    *namespaces.port_links(host, MTU),
                ),
                routes=namespaces.merged(
                    namespaces.underlay_routes(host),
                    (f"{pod.address} dev {pod.port} scope link" for pod in host.pods),
                    (f"{o.subnet} via {o.vtep} dev flannel.1 onlink" for o in others),
                ),
                neighbours=namespaces.merged(
                    (f"{o.vtep} dev flannel.1 lladdr {vtep_mac(o.name)} PERMANENT" for o in others),
                    namespaces.underlay_neighbours(host, self.hosts),
                    namespaces.pod_neighbours(host),
                ),
                fdb=tuple(
                    f"{vtep_mac(o.name)} dev flannel.1 dst {o.address} self permanent"
                    for o in others
                ),
            ),
            pods=namespaces.routed_pods(host, MTU),
            files={
                f"{NET_D}/10-canal.conflist": cni_files.canal_conflist(host.name),
                "/etc/kube-flannel/net-conf.json": cni_files.net_conf({"Type": "vxlan"}),
                "/run/flannel/subnet.env": cni_files.subnet_env(host, MTU),
            },
            firewall=saved(
                joined(
                    kube_proxy_rules(network),
                    calico_rules(network),
                    flannel_rules(network, host.subnet),
                )
            ),
            cmdlines=(
                *usual_cmdlines(host),
                "calico-node -felix",
                "/opt/bin/flanneld --ip-masq --kube-subnet-mgr",
            ),
        )
