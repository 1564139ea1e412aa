"""Faults of the wires: loss, delay."""

from __future__ import annotations

from netdiag.lab.cluster import NIC
from netdiag.lab.fault import Fault, Ping
from netdiag.lab.faults.groups import ROUTED_BY_NODES, VXLAN
from netdiag.lab.steps.filters import Rule, SwitchDrops
from netdiag.lab.steps.traffic import Delay

_LONGER = Ping(count=10)

FAULTS = (
    Fault(
        name="underlay-loss",
        summary="the network between the nodes swallows the tunnel's packets",
        modes=VXLAN,
        finding="underlay-loss",
        node="node-1",
        steps=(SwitchDrops("udp dport {port}"),),
        one_subnet=True,
    ),
    Fault(
        name="half-lost",
        summary="node-2 drops every second packet of the tunnel",
        modes=VXLAN,
        finding="intermittent-loss",
        node="node-2",
        steps=(
            Rule(
                "node-2",
                "INPUT",
                "-p udp --dport {port} -m statistic --mode nth --every 2 --packet 0 -j DROP",
            ),
        ),
        ping=_LONGER,
        answered="some",
    ),
    Fault(
        name="fifth-lost",
        summary="the network between the nodes loses 20 % of the tunnel's packets",
        modes=VXLAN,
        finding="intermittent-loss",
        node="node-1",
        steps=(SwitchDrops("ip daddr {node-2} udp dport {port} numgen inc mod 5 == 1"),),
        ping=_LONGER,
        answered="some",
        one_subnet=True,
    ),
    Fault(
        name="slow",
        summary="what comes in at node-1's NIC takes 200 ms longer: healthy",
        modes=ROUTED_BY_NODES,
        finding=None,
        steps=(Delay("node-1", NIC, milliseconds=200),),
        answered="all",
    ),
)
