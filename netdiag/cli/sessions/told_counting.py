"""Interfaces counted by nodes' probes, told as frames."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.cli.sessions.frames import LinksCounted, NodeFailed, tell
from netdiag.sources.inventory.places import PlacedNode
from netdiag.sources.live.counting import Counted, Counting
from netdiag.sources.zipapp import probe_archive


def told_counting(nodes: Sequence[PlacedNode]) -> Counting:
    """Return what counts on nodes, once it is started, and tells on standard output."""
    return Counting(nodes, probe_archive(), _tell_counted, _tell_failed)


def _tell_counted(counted: Counted) -> None:
    tell(LinksCounted(counted.time_ns, tuple(counted.links.items())))


def _tell_failed(node: str, reason: str) -> None:
    tell(NodeFailed(node, reason))
