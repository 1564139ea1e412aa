"""kube-router: BGP routes of protocol 17, and IPIP devices for each peer where it tunnels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from netdiag.lab.files import NET_D, PORTMAP
from tests.bundles.facts import cni_files, kernel, namespaces
from tests.bundles.facts.cluster import kubernetes_of, usual_cmdlines
from tests.bundles.facts.devices import dummy, ipip
from tests.bundles.facts.documents import Facts, NodeFacts
from tests.bundles.facts.firewall import kube_proxy_rules, saved
from tests.bundles.facts.hosts import FLANNEL, Host, Hosts
from tests.bundles.facts.kernel import Link, Namespace

Overlay = Literal["subnet", "full", "off"]
TABLE = "77"


def tunnel_name(peer: Host) -> str:
    """Return the device's name: ``tun-`` and the peer's address without dots."""
    return "tun-" + peer.address.replace(".", "")


@dataclass(frozen=True, kw_only=True)
class KubeRouter:
    """A cluster with kube-router; ``subnet`` tunnels only between subnets, which is its default."""

    overlay: Overlay = "subnet"
    hosts: Hosts = FLANNEL
    configured: Overlay | None = None

    def facts(self) -> Facts:
        return Facts(
            nodes=tuple(map(self._node, self.hosts)),
            kubernetes=kubernetes_of(
                self.hosts,
                {},
                (),
                pod_network=cni_files.POD_NETWORK,
                agents=("kube-router",),
            ),
        )

    def is_tunnelled(self, host: Host, other: Host) -> bool:
        if self.overlay == "full":
            return True
        return self.overlay == "subnet" and not host.is_beside(other)

    def _node(self, host: Host) -> NodeFacts:
        others = tuple(other for other in self.hosts if other.name != host.name)
        tunnelled = tuple(other for other in others if self.is_tunnelled(host, other))
        mtu = 1500 if self.overlay == "off" else 1480
        plugin = {"name": "kubernetes", "type": "bridge", "mtu": mtu, "bridge": "kube-bridge",
                  "isDefaultGateway": True, "hairpinMode": True,
                  "ipam": {"type": "host-local", "subnet": host.subnet}}  # fmt: skip
        return NodeFacts(
            name=host.name,
            kernel=Namespace(
                links=(
                    *namespaces.underlay_links(host),
                    *namespaces.bridged_links(host, "kube-bridge", mtu),
                    dummy(host.name, "kube-dummy-if", "10.96.0.1/32"),
                    *_tunnels(host, tunnelled),
                ),
                routes=namespaces.merged(
                    (f"{o.address} dev {tunnel_name(o)} table {TABLE} scope link"
                     for o in tunnelled),
                    namespaces.underlay_routes(host),
                    namespaces.bridge_routes(host, "kube-bridge"),
                    (self._route(host, other) for other in others),
                ),
                rules=(
                    kernel.USUAL_RULES[0],
                    f"32764:\tfrom {host.subnet} lookup {TABLE}",
                    *kernel.USUAL_RULES[1:],
                ),
                neighbours=namespaces.merged(
                    namespaces.underlay_neighbours(host, self.hosts),
                    namespaces.pod_neighbours(host, "kube-bridge"),
                ),
            ),
            pods=namespaces.bridged_pods(host, mtu, "", "kube-bridge"),
            files={
                f"{NET_D}/10-kuberouter.conflist": cni_files.conflist(
                    "mynet", plugin, PORTMAP, version="0.3.0"
                ),
            },
            firewall=saved(kube_proxy_rules(cni_files.POD_NETWORK)),
            cmdlines=(usual_cmdlines(host)[0], self._cmdline()),
        )  # fmt: skip

    def _route(self, host: Host, other: Host) -> str:
        if self.is_tunnelled(host, other):
            return f"{other.subnet} dev {tunnel_name(other)} proto 17 src {host.address}"
        hop = other.address if host.is_beside(other) else host.gateway
        return f"{other.subnet} via {hop} dev {host.nic} proto 17"

    def _cmdline(self) -> str:
        overlay = self.configured or self.overlay
        choice = "--enable-overlay=false" if overlay == "off" else f"--overlay-type={overlay}"
        return (
            "/usr/local/bin/kube-router --run-router=true --run-firewall=true "
            f"--run-service-proxy=true --bgp-graceful-restart=true {choice} "
            "--kubeconfig=/var/lib/kube-router/kubeconfig"
        )


def _tunnels(host: Host, others: Hosts) -> Iterator[Link]:
    for other in others:
        yield ipip(
            host.name, tunnel_name(other), local=host.address, remote=other.address, lower=host.nic
        )
