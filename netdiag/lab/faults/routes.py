"""Faults of routes, forwarding and neighbours."""

from __future__ import annotations

from netdiag.lab.fault import Fault
from netdiag.lab.faults.groups import PLAIN, ROUTED_BY_NODES, VXLAN
from netdiag.lab.steps.routes import NoRoute, OtherRoute, StaleNeighbour
from netdiag.lab.steps.settings import Setting

_STRICT = Setting("node-2", "net/ipv4/conf/all/rp_filter", broken=1, healthy=0)

FAULTS = (
    Fault(
        name="route-missing",
        summary="node-1 has no route to node-2's pods",
        modes=ROUTED_BY_NODES,
        finding="route-missing",
        node="node-1",
        steps=(NoRoute("node-1", "node-2"),),
    ),
    Fault(
        name="return-route-missing",
        summary="node-2 has no route back to node-1's pods",
        modes=ROUTED_BY_NODES,
        finding="return-route-missing",
        node="node-2",
        steps=(NoRoute("node-2", "node-1"),),
    ),
    Fault(
        name="nexthop-unreachable",
        summary="node-1's route to node-2's pods leads by an address that nobody has",
        modes=PLAIN,
        finding="nexthop-unreachable",
        node="node-1",
        steps=(OtherRoute("node-1", "node-2", "10.1.10.99"),),
        one_subnet=True,
    ),
    Fault(
        name="hostgw-across-router",
        summary="the nodes are in different subnets, and the kernel refuses host-gw's routes",
        modes=("flannel-hostgw",),
        finding="route-missing",
        node="node-1",
        steps=(),
        routed=True,
    ),
    Fault(
        name="ip-forward-off-sender",
        summary="node-1 does not forward: ip_forward=0",
        modes=ROUTED_BY_NODES,
        finding="ip-forward-disabled",
        node="node-1",
        steps=(Setting("node-1", "net/ipv4/ip_forward", broken=0, healthy=1),),
    ),
    Fault(
        name="ip-forward-off-receiver",
        summary="node-2 does not forward: ip_forward=0",
        modes=ROUTED_BY_NODES,
        finding="ip-forward-disabled",
        node="node-2",
        steps=(Setting("node-2", "net/ipv4/ip_forward", broken=0, healthy=1),),
    ),
    Fault(
        name="rp-filter-drop",
        summary="node-2's way back is another than the way in, and rp_filter=1 drops the request",
        modes=VXLAN,
        finding="rp-filter-drop",
        node="node-2",
        also=("mode-mismatch",),
        steps=(_STRICT, OtherRoute("node-2", "node-1", "node-1")),
        one_subnet=True,
    ),
    Fault(
        name="return-path-plain",
        summary="node-2 answers by plain routing what comes in the tunnel (rp_filter=0)",
        modes=VXLAN,
        finding="mode-mismatch",
        node="node-2",
        also=("asymmetric-path",),
        steps=(OtherRoute("node-2", "node-1", "node-1"),),
        answered="all",
        one_subnet=True,
    ),
    Fault(
        name="underlay-neighbour-stale",
        summary="node-1 keeps a wrong MAC address for node-2's NIC",
        modes=ROUTED_BY_NODES,
        finding="underlay-neighbour-stale",
        node="node-1",
        steps=(StaleNeighbour("node-1", "node-2"),),
        one_subnet=True,
    ),
)
