"""What the kernel says of each fault of the lab: why it drops the pings that show it, and where.

Measured on Linux 6.18; functions differ from kernel to kernel, with what the compiler inlines. A
fault that is not among CAUSES is one where the kernel drops nothing, or names no cause.
"""

from __future__ import annotations

from typing import NamedTuple


class Cause(NamedTuple):
    """One kind of drop."""

    reason: str
    function: str
    place: str | None
    """Node, pod, router or switch of the lab."""
    interface: str | None


def _filtered(place: str, interface: str | None) -> Cause:
    return Cause("NETFILTER_DROP", "nft_do_chain", place, interface)


def _unanswered(place: str, interface: str) -> Cause:
    return Cause("NEIGH_FAILED", "neigh_invalidate", place, interface)


LEFT_BY_DEFAULT = Cause("IP_INADDRERRORS", "ip_error", "switch", "br0")
"""By the default route, to the network between the nodes, where nobody has that address."""

CAUSES = {
    "fdb-missing": {Cause("NO_TX_TARGET", "vxlan_xmit", "node-1", "flannel.1")},
    "fdb-wrong-remote": {_unanswered("node-1", "ens33")},
    "vtep-neighbour-missing": {_unanswered("node-1", "flannel.1")},
    "vtep-neighbour-wrong": {Cause("NO_TX_TARGET", "vxlan_xmit", "node-1", "flannel.1")},
    "vtep-mac-stale": {Cause("OTHERHOST", "ip_rcv_core", "node-2", "flannel.1")},
    "vni-mismatch": {Cause("VXLAN_VNI_NOT_FOUND", "vxlan_rcv", "node-2", "ens33")},
    "vxlan-port-mismatch": {Cause("NO_SOCKET", "__udp4_lib_rcv", "node-2", "ens33")},
    "overlay-down": {LEFT_BY_DEFAULT},
    "overlay-flaps": {LEFT_BY_DEFAULT},
    "flanneld-dead": {LEFT_BY_DEFAULT},
    "wrong-underlay-interface": {LEFT_BY_DEFAULT},
    "vxlan-blocked": {_filtered("node-2", "ens33")},
    "ipip-blocked": {_filtered("node-2", "ens33")},
    "flannel-udp-blocked": {_filtered("node-2", "ens33")},
    "forward-blocked": {_filtered("node-1", "cni0")},
    "pod-blocked": {_filtered("node-2", "flannel.1")},
    "policy-blocked": {_filtered("node-2", "vxlan.calico")},
    "input-blocked": {_filtered("node-1", "cni0")},
    "route-missing": {LEFT_BY_DEFAULT},
    "return-route-missing": {LEFT_BY_DEFAULT},
    "nexthop-unreachable": {_unanswered("node-1", "ens33")},
    "hostgw-across-router": {Cause("IP_INNOROUTES", "ip_error", "rtr", "e1")},
    "ip-forward-off-sender": {Cause("IP_INADDRERRORS", "ip_error", "node-1", "cni0")},
    "ip-forward-off-receiver": {Cause("IP_INADDRERRORS", "ip_error", "node-2", "flannel.1")},
    "rp-filter-drop": {Cause("IP_RPFILTER", "ip_rcv_finish_core", "node-2", "flannel.1")},
    "underlay-neighbour-stale": {Cause("OTHERHOST", "ip_rcv_core", "node-2", "ens33")},
    "bridge-port-missing": {_unanswered("node-1", "cni0")},
    "bridge-down": {LEFT_BY_DEFAULT},
    "local-pod-route-missing": {Cause("NOT_SPECIFIED", "ip_error", "node-2", "vxlan.calico")},
    "proxy-arp-disabled": {_unanswered("pod-a", "eth0")},
    "pod-subnet-conflict": {_unanswered("pod-a", "eth0")},
    "mtu-exceeded": {Cause("PKT_TOO_BIG", "ip_forward", "node-1", "cni0")},
    "bridge-mtu-small": {Cause("PKT_TOO_BIG", "ip_forward", "node-1", "flannel.1")},
    "mtu-blackhole": {
        Cause("PKT_TOO_BIG", "ip_forward", "node-1", "cni0"),
        _filtered("node-1", None),  # the answer that it is too big, which has no device yet
    },
    "fragments-lost": {_filtered("switch", "e2")},
    "underlay-loss": {_filtered("switch", "e2")},
    "half-lost": {_filtered("node-2", "ens33")},
    "fifth-lost": {_filtered("switch", "e2")},
}
