"""Roles of capture points: by what the nodes' facts say, or else guessed by name."""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.correlate.places import role_of
from netdiag.facts.kernel.devices import roles_of
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.facts import NO_FACTS, Facts
from netdiag.model.report import Role


class Roles:
    """Knows the role of each interface of each node."""

    def __init__(self, facts: Facts = NO_FACTS) -> None:
        self._known: Mapping[str, Mapping[str, Role]] = {
            name: roles_of(node.host) for name, node in facts.nodes.items()
        }

    def of(self, point: CapturePoint) -> Role:
        """Return the role of a capture point."""
        return self._told(point) or role_of(point)

    def is_guess(self, point: CapturePoint) -> bool:
        """Return True if only the interface's name tells its role."""
        return point.pod is None and point.interface != "lo" and self._told(point) is None

    def _told(self, point: CapturePoint) -> Role | None:
        if point.pod is not None or point.node is None or point.interface is None:
            return None
        return self._known.get(point.node, {}).get(point.interface)
