"""Flannel's clusters: what each backend programs, and what configures it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from netdiag.lab.files import FLANNEL_CONFLIST, NET_D
from netdiag.lab.rules import flannel_rules, joined
from tests.bundles.facts import cni_files, namespaces
from tests.bundles.facts.cluster import kubernetes_of, usual_cmdlines
from tests.bundles.facts.devices import tun, vtep_mac, vxlan, wireguard
from tests.bundles.facts.documents import Facts, NodeFacts
from tests.bundles.facts.firewall import kube_proxy_rules, saved
from tests.bundles.facts.hosts import FLANNEL, Host, Hosts
from tests.bundles.facts.kernel import Link, Namespace
from tests.bundles.facts.kubernetes import config_map

Backend = Literal["vxlan", "vxlan-directrouting", "host-gw", "udp", "wireguard", "wireguard-tun"]
BACKENDS: Mapping[str, Mapping[str, object]] = {
    "vxlan": {"Type": "vxlan"},
    "vxlan-directrouting": {"Type": "vxlan", "DirectRouting": True},
    "host-gw": {"Type": "host-gw"},
    "udp": {"Type": "udp"},
    "wireguard": {"Type": "wireguard"},
    "wireguard-tun": {"Type": "wireguard"},
}
OVERHEAD = {"vxlan": 50, "vxlan-directrouting": 50, "udp": 28, "wireguard": 80, "wireguard-tun": 80}
PORT, VNI = 8472, 1


@dataclass(frozen=True, kw_only=True)
class Flannel:
    """A cluster with flannel."""

    programmed: Backend
    hosts: Hosts = FLANNEL
    configured: Backend | None = None
    """None = as programmed."""
    conf: Mapping[str, object] | None = None
    """The ``Backend`` of net-conf.json, where it is written in another way; empty: not there."""
    port: int = PORT
    vni: int = VNI
    mtu: int | None = None
    wrong_nic: tuple[str, ...] = ()
    """Nodes where flannel chose eth0 with Vagrant's address."""
    domain: str = ""
    """What the nodes' names in Kubernetes have behind those of the folders."""

    def facts(self) -> Facts:
        named = BACKENDS[self.configured or self.programmed]
        net_conf = cni_files.net_conf(named if self.conf is None else self.conf)
        maps = (
            config_map(
                "kube-flannel-cfg",
                {"cni-conf.json": FLANNEL_CONFLIST, "net-conf.json": net_conf},
                "kube-flannel",
            ),
        )
        annotations = {host.name: self._annotations(host) for host in self.hosts}
        return Facts(
            nodes=tuple(self._node(host, net_conf) for host in self.hosts),
            kubernetes=kubernetes_of(
                self.hosts,
                annotations,
                maps,
                pod_network=cni_files.POD_NETWORK,
                agents=("kube-flannel-ds", "kube-proxy"),
                domain=self.domain,
            ),
        )

    def mtu_of(self, host: Host) -> int:
        """Return what flannel gives its device and the pods."""
        return self.mtu or host.nic_mtu - OVERHEAD.get(self.programmed, 0)

    def public_ip(self, host: Host) -> str:
        return host.nat_address if host.name in self.wrong_nic else host.address

    def _node(self, host: Host, net_conf: str) -> NodeFacts:
        mtu = self.mtu_of(host)
        return NodeFacts(
            name=host.name,
            kernel=self._kernel(host),
            pods=namespaces.bridged_pods(host, mtu, cni_files.POD_NETWORK, "cni0"),
            files={
                f"{NET_D}/10-flannel.conflist": FLANNEL_CONFLIST,
                "/etc/kube-flannel/net-conf.json": net_conf,
                "/run/flannel/subnet.env": cni_files.subnet_env(host, mtu),
            },
            firewall=saved(
                joined(
                    kube_proxy_rules(cni_files.POD_NETWORK),
                    flannel_rules(cni_files.POD_NETWORK, host.subnet),
                )
            ),
            cmdlines=(*usual_cmdlines(host), "/opt/bin/flanneld --ip-masq --kube-subnet-mgr"),
            wg=self._wg(host) if self.programmed.startswith("wireguard") else "",
        )

    def _kernel(self, host: Host) -> Namespace:
        mtu = self.mtu_of(host)
        others = tuple(other for other in self.hosts if other.name != host.name)
        tunnelled = tuple(other for other in others if self._is_tunnelled(host, other))
        device = f"flannel.{self.vni}"
        has_vxlan = self.programmed.startswith("vxlan")
        vteps = tunnelled if has_vxlan else ()
        return Namespace(
            links=(
                *namespaces.underlay_links(host),
                *self._overlays(host, mtu),
                *namespaces.bridged_links(host, "cni0", mtu),
            ),
            routes=namespaces.merged(
                namespaces.underlay_routes(host),
                namespaces.bridge_routes(host, "cni0"),
                self._routes(host, others),
            ),
            neighbours=namespaces.merged(
                (f"{o.vtep} dev {device} lladdr {vtep_mac(o.name)} PERMANENT" for o in vteps),
                namespaces.underlay_neighbours(host, self.hosts),
                namespaces.pod_neighbours(host, "cni0"),
            ),
            fdb=namespaces.merged(
                (f"{vtep_mac(o.name)} dev {device} dst {self.public_ip(o)} self permanent"
                 for o in vteps),
                (f"{vtep_mac(o.name)} dev flannel-v6.1 dst {o.address6} self permanent"
                 for o in vteps if o.address6),
            ),
        )  # fmt: skip

    def _is_tunnelled(self, host: Host, other: Host) -> bool:
        if self.programmed == "vxlan-directrouting":
            return not host.is_beside(other)
        return self.programmed != "host-gw"

    def _overlays(self, host: Host, mtu: int) -> Iterator[Link]:
        address = f"{host.vtep}/32"
        if self.programmed.startswith("vxlan"):
            yield self.vxlan_device(host, mtu)
            if host.address6:
                yield self._vxlan_device_6(host, mtu - 20)
        elif self.programmed == "udp":
            yield tun(host.name, "flannel0", address, mtu=mtu)
        elif self.programmed == "wireguard":
            yield wireguard(host.name, "flannel-wg", address, mtu=mtu)
        elif self.programmed == "wireguard-tun":
            yield tun(host.name, "flannel-wg", address, mtu=mtu)

    def vxlan_device(self, host: Host, mtu: int | None = None) -> Link:
        lower = "eth0" if host.name in self.wrong_nic else host.nic
        return vxlan(
            host.name,
            f"flannel.{self.vni}",
            f"{host.vtep}/32",
            vni=self.vni,
            port=self.port,
            local=self.public_ip(host),
            lower=lower,
            mtu=mtu or self.mtu_of(host),
        )

    def _vxlan_device_6(self, host: Host, mtu: int) -> Link:
        return vxlan(
            host.name,
            "flannel-v6.1",
            host.subnet6.replace("/64", "/128"),
            vni=1,
            port=self.port,
            local=host.address6,
            lower=host.nic,
            mtu=mtu,
        )

    def _routes(self, host: Host, others: Hosts) -> Iterator[str]:
        if host.address6 and self.programmed.startswith("vxlan"):
            own = host.subnet6.removesuffix("/64")
            yield f"{own} dev flannel-v6.1 proto kernel metric 256 pref medium"
        if self.programmed == "udp":
            yield f"{cni_files.POD_NETWORK} dev flannel0 scope link"
        elif self.programmed.startswith("wireguard"):
            yield f"{cni_files.POD_NETWORK} dev flannel-wg scope link"
        else:
            for other in others:
                if self._is_tunnelled(host, other):
                    yield f"{other.subnet} via {other.vtep} dev flannel.{self.vni} onlink"
                else:
                    yield f"{other.subnet} via {other.address} dev {host.nic}"
                if other.address6:
                    end = "dev flannel-v6.1 metric 1024 onlink pref medium"
                    yield f"{other.subnet6} via {other.subnet6.removesuffix('/64')} {end}"

    def _annotations(self, host: Host) -> dict[str, str]:
        data: object = None
        if self.programmed.startswith("vxlan"):
            data = {"VNI": self.vni, "VtepMAC": vtep_mac(host.name)}
        elif self.programmed.startswith("wireguard"):
            data = {"PublicKey": "ZZ4cTzKYcAHvNl1SuSvmdRjZpWt6XRj5pAmKbyBBkTk="}
        kind = str(BACKENDS[self.programmed]["Type"])
        prefix = "flannel.alpha.coreos.com"
        found = {
            f"{prefix}/backend-data": json.dumps(data, separators=(",", ":")),
            f"{prefix}/backend-type": kind,
            f"{prefix}/kube-subnet-manager": "true",
            f"{prefix}/public-ip": self.public_ip(host),
        }
        if host.address6:
            found[f"{prefix}/public-ipv6"] = host.address6
        return found

    def _wg(self, host: Host) -> str:
        peers = "".join(
            f"\npeer: (hidden)\n  endpoint: {other.address}:51820\n  allowed ips: {other.subnet}\n"
            "  latest handshake: 41 seconds ago\n  transfer: 12.11 KiB received, 11.83 KiB sent\n"
            "  persistent keepalive: every 25 seconds\n"
            for other in self.hosts
            if other.name != host.name
        )
        return (
            "interface: flannel-wg\n  public key: (hidden)\n  private key: (hidden)\n"
            f"  listening port: 51820\n{peers}"
        )
