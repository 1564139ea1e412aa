"""Configuration files of a node: CNI plugins, flannel, Calico, docker, kubelet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

NET_D: Final = "/etc/cni/net.d"
NET_CONF: Final = "/etc/kube-flannel/net-conf.json"
SUBNET_ENV: Final = "/run/flannel/subnet.env"
IP_POOL: Final = "/var/lib/calico/ippool.yaml"
PORTMAP: Final = {"type": "portmap", "capabilities": {"portMappings": True}}
_BANDWIDTH: Final = {"type": "bandwidth", "capabilities": {"bandwidth": True}}


def pretty(value: object) -> str:
    """Return JSON as a person would have written it."""
    return json.dumps(value, indent=2) + "\n"


def conflist(name: str, *plugins: Mapping[str, object]) -> str:
    """Return a list of CNI plugins."""
    return pretty({"name": name, "cniVersion": "0.3.1", "plugins": plugins})


FLANNEL_CONFLIST: Final = conflist(
    "cbr0",
    {"type": "flannel", "delegate": {"hairpinMode": True, "isDefaultGateway": True}},
    PORTMAP,
)


def net_conf(backend: Mapping[str, object], *, network: str = "10.244.0.0/16") -> str:
    """Return flannel's ``net-conf.json``."""
    return pretty({"Network": network, "EnableNFTables": False, "Backend": backend})


def subnet_env(network: object, bridge: object, mtu: int) -> str:
    """Return flannel's ``subnet.env``; ``bridge``: address and prefix of cni0."""
    return (
        f"FLANNEL_NETWORK={network}\nFLANNEL_SUBNET={bridge}\nFLANNEL_MTU={mtu}\n"
        "FLANNEL_IPMASQ=true\n"
    )


def calico_conflist(node: str, ipam: Mapping[str, object]) -> str:
    """Return Calico's list of plugins; canal's has another ``ipam``."""
    plugin = {
        "type": "calico",
        "log_level": "info",
        "log_file_path": "/var/log/calico/cni/cni.log",
        "datastore_type": "kubernetes",
        "nodename": node,
        "mtu": 0,
        "ipam": ipam,
        "policy": {"type": "k8s"},
        "kubernetes": {"kubeconfig": f"{NET_D}/calico-kubeconfig"},
    }
    return conflist("k8s-pod-network", plugin, PORTMAP, _BANDWIDTH)


def ip_pool(network: object, ipip: str, vxlan: str) -> str:
    """Return an IPPool as ``calicoctl get ippool -o yaml`` prints one."""
    return (
        "apiVersion: projectcalico.org/v3\n"
        "kind: IPPool\n"
        "metadata:\n"
        "  name: default-ipv4-ippool\n"
        "spec:\n"
        "  allowedUses:\n  - Workload\n  - Tunnel\n"
        "  blockSize: 26\n"
        f"  cidr: {network}\n"
        f"  ipipMode: {ipip}\n"
        "  natOutgoing: true\n"
        "  nodeSelector: all()\n"
        f"  vxlanMode: {vxlan}\n"
    )
