"""One ping as a ladder diagram in SVG: interfaces side by side, time downwards.

* ``ladder_columns``  which interfaces, in which order
* ``ladder_links``    what happens between two hops, NAT, the loss and its finding
* ``ladder_places``   columns -> where they stand
* ``ladder_layout``   everything -> where it stands (``ladder_shapes``)
* ``ladder_kinds``    how each encapsulation looks
* ``ladder_head``, ``ladder_arrows``, ``ladder_marks``, ``ladder_foot``  drawing
* ``ladder_words``, ``text_fit``, ``svg_elements``  texts, their widths, and XML
"""

from __future__ import annotations

from math import ceil

from netdiag.model.report import Ping, Report
from netdiag.render.ladder_arrows import draw_arrow
from netdiag.render.ladder_foot import draw_footer, draw_legend
from netdiag.render.ladder_head import draw_columns, draw_title
from netdiag.render.ladder_layout import FIRST_ROW, MARGIN, lay_out_ladder
from netdiag.render.ladder_marks import draw_cross, draw_mark, draw_shares, draw_time
from netdiag.render.ladder_shapes import Spot
from netdiag.render.svg_elements import draw, finish_picture, new_picture, write


def ladder_svg(report: Report, ping: Ping) -> str:
    """Return a self-contained SVG document that shows the ping on its way there and back.

    Nothing in it refers to other files or runs; all names in it are escaped.
    """
    ladder = lay_out_ladder(report, ping)
    picture = new_picture(f"ping {ping.source} to {ping.destination}: {ping.status}")
    paper = draw(picture, "rect", width=ladder.width, fill="#ffffff")
    draw_title(picture, ping, ladder.width)
    draw_columns(picture, ladder)
    for mark in ladder.marks:
        draw_time(picture, mark)
    draw_shares(picture, ladder)
    for arrow in ladder.arrows:
        draw_arrow(picture, arrow)
    if ladder.cross is not None:
        draw_cross(picture, ladder.cross)
    for mark in ladder.marks:
        draw_mark(picture, mark)
    if not ladder.marks:
        write(picture, Spot(MARGIN, FIRST_ROW), "No hop of this ping was captured.", 14, "#57606a")
    end = draw_legend(picture, ladder, ladder.width, ladder.bottom + 14)
    height = ceil(draw_footer(picture, report, ping, ladder.width, end) + MARGIN)
    paper.set("height", str(height))
    return finish_picture(picture, ladder.width, height)
