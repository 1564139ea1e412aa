"""Cilium: tunnel mode with VXLAN or GENEVE, whose packets eBPF programs send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from netdiag.lab.files import NET_D, conflist
from tests.bundles.facts import namespaces
from tests.bundles.facts.cluster import kubernetes_of, usual_cmdlines
from tests.bundles.facts.devices import external_vxlan, veth
from tests.bundles.facts.documents import Facts, NodeFacts
from tests.bundles.facts.firewall import saved
from tests.bundles.facts.hosts import Host, Hosts, Pod
from tests.bundles.facts.kernel import Link, Namespace
from tests.bundles.facts.kubernetes import config_map

MTU = 1450
CILIUM_1 = Host(
    name="node-1",
    address="10.1.10.9",
    subnet="10.0.1.0/24",
    pods=(Pod(name="pod-a", address="10.0.1.52", port="lxc2b1f0c9d4e11"),),
)
CILIUM_2 = Host(
    name="node-2",
    address="10.1.10.10",
    subnet="10.0.2.0/24",
    pods=(Pod(name="pod-c", address="10.0.2.187", port="lxc77e0aa51c3d2"),),
)
CILIUM: Hosts = (CILIUM_1, CILIUM_2)
SAID = "-m comment --comment"
RULES = {
    "filter": (
        f'-A FORWARD {SAID} "cilium-feeder: CILIUM_FORWARD" -j CILIUM_FORWARD',
        f'-A CILIUM_FORWARD -o cilium_host {SAID} "cilium: any->cluster on cilium_host forward '
        'accept" -j ACCEPT',
        f'-A CILIUM_FORWARD -i lxc+ {SAID} "cilium: cluster->any on lxc+ forward accept" -j ACCEPT',
    )
}


def router_address(host: Host) -> str:
    """Return the address of cilium_host."""
    return host.subnet.replace("0/24", "113")


@dataclass(frozen=True, kw_only=True)
class Cilium:
    """A cluster with Cilium; ``old`` = the ``tunnel`` setting from before version 1.14."""

    protocol: Literal["vxlan", "geneve"] = "vxlan"
    hosts: Hosts = CILIUM
    old: bool = False

    def facts(self) -> Facts:
        mode = (
            {"tunnel": self.protocol}
            if self.old
            else {"routing-mode": "tunnel", "tunnel-protocol": self.protocol}
        )
        data = {"cluster-name": "default", "cluster-pool-ipv4-cidr": "10.0.0.0/8",
                "cluster-pool-ipv4-mask-size": "24", "cni-exclusive": "true",
                "enable-bpf-masquerade": "true", "enable-ipv4": "true", "enable-ipv6": "false",
                "identity-allocation-mode": "crd", "ipam": "cluster-pool",
                "kube-proxy-replacement": "true", **mode}  # fmt: skip
        annotations = {
            host.name: {"network.cilium.io/ipv4-pod-cidr": host.subnet,
                        "network.cilium.io/ipv4-cilium-host": router_address(host)}
            for host in self.hosts
        }  # fmt: skip
        return Facts(
            nodes=tuple(map(self._node, self.hosts)),
            kubernetes=kubernetes_of(
                self.hosts,
                annotations,
                (config_map("cilium-config", data),),
                pod_network="10.244.0.0/16",
                agents=("cilium",),
            ),
        )

    def _node(self, host: Host) -> NodeFacts:
        device = f"cilium_{self.protocol}"
        port = 8472 if self.protocol == "vxlan" else 6081
        own = router_address(host)
        end = f"dev cilium_host proto kernel src {own}"
        others = [other for other in self.hosts if other.name != host.name]
        return NodeFacts(
            name=host.name,
            kernel=Namespace(
                links=(
                    *namespaces.underlay_links(host),
                    *_own_veth(host),
                    external_vxlan(host.name, device, port=port, kind=self.protocol),
                    *namespaces.port_links(host, 1500),
                ),
                routes=namespaces.merged(
                    namespaces.underlay_routes(host),
                    (f"{o.subnet} via {own} {end} mtu {MTU}" for o in others),
                    (f"{host.subnet} via {own} {end}",
                     f"{own} dev cilium_host proto kernel scope link"),
                ),
                rules=(
                    "9:\tfrom all fwmark 0x200/0xf00 lookup 2004",
                    "100:\tfrom all lookup local",
                    "32766:\tfrom all lookup main",
                    "32767:\tfrom all lookup default",
                ),
                neighbours=namespaces.underlay_neighbours(host, self.hosts),
            ),
            pods=namespaces.routed_pods(host, 1500, gateway=own),
            files={
                f"{NET_D}/05-cilium.conflist": conflist(
                    "cilium",
                    {"type": "cilium-cni", "enable-debug": False,
                     "log-file": "/var/run/cilium/cilium-cni.log"},
                ),
            },
            firewall=saved(RULES),
            cmdlines=(
                usual_cmdlines(host)[0],
                "cilium-agent --config-dir=/tmp/cilium/config-map",
            ),
        )  # fmt: skip


def _own_veth(host: Host) -> Iterator[Link]:
    """Yield both ends of Cilium's own veth, which are in one namespace."""
    net = veth(host.name, "cilium_net", mtu=1500, namespace=0)
    own = veth(host.name, "cilium_host", mtu=1500, namespace=0)
    yield replace(net, lower="cilium_host", peer_index=0, peer_namespace=None)
    yield replace(
        own,
        lower="cilium_net",
        addresses=(f"{router_address(host)}/32",),
        peer_index=0,
        peer_namespace=None,
    )
