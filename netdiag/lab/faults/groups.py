"""Modes that can have the same faults."""

from __future__ import annotations

from typing import Final

FLANNEL_VXLAN: Final = ("flannel-vxlan", "canal")
VXLAN: Final = (*FLANNEL_VXLAN, "calico-vxlan")
CALICO: Final = (
    "calico-vxlan",
    "calico-vxlan-crosssubnet",
    "calico-ipip",
    "calico-ipip-crosssubnet",
    "calico-bgp",
)
BRIDGED: Final = ("flannel-vxlan", "flannel-vxlan-directrouting", "flannel-hostgw")
PLAIN: Final = ("flannel-hostgw", "flannel-vxlan-directrouting", "calico-vxlan-crosssubnet")
ROUTED_BY_NODES: Final = (*VXLAN, *PLAIN)
"""Modes in which a node has a route of its own for each other node's pods."""
