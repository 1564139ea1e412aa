"""Draws what stands on the lifelines of a ladder: hops with their times, and the loss."""

from __future__ import annotations

from itertools import pairwise
from xml.etree.ElementTree import Element

from netdiag.model.report import Hop
from netdiag.render.ladder_arrows import draw_tube
from netdiag.render.ladder_kinds import style_of
from netdiag.render.ladder_layout import AXIS, LINE
from netdiag.render.ladder_links import PLAIN, carried_words
from netdiag.render.ladder_places import SMALL
from netdiag.render.ladder_shapes import Cross, Ladder, Mark, Spot
from netdiag.render.ladder_words import duration, place_words
from netdiag.render.svg_elements import draw, explain, line, write, write_over

INK, FAINT, DEAD, REWRITE = "#24292f", "#d5dade", "#b3001b", "#7a4b00"
SHARE = "#5f6a75"
LEAST_SHARE = 0.1
"""What part of the whole time makes a gap worth marking."""
ARM = 8.0
"""Half the size of the mark of a loss."""


def draw_time(picture: Element, mark: Mark) -> None:
    """Draw the hop's time at the left and the guide that leads to it."""
    y = mark.spot.y
    line(picture, Spot(AXIS, y), mark.spot, FAINT, stroke_dasharray="1 3")
    line(picture, Spot(AXIS - 4, y), Spot(AXIS, y), "#8a939c")
    time = duration(mark.hop.since_first_us)
    write(picture, Spot(AXIS - 8, y + 4), time, SMALL, INK, text_anchor="end", class_="time")


def draw_shares(picture: Element, ladder: Ladder) -> None:
    """Thicken the time axis between two hops that took a good part of the whole time."""
    hops = [mark.hop for mark in ladder.marks]
    whole_us = hops[-1].since_first_us - hops[0].since_first_us if hops else 0.0
    for earlier, later in pairwise(ladder.marks):
        gap_us = later.hop.since_first_us - earlier.hop.since_first_us
        if whole_us <= 0 or not LEAST_SHARE <= gap_us / whole_us <= 1:
            continue
        top, bottom = Spot(AXIS, earlier.spot.y + 2), Spot(AXIS, later.spot.y - 2)
        line(picture, top, bottom, SHARE, stroke_width=5, class_="share")
        at = Spot(AXIS - 8, (top.y + bottom.y) / 2 + 4)
        write(picture, at, f"{gap_us / whole_us:.0%}", 10, SHARE, text_anchor="end")


def draw_mark(picture: Element, mark: Mark) -> None:
    """Draw one hop: a dot, hollow if the packet inside was not visible there."""
    hop, spot = mark.hop, mark.spot
    group = draw(picture, "g", class_="hop")
    explain(group, _details(hop))
    colour = style_of(hop.encapsulation[0].kind if hop.encapsulation else PLAIN).colour
    dot = draw(group, "circle", cx=spot.x, cy=spot.y, r=4.5, stroke=colour, stroke_width=2)
    dot.set("fill", "#ffffff" if hop.inferred else colour)
    if hop.inferred:
        dot.set("stroke-dasharray", "3 2")
    if mark.notes:
        _draw_notes(picture, mark)


def draw_cross(picture: Element, cross: Cross) -> None:
    """Draw the end of a lost packet and the finding that explains it."""
    hop, end = cross.hop, cross.end
    group = draw(picture, "g", class_="lost")
    explain(group, f"lost after {place_words(hop)}: {cross.loss.title}")
    style = style_of(hop.encapsulation[0].kind if hop.encapsulation else PLAIN)
    path = f"M{cross.start.x:.1f} {cross.start.y:.1f} L{end.x:.1f} {end.y:.1f}"
    draw_tube(group, path, style, inferred=hop.inferred or cross.loss.step == 0)
    draw_cross_sign(group, end)
    _draw_callout(group, cross)


def draw_cross_sign(group: Element, at: Spot, arm: float = ARM) -> None:
    """Draw the sign of a loss, ✗, as lines: no font needs to have it."""
    look = {"fill": "#ffffff", "stroke": "#ffffff", "class_": "lost-sign"}
    draw(group, "circle", cx=at.x, cy=at.y, r=arm + 3, **look)
    for slope in (-1, 1):
        start = Spot(at.x - arm, at.y - slope * arm)
        end = Spot(at.x + arm, at.y + slope * arm)
        line(group, start, end, DEAD, stroke_width=arm / 2, stroke_linecap="round")


def _details(hop: Hop) -> str:
    return (
        f"{place_words(hop)} {hop.direction or ''}: {hop.source} → {hop.destination},"
        f" {carried_words(hop)}, TTL {hop.ttl}, {hop.length} bytes, {hop.file} frame {hop.frame}"
    )


def _draw_notes(picture: Element, mark: Mark) -> None:
    """Write the addresses that the packet has from here on, and ring the hop."""
    x, y = mark.spot.x, mark.spot.y
    group = draw(picture, "g", class_="nat")
    draw(group, "circle", cx=x, cy=y, r=8.5, fill="none", stroke=REWRITE, stroke_width=1.6)
    for index, note in enumerate(reversed(mark.notes)):
        at = Spot(x + mark.notes_at, y - 10 - index * LINE)
        anchor = "start" if mark.notes_at > 0 else "end"
        write_over(group, at, note, SMALL, REWRITE, text_anchor=anchor, font_weight="bold")


def _draw_callout(group: Element, cross: Cross) -> None:
    box, tip = cross.box, cross.end
    left, top = box.centre.x - box.width / 2, box.centre.y - box.height / 2
    line(group, Spot(tip.x, tip.y + ARM + 3), Spot(tip.x, top), DEAD, stroke_width=1.2)
    draw(
        group, "rect", x=left, y=top, width=box.width, height=box.height, rx=6,
        fill="#fff3f3", stroke=DEAD, stroke_width=1.2,
    )  # fmt: skip
    for index, words in enumerate(box.lines):
        at, title = Spot(left + 12, top + 19 + index * (LINE + 2)), index < cross.title_lines
        weight = "bold" if title else "normal"
        size = SMALL + 1 if title else SMALL
        write(group, at, words, size, DEAD if title else INK, font_weight=weight)
