"""Puts what single documents say together: one node's facts, and those of the cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec.structs import replace

from netdiag.facts.configuration.programs import read_command_line
from netdiag.facts.firewall.best_tables import best_tables
from netdiag.facts.gathering import CLUSTER_TYPES, gather_cluster, gather_configuration
from netdiag.facts.merging import best_of, merge
from netdiag.facts.recognise import Piece, is_expected, recognise
from netdiag.model.facts.activity import Activity
from netdiag.model.facts.cluster import Cluster
from netdiag.model.facts.configuration import Configuration
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.firewall import Firewall
from netdiag.model.facts.kernel import Link, Namespace
from netdiag.model.facts.node import NodeFacts
from netdiag.model.facts.source import Problem

NAMESPACE_FIELDS = (
    "links",
    "addresses",
    "routes",
    "rules",
    "neighbours",
    "fdb",
    "bridge_ports",
)

AFTER = "facts-after"
NOT_UNDERSTOOD = "nothing in it is understood"

Pieces = dict[str, list[Piece]]
"""By what they are about."""


class Assembly:
    """Takes documents one after another and gives all facts at the end."""

    def __init__(self) -> None:
        self._hosts: dict[tuple[str, bool], Pieces] = {}
        self._pods: dict[tuple[str, bool], dict[str, Pieces]] = {}
        self._documents: dict[tuple[str, bool], list[str]] = {}
        self._cluster: list[object] = []
        self._problems: dict[Problem, None] = {}

    def add(
        self, node: str | None, pod: str | None, is_after: bool, name: str, data: bytes
    ) -> None:
        """Read one document: ``name`` is its path below ``facts/``, or below the bundle.

        ``pod`` is whose namespace it is about; without a ``node`` it is the cluster's.
        """
        path = f"pods/{pod}/{name}" if pod else name
        pieces = []
        for piece in recognise(name, data):
            reasons = piece.parsed.problems
            if pod is None and _is_elsewhere(piece, node):
                reasons = (_told_elsewhere(piece),)
            else:
                pieces.append(piece)
            for reason in reasons:
                self._report(node, is_after, path, reason)
        if node is None:
            self._cluster += [item for piece in pieces for item in piece.parsed.items]
            return
        if not pieces and data.strip() and is_expected(name):
            self._report(node, is_after, path, NOT_UNDERSTOOD)
        key = (node, is_after)
        self._documents.setdefault(key, []).append(path)
        kept = self._hosts.setdefault(key, {})
        if pod is not None:
            kept = self._pods.setdefault(key, {}).setdefault(pod, {})
        for piece in pieces:
            kept.setdefault(piece.field, []).append(piece)

    def _report(self, node: str | None, is_after: bool, path: str, reason: str) -> None:
        self.report_problem(node, f"{AFTER}/{path}" if is_after else path, reason)

    def report_problem(self, node: str | None, document: str, reason: str) -> None:
        """Record what is wrong with a document that could not be read at all."""
        self._problems[Problem(node, document, reason)] = None

    def facts(self) -> Facts:
        """Return everything."""
        nodes: dict[str, NodeFacts] = {}
        for node, is_after in self._hosts:
            if not is_after:
                nodes[node] = self._node(node, False)
        for node, is_after in self._hosts:
            if is_after:
                before = nodes.get(node) or NodeFacts(node)
                nodes[node] = replace(before, after=self._node(node, True))
        return Facts(
            nodes=dict(sorted(nodes.items())),
            cluster=gather_cluster([*self._cluster, *self._told_by_nodes()]),
            problems=tuple(self._problems),
        )

    def _told_by_nodes(self) -> Iterator[object]:
        """Yield Kubernetes' objects that stand in the documents of a node."""
        for pieces in self._hosts.values():
            for piece in pieces.get("configuration", ()):
                yield from (item for item in piece.parsed.items if isinstance(item, CLUSTER_TYPES))

    def _node(self, name: str, is_after: bool) -> NodeFacts:
        key = (name, is_after)
        pieces = self._hosts[key]
        pods = {pod: _namespace(told) for pod, told in sorted(self._pods.get(key, {}).items())}
        activity = _activity(pieces)
        return NodeFacts(
            name=name,
            host=_namespace(pieces),
            pods=pods,
            sysctls=_dictionary(pieces, "sysctls"),
            firewall=_firewall(pieces),
            activity=activity,
            configuration=_configuration(pieces, activity),
            hostname=next(iter(_items(pieces, "hostname")), None),
            documents=tuple(self._documents.get(key, ())),
        )


def _namespace(pieces: Pieces) -> Namespace:
    merged = {field: merge(field, pieces[field]) for field in NAMESPACE_FIELDS if field in pieces}
    told: dict[str, Any] = {field: all_told.items for field, all_told in merged.items()}
    partial = frozenset(field for field, all_told in merged.items() if all_told.is_partial)
    bridges = {link.name for link in _items(pieces, "bridges")}
    if bridges and "links" in told:
        told["links"] = tuple(_as_bridge(link, bridges) for link in told["links"])
    elif bridges:
        told["links"], partial = tuple(_items(pieces, "bridges")), partial | {"links"}
    all_tables = "routes" in merged and merged["routes"].has_all_tables
    return Namespace(has_all_tables=all_tables, partial=partial, **told)


def _as_bridge(link: Link, bridges: set[str]) -> Link:
    is_known = link.kind is None and link.name in bridges
    return replace(link, kind="bridge") if is_known else link


def _is_elsewhere(piece: Piece, node: str | None) -> bool:
    """Return True for what is not of the node itself, as a node that is a container is."""
    return piece.elsewhere is not None and piece.elsewhere.target != node


def _told_elsewhere(piece: Piece) -> str:
    where = piece.elsewhere
    return f"the output of '{where.typed if where else ''}' is of another namespace, not read"


def _items(pieces: Pieces, field: str) -> list[Any]:
    return [item for piece in pieces.get(field, ()) for item in piece.parsed.items]


def _dictionary(pieces: Pieces, field: str) -> dict[str, Any] | None:
    return dict(_items(pieces, field)) if field in pieces else None


_TOLD_BY_ONE: Final = (
    "connections", "sockets", "queues", "wireguard", "refused_pings", "silent_pings", "mtu_sweeps",
)  # fmt: skip


def _activity(pieces: Pieces) -> Activity:
    told: dict[str, Any] = {}
    for field in _TOLD_BY_ONE:
        if pieces.get(field):
            told[field] = best_of(pieces[field]).parsed.items
    if "command_lines" in pieces:
        told["command_lines"] = tuple(_items(pieces, "command_lines"))
    if "ethtool" in pieces:
        told["ethtool"] = _by_device(_items(pieces, "ethtool"))
    return Activity(
        snmp=_dictionary(pieces, "snmp"),
        attempts=tuple(_items(pieces, "attempts")),
        kernel_logs=tuple(_items(pieces, "kernel_logs")),
        ipvs=_dictionary(pieces, "ipvs"),
        **told,
    )


def _by_device(told: Iterable[tuple[str, dict[str, str]]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for device, values in told:
        found.setdefault(device, {}).update(values)
    return found


def _configuration(pieces: Pieces, activity: Activity) -> Configuration:
    running = [read_command_line(command) for command in activity.command_lines or ()]
    told = [item for item in _items(pieces, "configuration") if not isinstance(item, Cluster)]
    return gather_configuration([*told, *(settings for settings in running if settings)])


def _firewall(pieces: Pieces) -> Firewall | None:
    if "tables" not in pieces and "ipsets" not in pieces:
        return None
    return Firewall(tuple(best_tables(_items(pieces, "tables"))), tuple(_items(pieces, "ipsets")))
