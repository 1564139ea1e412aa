"""Kubernetes objects as the API server gives them, and what is read of them."""

from __future__ import annotations

from typing import Any

import msgspec

from netdiag.model.facts.cluster import (
    DaemonSet,
    EndpointSlice,
    IpamBlock,
    NetworkPolicy,
    Node,
    Pod,
    Service,
    ServicePort,
)
from netdiag.model.facts.configuration import (
    CiliumSettings,
    CniNetwork,
    CniPlugin,
    Configuration,
    FelixSettings,
    FlanneldSettings,
    FlannelNetwork,
    IpPool,
    KubeletSettings,
    KubeProxySettings,
    KubeRouterSettings,
)
from netdiag.model.facts.source import Source

DOCUMENT = "kubernetes/all.json"


def at(key: str) -> Source:
    return Source(DOCUMENT, key)


def named(name: str, namespace: str | None = None, **more: Any) -> dict[str, Any]:
    return {"name": name, **({"namespace": namespace} if namespace else {}), **more}


def config_map(name: str, data: dict[str, str]) -> dict[str, Any]:
    return {"kind": "ConfigMap", "metadata": named(name, "kube-system"), "data": data}


NETWORK_STATUS = msgspec.json.encode(
    [
        {"name": "cbr0", "interface": "eth0", "ips": ["10.244.1.2"], "default": True, "dns": {}},
        {
            "name": "default/sriov-net",
            "interface": "net1",
            "ips": ["192.168.5.7"],
            "device-info": {"type": "pci", "pci": {"pci-address": "0000:18:02.5"}},
        },
    ]
).decode()
CALICO = "crd.projectcalico.org/v1"

OBJECTS: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
    "pod": (
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": named(
                "web-1",
                "shop",
                uid="53d1a0e6",
                labels={"app": "web"},
                annotations={"k8s.v1.cni.cncf.io/network-status": NETWORK_STATUS},
            ),
            "spec": {
                "nodeName": "node1",
                "initContainers": [{"name": "init"}],
                "containers": [{"name": "c", "env": [{"name": "TOKEN", "value": "hidden"}]}],
            },
            "status": {
                "phase": "Running",
                "podIP": "10.244.1.2",
                "podIPs": [{"ip": "10.244.1.2"}, {"ip": "FD00::2"}],
            },
        },
        (
            Pod(
                "shop",
                "web-1",
                "node1",
                ("10.244.1.2", "fd00::2"),
                False,
                "Running",
                ("c",),
                {"app": "web"},
                at("shop/web-1"),
                "53d1a0e6",
                (
                    ("cbr0", "eth0", ("10.244.1.2",)),
                    ("default/sriov-net", "net1", ("192.168.5.7",)),
                ),
                ("net1",),
            ),
        ),
    ),
    "pod of the host": (
        {
            "kind": "Pod",
            "metadata": named("proxy", "kube-system", labels=None, annotations=None),
            "spec": {"nodeName": "node1", "hostNetwork": True, "containers": None},
            "status": {"podIP": "10.1.10.9"},
        },
        (
            Pod(
                "kube-system",
                "proxy",
                "node1",
                ("10.1.10.9",),
                True,
                "",
                (),
                {},
                at("kube-system/proxy"),
            ),
        ),
    ),
    "pod that is pending": (
        {"kind": "Pod", "metadata": named("a", "b"), "spec": {}, "status": {"phase": "Pending"}},
        (Pod("b", "a", None, (), False, "Pending", (), {}, at("b/a")),),
    ),
    "node with flannel": (
        {
            "kind": "Node",
            "metadata": named(
                "node1",
                labels={"kubernetes.io/os": "linux"},
                annotations={
                    "flannel.alpha.coreos.com/backend-type": "vxlan",
                    "flannel.alpha.coreos.com/backend-data": '{"VNI":1,"VtepMAC":"DA:20:9c"}',
                    "flannel.alpha.coreos.com/public-ip": "10.1.10.9",
                    "flannel.alpha.coreos.com/public-ip-overwrite": "192.0.2.9",
                    "flannel.alpha.coreos.com/kube-subnet-manager": "true",
                },
            ),
            "spec": {"podCIDR": "10.244.0.0/24", "podCIDRs": ["10.244.0.0/24", "fd00::/64"]},
            "status": {
                "addresses": [
                    {"type": "InternalIP", "address": "10.1.10.9"},
                    {"type": "ExternalIP", "address": "203.0.113.9"},
                    {"type": "Hostname", "address": "node1.example"},
                ],
                "nodeInfo": {"operatingSystem": "linux"},
            },
        },
        (
            Node(
                "node1",
                ("10.1.10.9",),
                "node1.example",
                ("10.244.0.0/24", "fd00::/64"),
                at("node1"),
                "linux",
                "vxlan",
                "10.1.10.9",
                "192.0.2.9",
                "da:20:9c",
                1,
                labels={"kubernetes.io/os": "linux"},
            ),
        ),
    ),
    "node with Calico": (
        {
            "kind": "Node",
            "metadata": named(
                "node2",
                annotations={
                    "projectcalico.org/IPv4Address": "10.1.10.10/24",
                    "projectcalico.org/IPv4IPIPTunnelAddr": "192.168.104.0",
                    "projectcalico.org/IPv4VXLANTunnelAddr": "192.168.104.1",
                    "projectcalico.org/IPv4WireguardInterfaceAddr": "192.168.104.2",
                    "projectcalico.org/ASNumber": "64512",
                    "network.cilium.io/ipv4-cilium-host": "10.0.1.5",
                },
            ),
        },
        (
            Node(
                "node2",
                (),
                None,
                (),
                at("node2"),
                calico_ipv4="10.1.10.10/24",
                calico_ipip_address="192.168.104.0",
                calico_vxlan_address="192.168.104.1",
                calico_wireguard_address="192.168.104.2",
                calico_as_number="64512",
                cilium_address="10.0.1.5",
            ),
        ),
    ),
    "service": (
        {
            "kind": "Service",
            "metadata": named("web", "shop"),
            "spec": {
                "type": "LoadBalancer",
                "clusterIP": "10.96.0.7",
                "clusterIPs": ["10.96.0.7"],
                "externalIPs": ["198.51.100.1"],
                "ports": [
                    {"name": "http", "port": 80, "targetPort": "web", "nodePort": 30080},
                    {"port": 53, "protocol": "UDP", "targetPort": 5353, "nodePort": 0},
                ],
                "selector": {"app": "web"},
                "externalTrafficPolicy": "Local",
                "internalTrafficPolicy": "Cluster",
            },
            "status": {"loadBalancer": {"ingress": [{"ip": "198.51.100.2"}, {"hostname": "a"}]}},
        },
        (
            Service(
                "shop",
                "web",
                "LoadBalancer",
                ("10.96.0.7",),
                ("198.51.100.1", "198.51.100.2"),
                (
                    ServicePort("http", "TCP", 80, "web", 30080),
                    ServicePort(None, "UDP", 53, "5353"),
                ),
                at("shop/web"),
                "Local",
                "Cluster",
                {"app": "web"},
            ),
        ),
    ),
    "headless service": (
        {
            "kind": "Service",
            "metadata": named("db", "shop"),
            "spec": {"clusterIP": "None", "clusterIPs": ["None"], "ports": None},
        },
        (Service("shop", "db", "ClusterIP", (), (), (), at("shop/db")),),
    ),
    "service of another API": (
        {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": named("a", "b")},
        (),
    ),
    "endpoint slice": (
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": named("web-x", "shop", labels={"kubernetes.io/service-name": "web"}),
            "endpoints": [
                {
                    "addresses": ["10.244.1.2"],
                    "conditions": {"ready": True},
                    "nodeName": "node1",
                    "targetRef": {"kind": "Pod", "name": "web-1", "namespace": "shop"},
                },
                {"addresses": ["10.244.1.3"], "conditions": {"ready": False}},
                {"addresses": ["10.244.1.4"], "conditions": {}},
            ],
            "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}, {"name": ""}],
        },
        (
            EndpointSlice(
                "shop",
                "web",
                (
                    ("10.244.1.2", "node1", "web-1", True),
                    ("10.244.1.3", None, None, False),
                    ("10.244.1.4", None, None, True),
                ),
                (("http", "TCP", 8080), (None, "TCP", None)),
                at("shop/web-x"),
            ),
        ),
    ),
    "endpoints": (
        {
            "kind": "Endpoints",
            "metadata": named("web", "shop"),
            "subsets": [
                {
                    "addresses": [{"ip": "10.244.1.2", "nodeName": "node1"}],
                    "notReadyAddresses": [
                        {"ip": "10.244.1.3", "targetRef": {"kind": "Pod", "name": "web-2"}}
                    ],
                    "ports": [{"port": 8080}],
                },
                {"addresses": None},
            ],
        },
        (
            EndpointSlice(
                "shop",
                "web",
                (("10.244.1.2", "node1", None, True), ("10.244.1.3", None, "web-2", False)),
                ((None, "TCP", 8080),),
                at("shop/web"),
            ),
            EndpointSlice("shop", "web", (), (), at("shop/web")),
        ),
    ),
    "network policy": (
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": named("deny", "shop"),
            "spec": {"podSelector": {"matchLabels": {"app": "web"}}, "egress": [{}]},
        },
        (
            NetworkPolicy(
                "shop",
                "deny",
                "NetworkPolicy",
                ("Ingress", "Egress"),
                {"app": "web"},
                at("shop/deny"),
            ),
        ),
    ),
    "network policy with expressions": (
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": named("deny", "shop"),
            "spec": {
                "policyTypes": ["Egress"],
                "podSelector": {
                    "matchLabels": {"app": "web"},
                    "matchExpressions": [
                        {"key": "tier", "operator": "In", "values": ["a", "b"]},
                        {"key": "tier", "operator": "NotIn", "values": ["c"]},
                        {"key": "x", "operator": "Exists"},
                        {"key": "y", "operator": "DoesNotExist"},
                    ],
                },
            },
        },
        (
            NetworkPolicy(
                "shop",
                "deny",
                "NetworkPolicy",
                ("Egress",),
                "app == 'web' && tier in {'a', 'b'} && tier not in {'c'} && has(x) && !has(y)",
                at("shop/deny"),
            ),
        ),
    ),
    "policy of Calico": (
        {
            "apiVersion": CALICO,
            "kind": "GlobalNetworkPolicy",
            "metadata": named("default.deny"),
            "spec": {"selector": "role == 'db'", "egress": [{"action": "Deny"}]},
        },
        (
            NetworkPolicy(
                None,
                "default.deny",
                "GlobalNetworkPolicy",
                ("Egress",),
                "role == 'db'",
                at("default.deny"),
            ),
        ),
    ),
    "policy of Calico in a namespace": (
        {
            "apiVersion": "projectcalico.org/v3",
            "kind": "NetworkPolicy",
            "metadata": named("a", "shop"),
            "spec": {"types": ["Ingress", "Egress"]},
        },
        (
            NetworkPolicy(
                "shop", "a", "NetworkPolicy", ("Ingress", "Egress"), "all()", at("shop/a")
            ),
        ),
    ),
    "DaemonSet of flannel": (
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": named("kube-flannel-ds", "kube-flannel"),
            "spec": {
                "template": {
                    "spec": {
                        "containers": [
                            {
                                "name": "kube-flannel",
                                "image": "docker.io/flannel/flannel:v0.22.0",
                                "command": ["/opt/bin/flanneld"],
                                "args": ["--ip-masq", "--kube-subnet-mgr", "--iface=eth1"],
                            }
                        ]
                    }
                }
            },
            "status": {
                "desiredNumberScheduled": 3,
                "numberReady": 2,
                "updatedNumberScheduled": 3,
            },
        },
        (
            DaemonSet(
                "kube-flannel",
                "kube-flannel-ds",
                ("docker.io/flannel/flannel:v0.22.0",),
                3,
                2,
                3,
                at("kube-flannel/kube-flannel-ds"),
            ),
            FlanneldSettings(
                at("kube-flannel/kube-flannel-ds kube-flannel"),
                ("eth1",),
                ip_masq=True,
                kube_subnet_manager=True,
            ),
        ),
    ),
    "DaemonSet of Calico": (
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": named("calico-node", "kube-system"),
            "spec": {
                "template": {
                    "spec": {
                        "containers": [
                            {
                                "name": "calico-node",
                                "image": "docker.io/calico/node:v3.26.1",
                                "env": [
                                    {"name": "FELIX_IPINIPMTU", "value": "1440"},
                                    {"name": "FELIX_VXLANMTU", "valueFrom": {"a": {}}},
                                    {"name": "TYPHA_TOKEN", "value": "hidden"},
                                ],
                            }
                        ]
                    }
                }
            },
        },
        (
            DaemonSet(
                "kube-system",
                "calico-node",
                ("docker.io/calico/node:v3.26.1",),
                None,
                None,
                None,
                at("kube-system/calico-node"),
            ),
            FelixSettings(at("kube-system/calico-node calico-node"), "environment", ipip_mtu=1440),
        ),
    ),
    "DaemonSet of kube-router": (
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": named("kube-router", "kube-system"),
            "spec": {
                "template": {
                    "spec": {
                        "containers": [
                            {
                                "name": "kube-router",
                                "image": "docker.io/cloudnativelabs/kube-router@sha256:1",
                                "args": ["--run-router=true", "--overlay-type=full"],
                            }
                        ]
                    }
                }
            },
        },
        (
            DaemonSet(
                "kube-system",
                "kube-router",
                ("docker.io/cloudnativelabs/kube-router@sha256:1",),
                None,
                None,
                None,
                at("kube-system/kube-router"),
            ),
            KubeRouterSettings(at("kube-system/kube-router kube-router"), True, "full"),
        ),
    ),
    "IPAM block": (
        {
            "apiVersion": CALICO,
            "kind": "IPAMBlock",
            "metadata": named("192-168-104-0-26"),
            "spec": {"cidr": "192.168.104.0/26", "affinity": "host:node1", "deleted": False},
        },
        (IpamBlock("192.168.104.0/26", "node1", at("192-168-104-0-26")),),
    ),
    "IPAM block of nobody": (
        {
            "apiVersion": CALICO,
            "kind": "IPAMBlock",
            "metadata": named("b"),
            "spec": {"cidr": "192.168.104.0/26"},
        },
        (),
    ),
    "block affinity": (
        {
            "apiVersion": CALICO,
            "kind": "BlockAffinity",
            "metadata": named("node1-192-168-104-0-26"),
            "spec": {"cidr": "192.168.104.0/26", "node": "node1", "deleted": "false"},
        },
        (IpamBlock("192.168.104.0/26", "node1", at("node1-192-168-104-0-26")),),
    ),
    "block affinity that is deleted": (
        {
            "apiVersion": CALICO,
            "kind": "BlockAffinity",
            "metadata": named("a"),
            "spec": {"cidr": "192.168.104.0/26", "node": "node1", "deleted": "true"},
        },
        (),
    ),
    "IPPool": (
        {
            "apiVersion": CALICO,
            "kind": "IPPool",
            "metadata": named("default-ipv4-ippool"),
            "spec": {"cidr": "192.168.0.0/16", "vxlanMode": "Always", "natOutgoing": True},
        },
        (
            IpPool(
                at("default-ipv4-ippool"),
                "default-ipv4-ippool",
                "192.168.0.0/16",
                vxlan_mode="Always",
                nat_outgoing=True,
            ),
        ),
    ),
    "FelixConfiguration": (
        {
            "apiVersion": CALICO,
            "kind": "FelixConfiguration",
            "metadata": named("default"),
            "spec": {"wireguardEnabled": True},
        },
        (FelixSettings(at("default"), "default", wireguard=True),),
    ),
    "flannel's ConfigMap": (
        config_map(
            "kube-flannel-cfg",
            {
                "net-conf.json": '{"Network": "10.244.0.0/16", "Backend": {"Type": "host-gw"}}',
                "cni-conf.json": '{"name": "cbr0", "plugins": [{"type": "flannel"}]}',
            },
        ),
        (
            FlannelNetwork(
                at("kube-system/kube-flannel-cfg net-conf.json"), "10.244.0.0/16", "host-gw"
            ),
            CniNetwork(
                "cbr0", (CniPlugin("flannel"),), at("kube-system/kube-flannel-cfg cni-conf.json")
            ),
        ),
    ),
    "Canal's ConfigMap": (
        config_map(
            "canal-config",
            {
                "canal_iface": "",
                "cni_network_config": '{"plugins": [{"type": "calico", "mtu": __CNI_MTU__}]}',
                "net-conf.json": '{"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan"}}',
            },
        ),
        (
            Configuration(is_canal=True),
            FlannelNetwork(at("kube-system/canal-config net-conf.json"), "10.244.0.0/16", "vxlan"),
        ),
    ),
    "Cilium's ConfigMap": (
        config_map("cilium-config", {"routing-mode": "native", "ipsec-key": "hidden"}),
        (CiliumSettings(at("kube-system/cilium-config"), "native"),),
    ),
    "kube-proxy's ConfigMap": (
        config_map(
            "kube-proxy", {"config.conf": "mode: ipvs\nclusterCIDR: 10.244.0.0/16,fd00::/48\n"}
        ),
        (
            KubeProxySettings(
                at("kube-system/kube-proxy config.conf"), "ipvs", "10.244.0.0/16,fd00::/48"
            ),
            Configuration(cluster_cidrs=("10.244.0.0/16", "fd00::/48")),
        ),
    ),
    "kubelet's ConfigMap": (
        config_map("kubelet-config-1.23", {"kubelet": "hairpinMode: none\n"}),
        (KubeletSettings(at("kube-system/kubelet-config-1.23 kubelet"), hairpin_mode="none"),),
    ),
    "kubeadm's ConfigMap": (
        config_map(
            "kubeadm-config",
            {"ClusterConfiguration": "networking:\n  podSubnet: 10.244.0.0/16\n"},
        ),
        (Configuration(cluster_cidrs=("10.244.0.0/16",)),),
    ),
    "another ConfigMap": (config_map("app", {"password": "hidden", "config.conf": "a"}), ()),
    "Secret": (
        {"kind": "Secret", "metadata": named("s", "b"), "data": {"token": "hidden"}},
        (),
    ),
}
