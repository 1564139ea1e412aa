"""Faults between configuration and what nodes do: changes that were not applied, leftovers."""

from __future__ import annotations

from netdiag.lab import files
from netdiag.lab.fault import Fault
from netdiag.lab.steps.settings import FileEdit
from netdiag.lab.steps.vtep import Leftover


def _with_direct_routing(text: str) -> str:
    return text.replace('"Type": "vxlan"', '"Type": "vxlan",\n    "DirectRouting": true')


def _with_vxlan(text: str) -> str:
    return text.replace('"Type": "host-gw"', '"Type": "vxlan"')


FAULTS = (
    Fault(
        name="directrouting-not-applied",
        summary="DirectRouting was set in flannel's configuration, and flannel was not restarted",
        modes=("flannel-vxlan",),
        finding="mode-mismatch",
        backend="flannel/vxlan-directrouting",
        steps=(FileEdit(files.NET_CONF, _with_direct_routing),),
        answered="all",
    ),
    Fault(
        name="vxlan-not-applied",
        summary="flannel's backend was changed to vxlan, and flannel was not restarted",
        modes=("flannel-hostgw",),
        finding="mode-mismatch",
        backend="flannel/vxlan",
        steps=(FileEdit(files.NET_CONF, _with_vxlan),),
        answered="all",
    ),
    Fault(
        name="leftover-device",
        summary="flannel.1 is still up on node-1 after a change to host-gw",
        modes=("flannel-hostgw",),
        finding="leftover-device",
        node="node-1",
        steps=(Leftover("node-1"),),
        answered="all",
    ),
)
