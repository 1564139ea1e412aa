"""Draws the top of a ladder: the title, the nodes as bands, the interfaces as lifelines."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from netdiag.model.report import Ping, Status
from netdiag.render.ladder_layout import AXIS, MARGIN
from netdiag.render.ladder_marks import DEAD, INK, draw_cross_sign
from netdiag.render.ladder_places import BETWEEN, SMALL, column_width
from netdiag.render.ladder_shapes import Band, Ladder, Lifeline, Spot
from netdiag.render.ladder_words import duration, interface_label, node_words, place_words
from netdiag.render.svg_elements import SANS, draw, explain, line, write
from netdiag.render.terminal import printable
from netdiag.render.text_fit import shorten, text_width

QUIET = "#57606a"
BAND_TOP, CHIP_TOP, CHIP_HEIGHT = 106.0, 136.0, 22.0
TITLE_SIZE, TITLE_CELL = 20.0, 13.5
"""The title's letters are proportional: a cell is an estimate on the wide side."""


class Look(NamedTuple):
    """How a status is said and coloured."""

    words: str
    colour: str
    ground: str


LOOKS: dict[Status, Look] = {
    "answered": Look("answered", "#05613a", "#e3f6ec"),
    "request-lost": Look("request lost", DEAD, "#ffe9ea"),
    "reply-lost": Look("reply lost", DEAD, "#ffe9ea"),
    "unanswered": Look("unanswered", DEAD, "#ffe9ea"),
    "unknown": Look("unknown: not enough was captured", "#57606a", "#eef0f2"),
}


def draw_title(picture: Element, ping: Ping, width: float) -> None:
    """Draw who pinged whom, with pods where known, and how it ended."""
    ends = (ping.source_pod or ping.source, ping.destination_pod or ping.destination)
    limit = max(int((width - 2 * MARGIN) / TITLE_CELL / 2) - 2, 8)
    words = " → ".join(shorten(printable(end), limit) for end in ends)
    title = write(picture, Spot(MARGIN, 38), words, TITLE_SIZE, INK, font_weight="bold")
    title.set("font-family", SANS)
    title.set("class", "title")
    if ping.source_pod or ping.destination_pod:
        addresses = f"{printable(ping.source)} → {printable(ping.destination)}"
        room = int((width - 2 * MARGIN) / text_width("m", 13))
        write(picture, Spot(MARGIN, 60), shorten(addresses, room), 13, QUIET)
    _draw_status(picture, ping)


def draw_columns(picture: Element, ladder: Ladder) -> None:
    """Draw the nodes, and in each its interfaces with their lines downwards."""
    for band in ladder.bands:
        _draw_band(picture, band, ladder.bottom)
    width = column_width(tuple(line.column for line in ladder.lifelines)) - BETWEEN
    for lifeline in ladder.lifelines:
        _draw_lifeline(picture, lifeline, width, ladder.bottom)
    if ladder.marks:
        top, bottom = Spot(AXIS, CHIP_TOP), Spot(AXIS, ladder.bottom)
        line(picture, top, bottom, "#8a939c")
        heading = {"text_anchor": "end", "class_": "heading"}
        write(picture, Spot(AXIS - 8, CHIP_TOP + 15), "time since", SMALL, QUIET, **heading)
        write(picture, Spot(AXIS - 8, CHIP_TOP + 29), "first hop", SMALL, QUIET, **heading)


def _draw_status(picture: Element, ping: Ping) -> None:
    look = LOOKS[ping.status]
    lost = look.colour == DEAD
    width = text_width(look.words, 12) + 20 + (16 if lost else 0)
    pill = {"width": width, "height": 22.0, "rx": 11.0}
    group = draw(picture, "g", class_="status")
    draw(group, "rect", x=MARGIN, y=72, fill=look.ground, stroke=look.colour, **pill)
    if lost:
        draw_cross_sign(group, Spot(MARGIN + 15, 83), 4)
    at = Spot(MARGIN + 10 + (16 if lost else 0), 87)
    write(group, at, look.words, 12, look.colour, font_weight="bold")
    trip = "no round-trip time" if ping.rtt_us is None else f"RTT {duration(ping.rtt_us)}"
    write(group, Spot(MARGIN + width + 12, 87), trip, 12, INK)


def _draw_band(picture: Element, band: Band, bottom: float) -> None:
    group = draw(picture, "g", class_="node")
    name, width = node_words(band.node), band.right - band.left
    explain(group, name)
    box = {"width": width, "height": bottom - BAND_TOP, "rx": 9.0}
    draw(group, "rect", x=band.left, y=BAND_TOP, fill="#f4f7fa", stroke="#c9d3dc", **box)
    middle = Spot((band.left + band.right) / 2, BAND_TOP + 20)
    short = shorten(name, int((width - 12) / text_width("m", 12)))
    style = "normal" if band.node is not None else "italic"
    more = {"text_anchor": "middle", "font_weight": "bold", "font_style": style}
    write(group, middle, short, 12, INK, **more)


def _draw_lifeline(picture: Element, lifeline: Lifeline, width: float, bottom: float) -> None:
    point, x = lifeline.column.point, lifeline.x
    seen, pod = lifeline.column.seen, point.pod is not None
    group = draw(picture, "g", class_="column" if seen else "column unseen")
    explain(group, place_words(point))
    rope = {"stroke_dasharray": "none" if seen else "2 5"}
    foot = Spot(x, bottom - 10)
    line(group, Spot(x, CHIP_TOP + CHIP_HEIGHT), foot, "#b4bec8", stroke_width=1.2, **rope)
    chip = {"width": width, "height": CHIP_HEIGHT, "rx": 5.0}
    frame = draw(group, "rect", x=x - width / 2, y=CHIP_TOP, stroke="#9fb0c0", **chip)
    frame.set("fill", "#e3edf8" if pod else "#ffffff")
    if not seen:
        frame.set("stroke-dasharray", "3 3")
    label = interface_label(point.pod, point.interface, lifeline.label_cells)
    ink, middle = INK if seen else QUIET, {"text_anchor": "middle"}
    write(group, Spot(x, CHIP_TOP + 15), label, SMALL, ink, class_="interface", **middle)
    role = lifeline.column.role if seen else "not reached"
    wide, under = text_width(role, 10) + 6, CHIP_TOP + CHIP_HEIGHT + 3
    draw(group, "rect", x=x - wide / 2, y=under, width=wide, height=13, fill="#f4f7fa")
    write(group, Spot(x, CHIP_TOP + CHIP_HEIGHT + 13), role, 10, QUIET, **middle)
