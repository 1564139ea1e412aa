"""What the process that looks at a cluster tells and is told, besides what all do."""

from __future__ import annotations

import msgspec

from netdiag.tui.session import ListedNode, TraceEnd


class ClusterTold(msgspec.Struct, frozen=True, tag=True):
    """What is wrong with the cluster as a whole, a sentence; empty: it answers."""

    problem: str


class NodesListed(msgspec.Struct, frozen=True, tag=True):
    """All its nodes."""

    nodes: tuple[ListedNode, ...]


class EndsListed(msgspec.Struct, frozen=True, tag=True):
    """More pods that run."""

    ends: tuple[TraceEnd, ...]
    is_first: bool
    """Whether those that were told before are forgotten."""


class EndsLacking(msgspec.Struct, frozen=True, tag=True):
    """Why not all pods are among the ends, a sentence."""

    words: str


class NodeLookedAt(msgspec.Struct, frozen=True, tag=True):
    """How it ended to look at a node; what it says has been told."""

    node: str
    problem: str
    """Empty: well."""


class PlacesFound(msgspec.Struct, frozen=True, tag=True):
    """Where the two ends of a trace are."""

    number: int
    """Of the wish."""
    places: bytes
    """``ClusterPlaces``, pickled."""


class PlacesLacking(msgspec.Struct, frozen=True, tag=True):
    """Why there can be no trace."""

    number: int
    reason: str


class NoteTold(msgspec.Struct, frozen=True, tag=True):
    """Something to be known, a sentence."""

    words: str


class ProbesLeft(msgspec.Struct, frozen=True, tag=True):
    """The last that is told, if probe pods may still be there: which, why, and what to do."""

    words: str


class LookAtNode(msgspec.Struct, frozen=True, tag=True):
    """Have a probe there, ask it, and count there from now on."""

    node: str


class ListAgain(msgspec.Struct, frozen=True, tag=True):
    """List nodes and pods once more."""


class FindPlaces(msgspec.Struct, frozen=True, tag=True):
    """Find the two ends of a trace, and have probes on their nodes."""

    number: int
    source: str
    destination: str
