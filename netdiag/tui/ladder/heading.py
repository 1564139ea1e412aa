"""The lines above a ladder: nodes, and in each its interfaces, staggered where they are long."""

from __future__ import annotations

from rich.text import Text

from netdiag.render.ladder_words import interface_label, node_words
from netdiag.render.text_fit import cells, shorten
from netdiag.tui.ladder.canvas import Canvas
from netdiag.tui.ladder.placement import GUTTER, Placement
from netdiag.tui.theme import Ink

MOST_STAGGERED = 3
LONGEST = 32
"""Cells of an interface's name, with that of its pod."""


def draw_heading(placement: Placement, ink: Ink) -> list[Text]:
    """Return the lines."""
    top = Canvas(placement.width)
    for node in placement.nodes:
        room = node.right - node.left - 3
        top.put(node.left, "┌" + "─" * (node.right - node.left - 1) + "┐", ink.quiet)
        if room > 2:
            top.put(node.left + 1, f" {shorten(node_words(node.node), room)} ", ink.place)
    top.put(0, "since first".rjust(GUTTER - 1), ink.quiet)
    return [top.text(), *(canvas.text() for canvas in _labels(placement, ink))]


def _labels(placement: Placement, ink: Ink) -> list[Canvas]:
    """Put labels in as few lines as keep them whole."""
    names = [_name(placement, index, LONGEST) for index in range(len(placement.columns))]
    for lines in range(1, MOST_STAGGERED + 1):
        room = lines * placement.pitch - 1
        if all(cells(name) <= room for name in names) or lines == MOST_STAGGERED:
            break
    names = [_name(placement, index, room) for index in range(len(placement.columns))]
    drawn = [Canvas(placement.width) for _ in range(lines)]
    for index, placed in enumerate(placement.columns):
        for below in drawn[index % lines + 1 :]:
            below.put(placed.x, "┆", ink.quiet)
    for index, (placed, name) in enumerate(zip(placement.columns, names, strict=True)):
        at = max(GUTTER, min(placed.x - cells(name) // 2, placement.width - cells(name)))
        style = ink.text if placed.column.seen else ink.quiet
        drawn[index % lines].put(at, name, style)
    return drawn


def _name(placement: Placement, index: int, room: int) -> str:
    column = placement.columns[index].column
    return interface_label(column.point.pod, column.point.interface, room)
