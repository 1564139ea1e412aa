"""What calicoctl, etcdctl and kubectl print for people, as it is pasted into a report."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.bundles.facts.devices import vtep_mac
from tests.bundles.facts.flannel import Flannel

ETCD_PREFIX = "/coreos.com/network"


def calicoctl_ippools(ipip: str, vxlan: str, *, cidr: str = "192.168.0.0/16") -> str:
    """Return ``calicoctl get ippool -o wide``."""
    return (
        "NAME                  CIDR             NAT    IPIPMODE      VXLANMODE     "
        "DISABLED   DISABLEBGPEXPORT   SELECTOR   \n"
        f"default-ipv4-ippool   {cidr:<16} true   {ipip:<13} {vxlan:<13} "
        "false      false              all()      \n\n"
    )


def etcd_config(backend: Mapping[str, object]) -> str:
    """Return ``etcdctl get /coreos.com/network/config``: the key, then the value."""
    value = json.dumps({"Network": "10.244.0.0/16", "Backend": backend})
    return f"{ETCD_PREFIX}/config\n{value}\n"


def etcd_leases(flannel: Flannel) -> str:
    """Return ``etcdctl get --prefix /coreos.com/network/subnets``."""
    text = ""
    for host in flannel.hosts:
        data = {"VNI": flannel.vni, "VtepMAC": vtep_mac(host.name)}
        lease = {"PublicIP": flannel.public_ip(host), "PublicIPv6": None, "BackendType": "vxlan",
                 "BackendData": data}  # fmt: skip
        key = host.subnet.replace("/", "-")
        text += f"{ETCD_PREFIX}/subnets/{key}\n{json.dumps(lease, separators=(',', ':'))}\n"
    return text
