"""Draws the bottom of a ladder: what the lines mean, and what the picture rests on."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from netdiag.model.report import Ping, Report
from netdiag.render.ladder_arrows import INFERRED, TURN_COLOUR, draw_head, draw_tube
from netdiag.render.ladder_kinds import style_of
from netdiag.render.ladder_layout import MARGIN
from netdiag.render.ladder_links import PLAIN
from netdiag.render.ladder_marks import DEAD, INK, REWRITE, draw_cross_sign
from netdiag.render.ladder_places import SMALL
from netdiag.render.ladder_shapes import Ladder, Spot
from netdiag.render.ladder_words import clock_words, node_words, wall_clock
from netdiag.render.svg_elements import draw, line, write
from netdiag.render.terminal import printable
from netdiag.render.text_fit import shorten, text_width, wrap

QUIET = "#57606a"
SAMPLE = 46.0
"""Width of the drawn part of a legend's entry."""
STEP = 17.0
SCALE = "rows: hops in order, not to scale; bars at the left: parts of the whole time"
MOST_ERRORS, MOST_CLOCKS = 4, 6

Sample = Callable[[Element, Spot], None]


def draw_legend(picture: Element, ladder: Ladder, width: float, top: float) -> float:
    """Draw what each line and mark means, for those that occur; return where it ends."""
    group = draw(picture, "g", class_="legend")
    x, y = MARGIN, top + 8
    for words, sample in _entries(ladder):
        room = SAMPLE + 8 + text_width(words, SMALL)
        if x > MARGIN and x + room > width - MARGIN:
            x, y = MARGIN, y + STEP + 3
        sample(group, Spot(x, y))
        write(group, Spot(x + SAMPLE + 8, y + 4), words, SMALL, INK, class_="legend-entry")
        x += room + 26
    return y + STEP


def draw_footer(picture: Element, report: Report, ping: Ping, width: float, top: float) -> float:
    """Write ids, start, clocks and ICMP errors below; return where they end."""
    group, y = draw(picture, "g", class_="footer"), top
    room = int((width - 2 * MARGIN) / text_width("m", SMALL))
    for colour, words in (*_error_lines(ping), *((QUIET, words) for words in _facts(report, ping))):
        for part in wrap(words, room, 3):
            y += STEP
            write(group, Spot(MARGIN, y), part, SMALL, colour)
    return y


def _entries(ladder: Ladder) -> tuple[tuple[str, Sample], ...]:
    links = tuple(arrow.link for arrow in ladder.arrows)
    carried = [mark.hop.encapsulation for mark in ladder.marks]
    kinds = dict.fromkeys(tunnels[0].kind if tunnels else PLAIN for tunnels in carried)
    entries: list[tuple[str, Sample]] = [
        (shorten(printable(kind), 24), _tube_sample(kind)) for kind in kinds
    ]
    if any(link.inferred and link.way != "turn" for link in links):
        entries.append(("inferred by time and size", _inferred_sample))
    if any(link.way == "turn" for link in links):
        entries.append(("between request and reply", _turn_sample))
    if any(mark.notes for mark in ladder.marks):
        entries.append(("rewritten here (NAT)", _nat_sample))
    if ladder.cross is not None:
        entries.append(("lost", lambda group, at: draw_cross_sign(group, _middle(at), 5)))
    return tuple(entries)


def _tube_sample(kind: str) -> Sample:
    def sample(group: Element, at: Spot) -> None:
        style, end = style_of(kind), Spot(at.x + SAMPLE + 4, at.y)
        path = f"M{at.x:.1f} {at.y:.1f} L{at.x + SAMPLE - 10:.1f} {at.y:.1f}"
        draw_tube(group, path, style, inferred=False)
        draw_head(group, at, end, style.colour)

    return sample


def _inferred_sample(group: Element, at: Spot) -> None:
    end = Spot(at.x + SAMPLE, at.y)
    line(group, at, end, QUIET, stroke_width=4, stroke_dasharray=INFERRED)


def _turn_sample(group: Element, at: Spot) -> None:
    dots = {"stroke_dasharray": "1 4", "stroke_linecap": "round"}
    line(group, at, Spot(at.x + SAMPLE, at.y), TURN_COLOUR, stroke_width=2, **dots)


def _nat_sample(group: Element, at: Spot) -> None:
    x = at.x + SAMPLE - 12
    draw(group, "circle", cx=x, cy=at.y, r=4, fill=INK)
    draw(group, "circle", cx=x, cy=at.y, r=7.5, fill="none", stroke=REWRITE, stroke_width=1.6)


def _middle(at: Spot) -> Spot:
    return Spot(at.x + SAMPLE - 12, at.y)


def _error_lines(ping: Ping) -> tuple[tuple[str, str], ...]:
    """The ICMP errors about the ping, as many as fit a picture."""
    shown = [(DEAD, f"ICMP error: {printable(error)}") for error in ping.errors[:MOST_ERRORS]]
    left_out = len(ping.errors) - len(shown)
    return (*shown, *([(DEAD, f"and {left_out} more ICMP errors")] if left_out > 0 else ()))


def _facts(report: Report, ping: Ping) -> tuple[str, ...]:
    """What the picture rests on: which packet, when, and by which clocks."""
    hops = ping.request + ping.reply
    seen = "1 hop seen" if len(hops) == 1 else f"{len(hops)} hops seen"
    facts = [f"ping {ping.number} · ICMP id {ping.id} · seq {ping.seq} · {seen}"]
    if hops:
        facts.append(f"started {wall_clock(hops[0].time_ns)}, clock of {node_words(hops[0].node)}")
        facts.append(_clock_facts(report, ping))
    if len(hops) > 1:
        facts.append(SCALE)
    return tuple(facts)


def _clock_facts(report: Report, ping: Ping) -> str:
    nodes = {hop.node for hop in ping.request + ping.reply}
    used = [clock_words(clock) for clock in report.clocks if clock.node in nodes]
    if not used:
        return (
            "clocks: one node" if len(nodes) == 1 else "clocks: no offset known, times as captured"
        )
    more = f"; and {len(used) - MOST_CLOCKS} more" if len(used) > MOST_CLOCKS else ""
    return f"clocks corrected by: {'; '.join(used[:MOST_CLOCKS])}{more}"
