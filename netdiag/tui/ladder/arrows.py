"""The arrow from one hop to the next, in one line of cells, and the words on it or beside it."""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style

from netdiag.model.report import Hop
from netdiag.render.ladder_links import PLAIN, Link
from netdiag.render.text_fit import cells, shorten
from netdiag.tui.ladder.canvas import Canvas
from netdiag.tui.ladder.placement import GUTTER
from netdiag.tui.theme import Ink

SHORTEST = 8
"""Cells of a tunnel's name where there is next to no room."""
SEEN, INFERRED, DEAD = "●", "○", "✗"


class Line(NamedTuple):
    """How a way is drawn: plain, tunnelled or inferred are told apart without colours."""

    along: str
    down: str
    from_left: str
    """The corner where it turns to the right."""
    from_right: str


PLAIN_LINE = Line("─", "│", "╰", "╯")
TUNNEL_LINE = Line("═", "║", "╚", "╝")
INFERRED_LINE = Line("╌", "╎", "╰", "╯")


def line_of(link: Link) -> Line:
    """Return how a link is drawn."""
    if link.way == "turn" or link.inferred:
        return INFERRED_LINE
    return PLAIN_LINE if link.kind == PLAIN else TUNNEL_LINE


def line_of_hop(hop: Hop) -> Line:
    """Return how the way is drawn that a packet took on from a hop where it was seen last."""
    return TUNNEL_LINE if hop.encapsulation else PLAIN_LINE


def style_of(link: Link, ink: Ink) -> Style:
    """Return the ink of a link."""
    if link.way == "turn":
        return ink.quiet
    return ink.kind("none" if link.kind == PLAIN else link.kind)


def draw_arrow(canvas: Canvas, start: int, end: int, line: Line, style: Style) -> None:
    """Draw from below a hop to the next one, its head short of the mark there."""
    if start < end:
        canvas.put(start, line.from_left + line.along * (end - start - 2) + "▶", style)
    elif start > end:
        canvas.put(end + 1, "◀" + line.along * (start - end - 2) + line.from_right, style)


def write_on_arrow(canvas: Canvas, start: int, end: int, link: Link, ink: Ink) -> None:
    """Write the time, and the tunnel if there is one: on the line, or else beside it."""
    style, whole, short = style_of(link, ink), _kind(link, whole=True), _kind(link, whole=False)
    room = abs(end - start) - 5
    first = min(start, end) + 2
    for kind in (whole, short):
        spare = room - cells(f"{link.gap} {kind}".strip())
        if spare >= 0:
            _write(canvas, first + spare // 2, link.gap, kind, style, ink)
            return
    spare = room - cells(link.gap)
    if short and spare >= 0:
        _write(canvas, first + spare // 2, link.gap, "", style, ink)
        _write_beside(canvas, start, end, "", whole, short, style, ink)
        return
    _write_beside(canvas, start, end, link.gap, whole, short, style, ink)


def _write_beside(
    canvas: Canvas, start: int, end: int, gap: str, whole: str, short: str, style: Style, ink: Ink
) -> None:
    """Write beyond the head, or behind the tail, wherever there is room."""
    for kind in (whole, short, shorten(short, SHORTEST)):
        size = cells(f"{gap} {kind}".strip()) + 2
        right, left = max(start, end) + 1, min(start, end) - size
        places = (left, right) if end < start else (right, left)
        for x in places:
            if x >= GUTTER and x + size <= canvas.width:
                _write(canvas, x, gap, kind, style, ink)
                return


def _write(canvas: Canvas, x: int, gap: str, kind: str, style: Style, ink: Ink) -> None:
    words = f" {gap} {kind} " if gap and kind else f" {gap or kind} "
    canvas.put(x, words, style)
    if gap:
        canvas.put(x + 1, gap, ink.text)


def _kind(link: Link, *, whole: bool) -> str:
    """Return how a packet is carried; of a plain one within a node nothing is said."""
    if link.way == "turn":
        return "inside the destination" if whole else ""
    if not link.tunnels:
        return PLAIN if link.crosses else ""
    if whole and link.crosses:
        kinds = " in ".join(reversed(link.carried[: len(link.tunnels)]))
        return f"{kinds} (inferred)" if link.inferred else kinds
    return link.label[1]
