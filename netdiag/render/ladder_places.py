"""Where the columns of a ladder stand: side by side within a node, wires between the nodes."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from netdiag.model.report import Hop, Point
from netdiag.render.ladder_columns import Column, point_of
from netdiag.render.ladder_shapes import Band, Lifeline
from netdiag.render.ladder_words import interface_label
from netdiag.render.text_fit import text_width

SMALL = 11.0
"""Font size of labels."""
LABEL_CELLS = 19
NARROWEST = 92.0
CHIP_PADDING = 14.0
BETWEEN = 10.0
"""Least distance between two labels."""
GAP = 96.0
"""Least distance between two nodes."""
GAP_MARGIN = 52.0
"""Room for the arrow on both sides of the words on a wire."""
INSIDE, OUTSIDE = 32.0, 40.0
"""How far a lost packet goes beyond the last interface: within its node, or out of it."""


class Wire(NamedTuple):
    """Words that need room between two nodes."""

    source: str | None
    destination: str | None
    width: float


class Places(NamedTuple):
    """The columns and nodes with their places."""

    bands: tuple[Band, ...]
    lifelines: tuple[Lifeline, ...]

    def x(self, hop: Hop) -> float:
        """Return where the interface of the hop stands."""
        point = point_of(hop)
        return next(line.x for line in self.lifelines if line.column.point == point)

    def gap_beside(self, source: str | None, destination: str | None) -> float:
        """Return the middle of the gap that a packet between two nodes crosses first."""
        gap = _gap_index(tuple(band.node for band in self.bands), source, destination)
        return (self.bands[gap].right + self.bands[gap + 1].left) / 2

    def beyond(self, hop: Hop, step: int, *, inside: bool) -> float:
        """Return a place half-way to the next interface; if inside, not outside of the node."""
        at = next(i for i, line in enumerate(self.lifelines) if line.column.point == point_of(hop))
        here = self.lifelines[at]
        last = not 0 <= at + step < len(self.lifelines)
        other = here if last else self.lifelines[at + step]
        if not last and other.column.point.node == hop.node:
            return (here.x + other.x) / 2
        if inside:
            return here.x + step * INSIDE
        if last:
            band = next(band for band in self.bands if band.node == hop.node)
            return step * OUTSIDE + (band.left if step < 0 else band.right)
        return self.gap_beside(hop.node, other.column.point.node)


def place_columns(columns: tuple[Column, ...], wires: tuple[Wire, ...], left: float) -> Places:
    """Return the places of the columns, the first node's edge at ``left``."""
    groups = tuple((node, tuple(of)) for node, of in groupby(columns, lambda c: c.point.node))
    gaps = _gap_widths(tuple(node for node, _ in groups), wires)
    pitch = column_width(columns)
    room = int((pitch - BETWEEN - CHIP_PADDING) / text_width("m", SMALL))
    bands, lifelines = [], []
    for (node, members), gap in zip(groups, gaps, strict=True):
        right = left + pitch * len(members)
        bands.append(Band(node, left, right))
        middles = (left + pitch * (index + 0.5) for index in range(len(members)))
        lifelines += [Lifeline(c, x, room) for c, x in zip(members, middles, strict=True)]
        left = right + gap
    return Places(tuple(bands), tuple(lifelines))


def column_width(columns: tuple[Column, ...]) -> float:
    """Return the distance of the columns of a node: as the longest label needs, within bounds."""
    widths = (text_width(_label(column.point), SMALL) for column in columns)
    return max(NARROWEST, max(widths, default=0.0) + CHIP_PADDING + BETWEEN + 1)


def _label(point: Point) -> str:
    return interface_label(point.pod, point.interface, LABEL_CELLS)


def _gap_widths(nodes: tuple[str | None, ...], wires: tuple[Wire, ...]) -> tuple[float, ...]:
    """The distance from each node to the next."""
    widths = [GAP] * len(nodes)
    for wire in wires:
        gap = _gap_index(nodes, wire.source, wire.destination)
        widths[gap] = max(widths[gap], wire.width + GAP_MARGIN)
    return tuple(widths)


def _gap_index(nodes: tuple[str | None, ...], source: str | None, destination: str | None) -> int:
    start = nodes.index(source)
    return start if nodes.index(destination) > start else start - 1
