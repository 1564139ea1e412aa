"""The parts of a ladder that has been laid out: every one with its place in pixels."""

from __future__ import annotations

from typing import NamedTuple

from netdiag.model.report import Hop
from netdiag.render.ladder_columns import Column
from netdiag.render.ladder_links import Link, Loss


class Spot(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


class Lifeline(NamedTuple):
    """One column: an interface, downwards."""

    column: Column
    x: float
    label_cells: int
    """How much room its label has."""


class Band(NamedTuple):
    """One node, around its columns."""

    node: str | None
    left: float
    right: float


class Mark(NamedTuple):
    """One hop on its lifeline."""

    hop: Hop
    spot: Spot
    notes: tuple[str, ...]
    notes_at: float
    """Where the notes begin beside the lifeline; negative = they end there, at its left."""


class Box(NamedTuple):
    """Lines of text with a frame around."""

    centre: Spot
    width: float
    height: float
    lines: tuple[str, ...]


class Arrow(NamedTuple):
    """A link between two marks; a box if it leads to another node."""

    link: Link
    start: Spot
    end: Spot
    box: Box | None


class Cross(NamedTuple):
    """Where the packet died, and the words about it; the first line is the title."""

    loss: Loss
    hop: Hop
    start: Spot
    end: Spot
    box: Box
    title_lines: int


class Ladder(NamedTuple):
    """One ping, laid out."""

    bands: tuple[Band, ...]
    lifelines: tuple[Lifeline, ...]
    marks: tuple[Mark, ...]
    arrows: tuple[Arrow, ...]
    cross: Cross | None
    width: float
    bottom: float
    """Where the lifelines end."""
