"""Calico's clusters: BGP, IPIP, VXLAN, both CrossSubnet, WireGuard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from netdiag.lab.files import NET_D
from netdiag.lab.rules import joined
from tests.bundles.facts import cni_files, kernel, namespaces
from tests.bundles.facts.cluster import kubernetes_of, usual_cmdlines
from tests.bundles.facts.devices import tun, tunl0, vtep_mac, vxlan, wireguard
from tests.bundles.facts.documents import Facts, NodeFacts
from tests.bundles.facts.firewall import calico_rules, kube_proxy_rules, saved
from tests.bundles.facts.hosts import CALICO, Host, Hosts
from tests.bundles.facts.kernel import Link, Namespace
from tests.bundles.facts.kubernetes import Item, config_map, felix_configuration, ippool

Mode = Literal["bgp", "ipip", "ipip-crosssubnet", "vxlan", "vxlan-crosssubnet", "wireguard"]
POOL_MODES: Mapping[str, tuple[str, str]] = {
    "bgp": ("Never", "Never"),
    "ipip": ("Always", "Never"),
    "ipip-crosssubnet": ("CrossSubnet", "Never"),
    "vxlan": ("Never", "Always"),
    "vxlan-crosssubnet": ("Never", "CrossSubnet"),
    "wireguard": ("Never", "Never"),
}
OVERHEAD = {"bgp": 0, "ipip": 20, "ipip-crosssubnet": 20, "vxlan": 50, "vxlan-crosssubnet": 50,
            "wireguard": 60}  # fmt: skip
PORT, VNI, MARK = 4789, 4096, "0x100000/0x100000"


@dataclass(frozen=True, kw_only=True)
class Calico:
    """A cluster with Calico."""

    programmed: Mode
    hosts: Hosts = CALICO
    configured: Mode | None = None
    """None = as programmed."""
    port: int = PORT
    stand_in: bool = False
    """tunl0 and wireguard.cali are TUN devices of programs."""
    mtu: int | None = None
    felix: Mapping[str, object] = field(default_factory=dict)
    """Further settings of the FelixConfiguration."""
    domain: str = ""

    def facts(self) -> Facts:
        configured = self.configured or self.programmed
        modes = POOL_MODES[configured]
        felix = dict(self.felix)
        if configured == "wireguard":
            felix["wireguardEnabled"] = True
        backend = "vxlan" if configured.startswith("vxlan") else "bird"
        maps = (
            config_map("calico-config", {"calico_backend": backend, "typha_service_name": "none",
                                         "veth_mtu": "0"}),
        )  # fmt: skip
        objects: dict[str, tuple[Item, ...]] = {
            "ippools": (ippool(*modes),),
            "felixconfigurations": (felix_configuration(**felix),),
        }
        annotations = {host.name: self._annotations(host) for host in self.hosts}
        common = kubernetes_of(
            self.hosts,
            annotations,
            maps,
            pod_network=cni_files.CALICO_NETWORK,
            agents=("calico-node", "kube-proxy"),
            domain=self.domain,
            node_hosts=kubeadm_subnets(self.hosts),
        )
        return Facts(
            nodes=tuple(self._node(host, cni_files.ippool_yaml(*modes)) for host in self.hosts),
            kubernetes=common | objects,
        )

    def mtu_of(self, host: Host) -> int:
        return self.mtu or host.nic_mtu - OVERHEAD[self.programmed]

    def _node(self, host: Host, pool: str) -> NodeFacts:
        mtu = self.mtu_of(host)
        return NodeFacts(
            name=host.name,
            kernel=self._kernel(host, mtu),
            pods=namespaces.routed_pods(host, mtu),
            files={
                f"{NET_D}/10-calico.conflist": cni_files.calico_conflist(host.name),
                "/var/lib/calico/ippool.yaml": pool,
                "/var/lib/calico/mtu": str(mtu),
                "/var/lib/calico/nodename": host.name,
            },
            firewall=saved(
                joined(
                    kube_proxy_rules(cni_files.CALICO_NETWORK),
                    calico_rules(cni_files.CALICO_NETWORK),
                )
            ),
            cmdlines=(*usual_cmdlines(host), *self._cmdlines()),
            wg=self._wg(host) if self.programmed == "wireguard" else "",
        )

    def _kernel(self, host: Host, mtu: int) -> Namespace:
        others = tuple(other for other in self.hosts if other.name != host.name)
        has_vteps = self.programmed.startswith("vxlan")
        vteps = others if has_vteps else ()
        rules = kernel.USUAL_RULES
        if self.programmed == "wireguard":
            rules = (rules[0], f"99:\tnot from all fwmark {MARK} lookup 1", *rules[1:])
        return Namespace(
            links=(
                *namespaces.underlay_links(host),
                *namespaces.port_links(host, mtu),
                *self._overlays(host, mtu),
            ),
            routes=namespaces.merged(
                self._table_1(host, others),
                namespaces.underlay_routes(host),
                self._local_routes(host),
                (self._route(host, other) for other in others),
            ),
            rules=rules,
            neighbours=namespaces.merged(
                (f"{o.vtep} dev vxlan.calico lladdr {vtep_mac(o.name)} PERMANENT" for o in vteps),
                namespaces.underlay_neighbours(host, self.hosts),
                namespaces.pod_neighbours(host),
            ),
            fdb=tuple(
                f"{vtep_mac(o.name)} dev vxlan.calico dst {o.address} self permanent"
                for o in vteps
            ),
        )  # fmt: skip

    def _overlays(self, host: Host, mtu: int) -> Iterator[Link]:
        address = f"{host.vtep}/32"
        if self.programmed.startswith("ipip") and self.stand_in:
            yield tun(host.name, "tunl0", address, mtu=mtu, stands_for="ipip")
        elif self.programmed.startswith("ipip"):
            yield tunl0(host.name, address, mtu=mtu)
        elif self.programmed.startswith("vxlan"):
            yield self.vxlan_device(host, mtu)
        elif self.programmed == "wireguard" and self.stand_in:
            yield tun(host.name, "wireguard.cali", address, mtu=mtu)
        elif self.programmed == "wireguard":
            yield wireguard(host.name, "wireguard.cali", address, mtu=mtu)

    def vxlan_device(self, host: Host, mtu: int = 1450) -> Link:
        return vxlan(host.name, "vxlan.calico", f"{host.vtep}/32", vni=VNI, port=self.port,
                     local=host.address, lower=host.nic, mtu=mtu)  # fmt: skip

    def _local_routes(self, host: Host) -> Iterator[str]:
        protocol = "80" if self.programmed.startswith("vxlan") else "bird"
        yield f"blackhole {host.subnet} proto {protocol}"
        for pod in host.pods:
            yield f"{pod.address} dev {pod.port} scope link"

    def _route(self, host: Host, other: Host) -> str:
        beside = host.is_beside(other)
        if self.programmed == "ipip" or (self.programmed == "ipip-crosssubnet" and not beside):
            return f"{other.subnet} via {other.address} dev tunl0 proto bird onlink"
        if self.programmed == "vxlan" or (self.programmed == "vxlan-crosssubnet" and not beside):
            return f"{other.subnet} via {other.vtep} dev vxlan.calico proto 80 onlink"
        protocol = "80 onlink" if self.programmed == "vxlan-crosssubnet" else "bird"
        hop = other.address if beside else host.gateway
        return f"{other.subnet} via {hop} dev {host.nic} proto {protocol}"

    def _table_1(self, host: Host, others: Hosts) -> Iterator[str]:
        if self.programmed != "wireguard":
            return
        yield f"throw {host.subnet} table 1 proto 80"
        for other in others:
            yield f"{other.subnet} dev wireguard.cali table 1 proto 80 scope link"

    def _cmdlines(self) -> Iterator[str]:
        yield "calico-node -felix"
        if not self.programmed.startswith("vxlan"):
            yield "bird -R -s /var/run/calico/bird.ctl -d -c /etc/calico/confd/config/bird.cfg"
            yield "calico-node -confd"

    def _annotations(self, host: Host) -> dict[str, str]:
        prefix = "projectcalico.org"
        found = {f"{prefix}/IPv4Address": f"{host.address}/{host.prefix}"}
        if self.programmed.startswith("ipip"):
            found[f"{prefix}/IPv4IPIPTunnelAddr"] = host.vtep
        elif self.programmed.startswith("vxlan"):
            found[f"{prefix}/IPv4VXLANTunnelAddr"] = host.vtep
            found[f"{prefix}/VXLANTunnelMACAddr"] = vtep_mac(host.name)
        elif self.programmed == "wireguard":
            found[f"{prefix}/IPv4WireguardInterfaceAddr"] = host.vtep
            found[f"{prefix}/WireguardPublicKey"] = "lo0WLiRvYIGwdZ1CbOPFa2Lq1KYPLtwGKGO6dZzpp2E="
        return found

    def _wg(self, host: Host) -> str:
        peers = "".join(
            f"\npeer: (hidden)\n  endpoint: {other.address}:51820\n  allowed ips: "
            f"{other.subnet}, {other.vtep}/32\n  latest handshake: 1 minute, 3 seconds ago\n"
            "  transfer: 8.41 KiB received, 8.39 KiB sent\n"
            for other in self.hosts
            if other.name != host.name
        )
        return (
            "interface: wireguard.cali\n  public key: (hidden)\n  private key: (hidden)\n"
            f"  listening port: 51820\n  fwmark: 0x100000\n{peers}"
        )


def kubeadm_subnets(hosts: Hosts) -> Hosts:
    """Return the nodes with the subnets that kubeadm gave them, which Calico's IPAM ignores."""
    return tuple(
        replace(host, subnet=f"192.168.{at}.0/24", subnet6="") for at, host in enumerate(hosts)
    )
