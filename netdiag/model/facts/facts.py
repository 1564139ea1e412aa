"""All facts."""

from __future__ import annotations

from msgspec import Struct

from netdiag.model.facts.cluster import Cluster
from netdiag.model.facts.node import NodeFacts
from netdiag.model.facts.source import Problem


class Facts(Struct, frozen=True):
    """What all nodes and the cluster said."""

    nodes: dict[str, NodeFacts] = {}
    """By the name of the node's folder."""
    cluster: Cluster = Cluster()
    problems: tuple[Problem, ...] = ()


NO_FACTS = Facts()
