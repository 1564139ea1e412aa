"""Faults of the overlay: VTEPs, their entries, their device."""

from __future__ import annotations

from netdiag.lab.fault import Fault, Ping
from netdiag.lab.faults.groups import VXLAN
from netdiag.lab.running import OVERLAY
from netdiag.lab.steps.links import DaemonDead, LinkDown, OverlayGone
from netdiag.lab.steps.vtep import (
    WRONG_MAC,
    NewVtepMac,
    NoFdb,
    OtherVxlan,
    VtepNeighbour,
    WrongFdb,
    WrongNic,
)

FAULTS = (
    Fault(
        name="fdb-missing",
        summary="node-1 has no FDB entry for node-2's VTEP",
        modes=VXLAN,
        finding="fdb-missing",
        node="node-1",
        steps=(NoFdb("node-1", "node-2"),),
    ),
    Fault(
        name="fdb-wrong-remote",
        summary="node-1's FDB entry for node-2's VTEP leads to an address that is no node",
        modes=VXLAN,
        finding="fdb-wrong-remote",
        node="node-1",
        steps=(WrongFdb("node-1", "node-2", "10.1.10.99"),),
    ),
    Fault(
        name="vtep-neighbour-missing",
        summary="node-1 has no neighbour entry for node-2's VTEP",
        modes=VXLAN,
        finding="vtep-neighbour-missing",
        node="node-1",
        steps=(VtepNeighbour("node-1", "node-2"),),
    ),
    Fault(
        name="vtep-neighbour-wrong",
        summary="node-1's neighbour entry for node-2's VTEP has a MAC address nobody has",
        modes=VXLAN,
        finding="vtep-neighbour-wrong",
        node="node-1",
        steps=(VtepNeighbour("node-1", "node-2", WRONG_MAC),),
    ),
    Fault(
        name="vtep-mac-stale",
        summary="node-2's VXLAN device was made anew with another MAC, and node-1 was not told",
        modes=VXLAN,
        finding="vtep-mac-stale",
        node="node-1",
        steps=(NewVtepMac("node-2"),),
    ),
    Fault(
        name="vni-mismatch",
        summary="node-2's VXLAN device has another VNI",
        modes=VXLAN,
        finding="vni-mismatch",
        node="node-2",
        steps=(OtherVxlan("node-2", vni=42),),
    ),
    Fault(
        name="vxlan-port-mismatch",
        summary="node-2's VXLAN device has another UDP port",
        modes=VXLAN,
        finding="vxlan-port-mismatch",
        node="node-2",
        steps=(OtherVxlan("node-2", port=8473),),
    ),
    Fault(
        name="overlay-down",
        summary="node-1's overlay device is down",
        modes=VXLAN,
        finding="overlay-device-missing",
        node="node-1",
        steps=(LinkDown("node-1", OVERLAY),),
    ),
    Fault(
        name="overlay-flaps",
        summary="node-1's overlay device disappears and comes back while pings go on",
        modes=VXLAN,
        finding="intermittent-loss",
        node="node-1",
        steps=(OverlayGone("node-1"),),
        also=("mode-mismatch",),
        ping=Ping(count=12),
        answered="some",
        passing=True,
    ),
    Fault(
        name="flanneld-dead",
        summary="flannel's daemon on node-1 has died, and flannel0 with it",
        modes=("flannel-udp",),
        finding="overlay-device-missing",
        node="node-1",
        steps=(DaemonDead("flanneld-node-1", "node-1"),),
    ),
    Fault(
        name="wrong-underlay-interface",
        summary="node-2's VTEP is on a second NIC that the other nodes don't reach",
        modes=("flannel-vxlan",),
        finding="wrong-underlay-interface",
        node="node-2",
        steps=(WrongNic("node-2"),),
        one_subnet=True,
    ),
)
