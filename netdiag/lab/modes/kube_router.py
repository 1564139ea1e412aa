"""kube-router without its overlay: pods on a bridge, plain routes to the other nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from netdiag.lab import files
from netdiag.lab.blocks.bridged import BridgedPods
from netdiag.lab.blocks.direct import PlainRoutes
from netdiag.lab.cluster import NIC, Cluster, Node, subnet_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.netlink import PROTOCOL_KUBE_ROUTER
from netdiag.lab.rules import Rules
from netdiag.lab.services import service_rules

_BRIDGE: Final = "kube-bridge"
_DAEMON_SET: Final = """\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: kube-router
  namespace: kube-system
spec:
  selector:
    matchLabels:
      k8s-app: kube-router
  template:
    metadata:
      labels:
        k8s-app: kube-router
    spec:
      hostNetwork: true
      containers:
        - name: kube-router
          image: docker.io/cloudnativelabs/kube-router
          args:
            - --run-router=true
            - --run-firewall=true
            - --run-service-proxy=false
            - --enable-overlay=false
"""
"""What tells how kube-router was started: it has no configuration file of its own."""


def _kube_router_files(cluster: Cluster, node: Node) -> Mapping[str, str]:
    plugin = {
        "name": "kubernetes",
        "type": "bridge",
        "bridge": _BRIDGE,
        "isDefaultGateway": True,
        "hairpinMode": True,
        "ipam": {"type": "host-local", "subnet": str(node.pod_subnet)},
    }
    return {
        f"{files.NET_D}/10-kuberouter.conflist": files.conflist("kubernetes", plugin),
        "/etc/kubernetes/kube-router.yaml": _DAEMON_SET,
    }


def _kube_router_rules(cluster: Cluster, node: Node) -> Rules:
    """Return kube-router's; real nodes compare with ipsets where these compare with addresses."""
    said = "-m comment --comment"
    local = "-m addrtype --dst-type LOCAL -m multiport --dports 30000:32767 -j RETURN"
    pods = cluster.network
    masqueraded = (f"-A KUBE-ROUTER-MASQ -d {each.address}/32 -j RETURN" for each in cluster.nodes)
    return {
        "filter": (
            f'-A INPUT {said} "kube-router netpol - 4IA2OSFRMVNDXBVV" -j KUBE-ROUTER-INPUT',
            f'-A FORWARD {said} "kube-router netpol - TEMCG2JMHZYE7H7T" -j KUBE-ROUTER-FORWARD',
            f'-A FORWARD {said} "allow outbound node port traffic on node interface with which '
            f'node ip is associated" -o {NIC} -j ACCEPT',
            f'-A FORWARD {said} "allow inbound traffic to pods" -o {_BRIDGE} -j ACCEPT',
            f'-A FORWARD {said} "allow outbound traffic from pods" -i {_BRIDGE} -j ACCEPT',
            f'-A OUTPUT {said} "kube-router netpol - VEAAIY32XVBHCSCY" -j KUBE-ROUTER-OUTPUT',
            f'-A KUBE-ROUTER-INPUT -d 10.96.0.0/12 {said} "allow traffic to primary cluster IP '
            'range - TZZOAXOCHPHEHX7M" -j RETURN',
            f'-A KUBE-ROUTER-INPUT -p tcp {said} "allow LOCAL TCP traffic to node ports" {local}',
            f'-A KUBE-ROUTER-INPUT -p udp {said} "allow LOCAL UDP traffic to node ports" {local}',
            f'-A KUBE-ROUTER-FORWARD {said} "rule to explicitly ACCEPT traffic that comply to '
            'network policies" -m mark --mark 0x20000/0x20000 -j ACCEPT',
            f'-A KUBE-ROUTER-OUTPUT {said} "rule to explicitly ACCEPT traffic that comply to '
            'network policies" -m mark --mark 0x20000/0x20000 -j ACCEPT',
        ),
        "nat": (
            f"-A POSTROUTING -s {pods} ! -d {pods} -j KUBE-ROUTER-MASQ",
            *masqueraded,
            "-A KUBE-ROUTER-MASQ -j MASQUERADE --random-fully",
        ),
    }


MODE = Mode(
    name="kube-router",
    summary="kube-router: a bridge, plain routes that BGP would have brought",
    backend="kube-router/bgp",
    addressing=subnet_per_node(),
    pods=BridgedPods(_BRIDGE, mtu=1500, network_route=False),
    within=PlainRoutes(protocol=PROTOCOL_KUBE_ROUTER, by_router=True),
    rules=(_kube_router_rules, service_rules),
    files=_kube_router_files,
    router_knows_pods=True,
)
