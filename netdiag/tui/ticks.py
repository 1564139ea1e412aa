"""Which interfaces are ticked: those that pods' packets cross, until the user says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netdiag.model.capture_point import CapturePoint
from netdiag.model.inspection import InspectedNode, Interface
from netdiag.tui.session import Snapshot, TraceEnd


class Ticks:
    """The interfaces to capture at."""

    def __init__(self) -> None:
        self.points: set[CapturePoint] = set()
        self._by_itself: set[CapturePoint] = set()
        """Those that were ticked by themselves once: the user's word stands after that."""

    def take_snapshot(self, snapshot: Snapshot) -> None:
        """Tick what is new on the way of pods' packets."""
        self._tick(default_ticks(snapshot))

    def take_ends(self, snapshot: Snapshot, *ends: str) -> None:
        """Tick the interfaces of pods that were chosen as ends of a trace."""
        self._tick(set(points_of_ends(snapshot, ends)))

    def _tick(self, wanted: set[CapturePoint]) -> None:
        self.points |= wanted - self._by_itself
        self._by_itself |= wanted

    @property
    def by_hand(self) -> set[CapturePoint]:
        """Those that only the user has ticked."""
        return self.points - self._by_itself

    def left_out(self, snapshot: Snapshot, *ends: str) -> list[CapturePoint]:
        """Return what the user has unticked on the nodes of two ends, and around the pods."""
        nodes = {end.node for end in _ends_named(snapshot, ends)}
        wanted = {point for point in default_ticks(snapshot) if point.node in nodes}
        wanted |= set(points_of_ends(snapshot, ends))
        return sorted((wanted & self._by_itself) - self.points, key=str)


def default_ticks(snapshot: Snapshot) -> set[CapturePoint]:
    """Return NICs by which other nodes are reached, overlay devices and bridges that are up.

    Where captures were read, these are what was captured.
    """
    report, inspection = snapshot.report, snapshot.inspection
    captured = {
        CapturePoint(each.node, each.pod, each.interface)
        for each in (report.captures if report is not None else ())
    }
    if captured and not snapshot.ends:
        return captured
    return captured | {
        CapturePoint(node.name, None, interface.name)
        for node in (inspection.nodes if inspection is not None else ())
        for interface in node.interfaces
        if interface.pod is None and _is_on_the_way(interface, node)
    }


def points_of_ends(snapshot: Snapshot, ends: Iterable[str]) -> Iterator[CapturePoint]:
    """Yield the pods' own interfaces, and the veths that lead to them."""
    wanted = [end for end in _ends_named(snapshot, ends) if end.kind == "pod"]
    for node in snapshot.inspection.nodes if snapshot.inspection is not None else ():
        for end in wanted:
            if end.node == node.name:
                yield from _points_of_pod(node, end)


def _ends_named(snapshot: Snapshot, named: Iterable[str]) -> list[TraceEnd]:
    names = set(named)
    return [end for end in snapshot.ends if end.name in names or names & {*end.addresses}]


def _points_of_pod(node: InspectedNode, end: TraceEnd) -> Iterator[CapturePoint]:
    addresses = set(end.addresses)
    names = {end.name, end.name.replace("/", "_")}
    names |= {pod.name for pod in node.pods if addresses & {*pod.addresses}}
    veths = {pod.interface for pod in node.pods if pod.name in names}
    for interface in node.interfaces:
        is_its_own = interface.pod in names and interface.role != "loopback"
        is_its_veth = interface.pod is None and (
            interface.leads_to in names or interface.name in veths
        )
        if is_its_own or is_its_veth:
            yield CapturePoint(node.name, interface.pod, interface.name)


def _is_on_the_way(interface: Interface, node: InspectedNode) -> bool:
    if interface.up is False:
        return False
    if interface.role == "physical":
        own = {address.partition("/")[0] for address in interface.addresses}
        return not node.addresses or not own.isdisjoint(node.addresses)
    return interface.role in ("overlay", "bridge")
