"""Configuration files: CNI plugins, flannel's net-conf.json and subnet.env, Calico's pool."""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.lab import files
from tests.bundles.facts.hosts import Host

POD_NETWORK = "10.244.0.0/16"
CALICO_NETWORK = "192.168.0.0/16"


def conflist(name: str, *plugins: Mapping[str, object], version: str) -> str:
    return files.pretty({"name": name, "cniVersion": version, "plugins": plugins})


def net_conf(backend: Mapping[str, object], **settings: object) -> str:
    """Return flannel's net-conf.json; without a backend if that is empty."""
    network = {"Network": POD_NETWORK, "EnableNFTables": False, **settings}
    return files.pretty({**network, "Backend": backend} if backend else network)


def subnet_env(host: Host, mtu: int) -> str:
    lines = [f"FLANNEL_NETWORK={POD_NETWORK}", f"FLANNEL_SUBNET={host.bridge_address}"]
    if host.subnet6:
        lines += ["FLANNEL_IPV6_NETWORK=fd00:244::/48"]
        lines += [f"FLANNEL_IPV6_SUBNET={host.bridge_address6[0]}"]
    return "\n".join([*lines, f"FLANNEL_MTU={mtu}", "FLANNEL_IPMASQ=true"]) + "\n"


def calico_conflist(node: str) -> str:
    return files.calico_conflist(node, {"type": "calico-ipam"})


def canal_conflist(node: str) -> str:
    """Return canal's: Calico's plugin on the subnet that flannel has."""
    return files.calico_conflist(node, {"type": "host-local", "subnet": "usePodCidr"})


def ippool_yaml(ipip: str, vxlan: str, *, cidr: str = CALICO_NETWORK) -> str:
    """Return an IPPool with the metadata that a cluster's datastore adds."""
    name = "  name: default-ipv4-ippool\n"
    metadata = (
        '  creationTimestamp: "2026-09-01T08:14:02Z"\n'
        f"{name}"
        '  resourceVersion: "1203"\n'
        "  uid: 4f2c3a1e-1c1e-4c0c-9a53-3d1c3b6f1b7a\n"
    )
    return files.ip_pool(cidr, ipip, vxlan).replace(name, metadata)
