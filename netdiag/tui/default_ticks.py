"""Which interfaces are ticked from the start: those that pods' packets cross."""

from __future__ import annotations

from netdiag.model.capture_point import CapturePoint
from netdiag.model.inspection import InspectedNode, Interface
from netdiag.tui.session import Snapshot


def default_ticks(snapshot: Snapshot) -> set[CapturePoint]:
    """Return NICs by which other nodes are reached, overlay devices and bridges that are up.

    Where captures were read, these are what was captured.
    """
    if snapshot.report is not None and snapshot.report.captures:
        captures = snapshot.report.captures
        return {CapturePoint(each.node, each.pod, each.interface) for each in captures}
    if snapshot.inspection is None:
        return set()
    return {
        CapturePoint(node.name, None, interface.name)
        for node in snapshot.inspection.nodes
        for interface in node.interfaces
        if interface.pod is None and _is_on_the_way(interface, node)
    }


def _is_on_the_way(interface: Interface, node: InspectedNode) -> bool:
    if interface.up is False:
        return False
    if interface.role == "physical":
        own = {address.partition("/")[0] for address in interface.addresses}
        return not node.addresses or not own.isdisjoint(node.addresses)
    return interface.role in ("overlay", "bridge")
