"""The network as far as it is known: what facts say of nodes, and what captures add to that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.kernel import LinkCounters, Namespace
from netdiag.model.facts.node import NodeFacts
from netdiag.model.inspection import InspectedNode, Interface, MtuChainRow, ReachedSubnet
from netdiag.model.report import Capture, Finding, Role
from netdiag.tui.known_findings import known_findings
from netdiag.tui.session import ListedNode, Snapshot

NO_NODE = ""
"""Stands for the node of captures that do not tell theirs."""


@dataclass(frozen=True)
class SeenInterface:
    """An interface, by facts, or by a capture alone."""

    point: CapturePoint
    role: Role
    role_guessed: bool
    told: Interface | None = None
    """What facts say of it; None = nothing."""
    pod_address: str | None = None
    """Of the pod at a veth's other end."""
    counters: LinkCounters | None = None
    captured: int | None = None
    """Packets; None = nothing was captured here."""
    capture_dropped: int | None = None

    @property
    def name(self) -> str:
        """Its name within its namespace."""
        return self.point.interface or "?"

    @property
    def leads_to(self) -> str | None:
        """The pod at the other end of a veth."""
        return self.told.leads_to if self.told else None


@dataclass(frozen=True)
class SeenNode:
    """A node, its interfaces, and how it reaches the pods of others."""

    name: str
    told: InspectedNode | None
    interfaces: tuple[SeenInterface, ...]
    reach: tuple[ReachedSubnet, ...] = ()
    mtu: tuple[MtuChainRow, ...] = ()
    worst: str | None = None
    """Severity of the worst finding there."""
    listed: ListedNode | None = None
    """Whether it is ready and asked; None = all nodes are, from the start."""

    @property
    def is_unasked(self) -> bool:
        """Return whether nothing is known of its interfaces because nobody has asked."""
        return self.listed is not None and not self.interfaces


def seen_nodes(snapshot: Snapshot) -> tuple[SeenNode, ...]:
    """Return all nodes, those that facts tell of first."""
    inspection, report = snapshot.inspection, snapshot.report
    captures = _captures_by_node(report.captures if report else ())
    told = {node.name: node for node in inspection.nodes} if inspection else {}
    findings = known_findings(snapshot)
    reach, mtu = _by_source(inspection.reach if inspection else ()), _chains(snapshot)
    listed = {node.name: node for node in snapshot.listed}
    return tuple(
        SeenNode(
            name=name,
            told=told.get(name),
            interfaces=_interfaces(
                name, told.get(name), snapshot.facts.nodes.get(name), captures.get(name, [])
            ),
            reach=tuple(reach.get(name, ())),
            mtu=tuple(mtu.get(name, ())),
            worst=_worst(findings, name),
            listed=listed.get(name),
        )
        for name in dict.fromkeys([*told, *listed, *captures])
    )


def _captures_by_node(captures: Iterable[Capture]) -> dict[str, list[Capture]]:
    found: dict[str, list[Capture]] = {}
    for capture in captures:
        found.setdefault(capture.node or NO_NODE, []).append(capture)
    return found


def _by_source(ways: Iterable[ReachedSubnet]) -> dict[str, list[ReachedSubnet]]:
    found: dict[str, list[ReachedSubnet]] = {}
    for way in ways:
        found.setdefault(way.source_node, []).append(way)
    return found


def _chains(snapshot: Snapshot) -> dict[str, list[MtuChainRow]]:
    found: dict[str, list[MtuChainRow]] = {}
    for row in snapshot.inspection.mtu if snapshot.inspection else ():
        found.setdefault(row.source_node, []).append(row)
    return found


def _worst(findings: Iterable[Finding], node: str) -> str | None:
    severities = {finding.severity for finding in findings if finding.node == node}
    return next((worst for worst in ("error", "warning") if worst in severities), None)


def _interfaces(
    node: str, told: InspectedNode | None, facts: NodeFacts | None, captures: list[Capture]
) -> tuple[SeenInterface, ...]:
    taken = _captures_by_point(captures)
    counters = _counters(facts)
    addresses = {pod.interface: pod.addresses for pod in told.pods} if told else {}
    found: dict[CapturePoint, SeenInterface] = {}
    for interface in told.interfaces if told else ():
        point = CapturePoint(node or None, interface.pod, interface.name)
        captured = taken.get(point)
        folder = interface.pod and interface.pod.replace("/", "_")
        own = addresses.get(interface.name) if interface.pod is None else None
        found[point] = SeenInterface(
            point=point,
            role=interface.role,
            role_guessed=interface.role_guessed,
            told=interface,
            pod_address=own[0] if own else None,
            counters=counters.get((folder, interface.name)),
            captured=captured[0] if captured else None,
            capture_dropped=captured[1] if captured else None,
        )
    for capture in captures:
        point = CapturePoint(capture.node, capture.pod, capture.interface)
        packets, dropped = taken[point]
        found.setdefault(
            point,
            SeenInterface(
                point,
                capture.role,
                capture.role_guessed,
                captured=packets,
                capture_dropped=dropped,
            ),
        )
    return tuple(found.values())


def _captures_by_point(captures: list[Capture]) -> dict[CapturePoint, tuple[int, int | None]]:
    """Return packets and drops of each point; it may be in several files."""
    found: dict[CapturePoint, tuple[int, int | None]] = {}
    for capture in captures:
        point = CapturePoint(capture.node, capture.pod, capture.interface)
        packets, dropped = found.get(point, (0, None))
        if capture.dropped is not None:
            dropped = (dropped or 0) + capture.dropped
        found[point] = (packets + capture.packets, dropped)
    return found


def _counters(facts: NodeFacts | None) -> Mapping[tuple[str | None, str], LinkCounters]:
    """Return what each interface counted; the later of two answers."""
    if facts is None:
        return {}
    latest = facts.after or facts
    spaces: dict[str | None, Namespace] = {None: latest.host}
    spaces.update(latest.pods)
    return {
        (pod, link.name): link.counters
        for pod, space in spaces.items()
        for link in space.links or ()
        if link.counters is not None
    }
