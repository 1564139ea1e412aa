"""Draws the links of a ladder: arrows, tubes around tunnels, and the words on them."""

from __future__ import annotations

from math import hypot
from xml.etree.ElementTree import Element

from netdiag.render.ladder_kinds import Style, style_of
from netdiag.render.ladder_layout import BEFORE, BESIDE_LOOP, LINE
from netdiag.render.ladder_places import SMALL
from netdiag.render.ladder_shapes import Arrow, Box, Spot
from netdiag.render.svg_elements import draw, explain, write, write_over

TUBE, CORE, THIN = 5.0, 1.8, 1.6
"""Widths of a tunnel, its white core, and a plain link."""
INFERRED = "7 5"
TURN_COLOUR, TURN_INK = "#8a939c", "#57606a"
HEAD = 10.0
SHORT_OF = 6.0
"""An arrow ends that far from the middle of its mark."""


def draw_arrow(picture: Element, arrow: Arrow) -> None:
    """Draw one link with its time and what carried it."""
    link = arrow.link
    group = draw(picture, "g", class_=f"{'turn' if link.way == 'turn' else 'arrow'} {link.way}")
    explain(group, f"{link.way}: {', '.join(link.carried)}, {link.gap}")
    if link.way == "turn":
        _draw_turn(group, arrow)
        return
    style, path = style_of(link.kind), _path(arrow)
    draw_tube(group, path, style, inferred=link.inferred)
    draw_head(group, _before(arrow), arrow.end, style.colour)
    if arrow.box is not None:
        _draw_box(group, arrow.box, style, inferred=link.inferred)
    else:
        _write_beside(group, arrow, style)


def draw_tube(group: Element, path: str, style: Style, *, inferred: bool) -> None:
    """Draw a path as a thin line (plain) or a tube; dashed if no packet was seen inside."""
    width = THIN if style.core is None else TUBE
    outer = draw(group, "path", d=path, fill="none", stroke=style.colour, stroke_width=width)
    if inferred:
        outer.set("stroke-dasharray", INFERRED)
    elif style.core is not None:
        core = draw(group, "path", d=path, fill="none", stroke="#ffffff", stroke_width=CORE)
        if style.core:
            core.set("stroke-dasharray", style.core)


def draw_head(group: Element, before: Spot, tip: Spot, colour: str) -> None:
    """Draw an arrow's head that points from one place to another, short of the mark there."""
    length = hypot(tip.x - before.x, tip.y - before.y) or 1.0
    dx, dy = (tip.x - before.x) / length, (tip.y - before.y) / length
    x, y = tip.x - dx * SHORT_OF, tip.y - dy * SHORT_OF
    back_x, back_y, wide = x - dx * HEAD, y - dy * HEAD, HEAD * 0.5
    left, right = (back_x - dy * wide, back_y + dx * wide), (back_x + dy * wide, back_y - dx * wide)
    points = " ".join(f"{px:.1f},{py:.1f}" for px, py in ((x, y), left, right))
    draw(group, "polygon", points=points, fill=colour, class_="head")


def _path(arrow: Arrow) -> str:
    start, end = arrow.start, _short_of(_before(arrow), arrow.end)
    if arrow.start.x == arrow.end.x:
        x, out = arrow.start.x, arrow.start.x + 30
        return f"M{x:.1f} {start.y:.1f} C{out:.1f} {start.y:.1f} {out:.1f} {end.y:.1f} {_at(end)}"
    via = "" if arrow.box is None else f"L{_at(arrow.box.centre)} "
    return f"M{_at(start)} {via}L{_at(end)}"


def _before(arrow: Arrow) -> Spot:
    """The place from which the arrow comes to its end."""
    if arrow.start.x == arrow.end.x:
        return Spot(arrow.end.x + 20, arrow.end.y - 6)
    return arrow.start if arrow.box is None else arrow.box.centre


def _short_of(before: Spot, tip: Spot) -> Spot:
    """The back of the arrow's head, so that a thick line does not show around its tip."""
    length = hypot(tip.x - before.x, tip.y - before.y) or 1.0
    part = (SHORT_OF + HEAD - 1) / length
    return Spot(tip.x - (tip.x - before.x) * part, tip.y - (tip.y - before.y) * part)


def _at(spot: Spot) -> str:
    return f"{spot.x:.1f} {spot.y:.1f}"


def _draw_turn(group: Element, arrow: Arrow) -> None:
    """The answer inside the destination: dotted, because no packet was seen there."""
    start, end = arrow.start, arrow.end
    bow = 22 if start.x == end.x else 0
    path = f"M{_at(start)} C{start.x + bow:.1f} {start.y + 10:.1f}"
    path += f" {end.x + bow:.1f} {end.y - 10:.1f} {_at(end)}"
    dots = {"stroke_dasharray": "1 4", "stroke_linecap": "round"}
    draw(group, "path", d=path, fill="none", stroke=TURN_COLOUR, stroke_width=2, **dots)
    _write_beside(group, arrow, Style(TURN_INK, None))


def _write_beside(group: Element, arrow: Arrow, style: Style) -> None:
    """Write the time above the arrow and the tunnel below, where the slope leaves room."""
    start, end = arrow.start, arrow.end
    gap, *tunnels = arrow.link.label
    middle = Spot((start.x + end.x) / 2, (start.y + end.y) / 2)
    if start.x == end.x:
        for index, words in enumerate(arrow.link.label):
            at = Spot(start.x - BESIDE_LOOP, middle.y + 4 + index * 12 - len(tunnels) * 6)
            write_over(group, at, words, SMALL, style.colour, text_anchor="end")
        return
    side = 1 if end.x > start.x else -1
    slope = (end.y - start.y) / abs(end.x - start.x)
    anchors = ("start", "end") if side > 0 else ("end", "start")
    above = Spot(middle.x - side * BEFORE, middle.y - slope * BEFORE - 6)
    write_over(group, above, gap, SMALL, "#24292f", text_anchor=anchors[0])
    for words in tunnels:
        below = Spot(middle.x + side * BEFORE, middle.y + slope * BEFORE + 14)
        write_over(group, below, words, SMALL, style.colour, text_anchor=anchors[1])


def _draw_box(group: Element, box: Box, style: Style, *, inferred: bool) -> None:
    """The words of a wire, on the wire."""
    left, top = box.centre.x - box.width / 2, box.centre.y - box.height / 2
    frame = draw(
        group, "rect", x=left, y=top, width=box.width, height=box.height, rx=7, fill="#ffffff"
    )
    frame.set("stroke", style.colour)
    frame.set("stroke-width", "1.4")
    if inferred:
        frame.set("stroke-dasharray", "5 3")
    for index, words in enumerate(box.lines):
        last = index == len(box.lines) - 1
        at = Spot(box.centre.x, top + 15 + index * LINE)
        write(group, at, words, SMALL, "#24292f" if last else style.colour, text_anchor="middle")
