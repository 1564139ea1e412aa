"""Nodes and the cluster with their tables, and where a document tells of a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from netdiag.model.facts.facts import Facts
from netdiag.model.facts.node import NodeFacts
from netdiag.model.facts.source import Problem, Source
from netdiag.tui.fact_tables.activity import activity_tables
from netdiag.tui.fact_tables.cluster import cluster_tables
from netdiag.tui.fact_tables.configuration import configuration_table
from netdiag.tui.fact_tables.firewall import firewall_tables
from netdiag.tui.fact_tables.kernel import kernel_tables
from netdiag.tui.fact_tables.table import FactTable, Tone, Within

CLUSTER = "cluster"
EVERYTHING = "Everything"
NOT_READ = "not read"
"""The place of what could not be read."""


@dataclass(frozen=True)
class Place:
    """A node, or the cluster; tables without rows are left out."""

    name: str
    node: str | None
    """None = the cluster."""
    tables: tuple[FactTable, ...] = field(repr=False)


class RowFound(NamedTuple):
    """A row of a table of a place."""

    place: Place
    table: FactTable
    row: int


def places_of(facts: Facts, unread: tuple[str, ...] = ()) -> tuple[Place, ...]:
    """Return all places that have facts, nodes first; at the end what could not be read."""
    nodes = [
        Place(name, name, _tables(_node_tables(node, facts.problems)))
        for name, node in facts.nodes.items()
    ]
    problems = [problem for problem in facts.problems if problem.node is None]
    cluster = _tables([*cluster_tables(facts.cluster), _problem_table(problems)])
    broken = _tables([FactTable("Problems", ("what is wrong",), unread, _document, _no_source)])
    others = (Place(CLUSTER, None, cluster), Place(NOT_READ, None, broken))
    return (*nodes, *(place for place in others if place.tables))


def _node_tables(node: NodeFacts, problems: Sequence[Problem]) -> list[FactTable]:
    own = [problem for problem in problems if problem.node == node.name]
    return [
        *kernel_tables(node),
        *firewall_tables(node),
        configuration_table(node.configuration),
        *activity_tables(node),
        FactTable("Documents", ("document",), node.documents, _document, _document_source),
        _problem_table(own),
    ]


def _tables(tables: list[FactTable]) -> tuple[FactTable, ...]:
    """Return tables with rows, after them one of all rows together."""
    filled = [table for table in tables if len(table.items)]
    if not filled:
        return ()
    rows = [(table, item) for table in filled for item in table.items]
    everything = FactTable(EVERYTHING, ("of", "words"), rows, _any_cells, _any_source, _any_tone)
    return (*filled, everything)


def _any_cells(row: tuple[FactTable, object]) -> tuple[str, ...]:
    table, item = row
    return table.name, "  ".join(cell for cell in table.cells(item) if cell)


def _any_source(row: tuple[FactTable, object]) -> Source | None:
    table, item = row
    return table.source(item)


def _any_tone(row: tuple[FactTable, object]) -> Tone:
    table, item = row
    return table.tone(item)


def _document(name: str) -> tuple[str, ...]:
    return (name,)


def _no_source(sentence: str) -> Source | None:
    return None


def _document_source(name: str) -> Source:
    return Source(name)


def _problem_table(problems: Sequence[Problem]) -> FactTable:
    def cells(problem: Problem) -> tuple[str, ...]:
        return problem.document, problem.reason

    def source(problem: Problem) -> Source:
        return Source(problem.document)

    titles = ("document", "what is wrong with it")
    return FactTable("Problems", titles, problems, cells, source, lambda item: "warning")


def find_row(
    places: Sequence[Place], node: str | None, document: str, key: str | None
) -> RowFound | None:
    """Return the row that a document tells of at a key.

    If there is none, that of what the key begins with (``flannel.1 tx_dropped``), or else the
    document's first.
    """
    name = (key or "").partition(" ")[0]
    nearest: list[tuple[int, RowFound]] = []
    for place in places:
        if place.node != node:
            continue
        for table in place.tables[:-1]:
            for row, item in enumerate(table.items):
                source = table.source(item)
                if source is None or not _is_same(source, document, key):
                    continue
                found = RowFound(place, table, row)
                if source.key == (key or "") or not source.document:
                    return found
                nearest.append((0 if name and table.cells(item)[0] == name else 1, found))
    return min(nearest, key=_first)[1] if nearest else None


def _first(ranked: tuple[int, RowFound]) -> int:
    return ranked[0]


def find_interface(
    places: Sequence[Place], node: str | None, pod: str | None, interface: str
) -> RowFound | None:
    """Return the row of an interface."""
    for place in places:
        for table in place.tables:
            if place.node == node and table.name == "Interfaces":
                for row, within in enumerate(table.items):
                    if _is_interface(within, pod, interface):
                        return RowFound(place, table, row)
    return None


def _is_interface(within: Within, pod: str | None, interface: str) -> bool:
    folder = (pod or "").replace("/", "_")
    return within.item.name == interface and within.pod in (pod or "", folder)


def _is_same(source: Source, document: str, key: str | None) -> bool:
    """Return whether a row may be meant; names of settings are the same in any document."""
    if not source.document:
        return _with_dots(source.key) == _with_dots(key or "")
    return source.document == document or source.document.endswith(f"/{document}")


def _with_dots(name: str) -> str:
    """Return a setting's name as it is also written: ``/`` stands for a dot of an interface."""
    return name.replace("/", ".")
