"""Configuration files: CNI plugins, flannel's net-conf.json and subnet.env, Calico's pool."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.bundles.facts.hosts import Host

POD_NETWORK = "10.244.0.0/16"
CALICO_NETWORK = "192.168.0.0/16"
NET_D = "/etc/cni/net.d"
PORTMAP = {"type": "portmap", "capabilities": {"portMappings": True}}


def pretty(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def conflist(name: str, *plugins: Mapping[str, object], version: str = "0.3.1") -> str:
    return pretty({"name": name, "cniVersion": version, "plugins": plugins})


FLANNEL_CONFLIST = conflist(
    "cbr0",
    {"type": "flannel", "delegate": {"hairpinMode": True, "isDefaultGateway": True}},
    PORTMAP,
)


def net_conf(backend: Mapping[str, object], **settings: object) -> str:
    """Return flannel's net-conf.json; without a backend if that is empty."""
    network = {"Network": POD_NETWORK, "EnableNFTables": False, **settings}
    return pretty({**network, "Backend": backend} if backend else network)


def subnet_env(host: Host, mtu: int) -> str:
    lines = [f"FLANNEL_NETWORK={POD_NETWORK}", f"FLANNEL_SUBNET={host.bridge_address}"]
    if host.subnet6:
        lines += ["FLANNEL_IPV6_NETWORK=fd00:244::/48"]
        lines += [f"FLANNEL_IPV6_SUBNET={host.bridge_address6[0]}"]
    return "\n".join([*lines, f"FLANNEL_MTU={mtu}", "FLANNEL_IPMASQ=true"]) + "\n"


def calico_conflist(node: str) -> str:
    return conflist("k8s-pod-network", _calico_plugin(node, {"type": "calico-ipam"}), PORTMAP,
                    {"type": "bandwidth", "capabilities": {"bandwidth": True}})  # fmt: skip


def canal_conflist(node: str) -> str:
    """Return canal's: Calico's plugin on the subnet that flannel has."""
    return conflist("k8s-pod-network",
                    _calico_plugin(node, {"type": "host-local", "subnet": "usePodCidr"}), PORTMAP,
                    {"type": "bandwidth", "capabilities": {"bandwidth": True}})  # fmt: skip


def _calico_plugin(node: str, ipam: Mapping[str, object]) -> dict[str, object]:
    return {
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


def ippool_yaml(ipip: str, vxlan: str, *, cidr: str = CALICO_NETWORK) -> str:
    """Return an IPPool as ``calicoctl get ippool -o yaml`` prints one."""
    return (
        "apiVersion: projectcalico.org/v3\n"
        "kind: IPPool\n"
        "metadata:\n"
        '  creationTimestamp: "2026-09-01T08:14:02Z"\n'
        "  name: default-ipv4-ippool\n"
        '  resourceVersion: "1203"\n'
        "  uid: 4f2c3a1e-1c1e-4c0c-9a53-3d1c3b6f1b7a\n"
        "spec:\n"
        "  allowedUses:\n  - Workload\n  - Tunnel\n"
        "  blockSize: 26\n"
        f"  cidr: {cidr}\n"
        f"  ipipMode: {ipip}\n"
        "  natOutgoing: true\n"
        "  nodeSelector: all()\n"
        f"  vxlanMode: {vxlan}\n"
    )
