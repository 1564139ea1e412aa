"""Draws what stands around the hops of a ladder: title, nodes and interfaces, legend, footer."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from netdiag.model.report import Ping, Report, Status
from netdiag.render.ladder_arrows import draw_tube
from netdiag.render.ladder_kinds import style_of
from netdiag.render.ladder_layout import AXIS, FIRST_ROW, MARGIN
from netdiag.render.ladder_links import PLAIN
from netdiag.render.ladder_marks import DEAD, INK, REWRITE, draw_cross_sign
from netdiag.render.ladder_places import BETWEEN, CHIP_PADDING, SMALL
from netdiag.render.ladder_shapes import Band, Ladder, Lifeline, Spot
from netdiag.render.ladder_words import (
    clock_words,
    duration,
    interface_label,
    node_words,
    place_words,
    wall_clock,
)
from netdiag.render.svg_elements import SANS, draw, explain, line, write
from netdiag.render.terminal import printable
from netdiag.render.text_fit import shorten, text_width, wrap
