"""In which cell each interface of a ladder stands: columns of a node together, nodes apart."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from netdiag.model.report import Hop
from netdiag.render.ladder_columns import Column, point_of

GUTTER = 12
"""Cells of the times at the left."""
NARROWEST, WIDEST = 6, 16
"""Cells from one interface to the next."""
LEAST_GAP, MOST_GAP = 2, 44
"""Cells between two nodes; words of a tunnel stand there."""


class PlacedColumn(NamedTuple):
    """An interface, and its cell."""

    column: Column
    x: int


class PlacedNode(NamedTuple):
    """A node, from its first cell to its last."""

    node: str | None
    left: int
    right: int


class Placement(NamedTuple):
    """All of them."""

    columns: tuple[PlacedColumn, ...]
    nodes: tuple[PlacedNode, ...]
    pitch: int
    width: int

    def column_index(self, hop: Hop) -> int:
        """Return which column a hop belongs to."""
        point = point_of(hop)
        return next(i for i, each in enumerate(self.columns) if each.column.point == point)

    def x(self, hop: Hop) -> int:
        """Return the cell of a hop."""
        return self.columns[self.column_index(hop)].x

    def beyond(self, hop: Hop, step: int) -> int:
        """Return the cell where a packet died that went on from a hop: half-way to the next."""
        here = self.column_index(hop)
        there = here + step
        if 0 <= there < len(self.columns):
            return (self.columns[here].x + self.columns[there].x + (step > 0)) // 2
        return self.columns[here].x + step * max(self.pitch // 2, 3)


def place_columns(columns: tuple[Column, ...], width: int) -> Placement:
    """Return the places, within so many cells if they can be."""
    groups: list[tuple[str | None, list[Column]]] = [
        (node, list(of)) for node, of in groupby(columns, lambda column: column.point.node)
    ]
    gaps = max(len(groups) - 1, 0)
    room = width - GUTTER - gaps * LEAST_GAP
    pitch = max(NARROWEST, min(room // max(len(columns), 1), WIDEST))
    left_over = max(room - pitch * len(columns), 0)
    gap = min(LEAST_GAP + (left_over // gaps if gaps else 0), MOST_GAP)
    placed: list[PlacedColumn] = []
    nodes: list[PlacedNode] = []
    x = GUTTER
    for node, members in groups:
        right = x + pitch * len(members)
        placed += [
            PlacedColumn(column, x + pitch * index + pitch // 2)
            for index, column in enumerate(members)
        ]
        nodes.append(PlacedNode(node, x, right - 1))
        x = right + gap
    end = nodes[-1].right + 1 if nodes else GUTTER
    return Placement(tuple(placed), tuple(nodes), pitch, max(width, end))
