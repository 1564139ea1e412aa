"""Where everything of a ladder stands: columns from left to right, hops downwards; pure.

Every hop has its own row. The rows are in order, and the distance between two of them grows with
the logarithm of the time between, so that microseconds stay readable beside milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from math import ceil, log10

from netdiag.model.report import Hop, Ping, Report
from netdiag.render.ladder_columns import ladder_columns
from netdiag.render.ladder_links import Link, Loss, hop_notes, ping_links, ping_loss
from netdiag.render.ladder_places import SMALL, Places, Wire, place_columns
from netdiag.render.ladder_shapes import Arrow, Box, Cross, Ladder, Mark, Spot
from netdiag.render.text_fit import cells, text_width, wrap

AXIS = 100.0
"""Right end of the times; nothing of the ladder comes further left."""
MARGIN = 24.0
MIN_WIDTH = 800.0
FIRST_ROW = 206.0
ROW = 42.0
"""Least distance of two hops."""
LINE = 14.0
"""Height of one line of small text."""
STRETCH = 9.0
"""By how much a row grows with every power of ten of the time, from 10 µs to 1 s."""
BOX_CELLS = 54
CROSS_CELLS = 60
NOTE_AT, NOTE_BESIDE_LOOP = 10.0, 36.0
"""Where the notes of a hop begin, beside its lifeline."""
BEFORE, BESIDE_LOOP = 12.0, 9.0
"""A label begins that far before the middle of an arrow, or ends beside the lifeline of a loop."""

Boxes = dict[int, Box]
"""The words on the links between nodes, by the hop that the link leads to."""


def lay_out_ladder(report: Report, ping: Ping) -> Ladder:
    """Return every part of the diagram with its place; all of it is inside the width."""
    links, loss = ping_links(ping), ping_loss(report, ping)
    boxes = {link.end: _wire_box(link) for link in links if link.crosses and link.way != "turn"}
    wires = _wires(ping, boxes)
    columns, edge = ladder_columns(report, ping), AXIS + 12
    rows = _rows(ping, links, boxes, loss)
    # Once to see how far things come to the left of the first column, then with room for them.
    tight = place_columns(columns, wires, edge)
    overhang = edge - min((edge, *_leftmost(_marks(ping, rows, tight), links, loss, tight)))
    places = place_columns(columns, wires, edge + overhang)
    marks = _marks(ping, rows, places)
    right = max(_rightmost(marks, links, places), default=0.0)
    cross = None if loss is None else _cross(loss, marks[loss.hop], places, right)
    shown = (link for link in links if loss is None or loss.hop != link.start)
    return Ladder(
        bands=places.bands,
        lifelines=places.lifelines,
        marks=marks,
        arrows=tuple(_arrow(link, marks, places, boxes.get(link.end)) for link in shown),
        cross=cross,
        width=_width(right, cross),
        bottom=_bottom(marks, cross),
    )


def _wires(ping: Ping, boxes: Boxes) -> tuple[Wire, ...]:
    hops = ping.request + ping.reply
    return tuple(Wire(hops[e - 1].node, hops[e].node, box.width) for e, box in boxes.items())


def _wire_box(link: Link) -> Box:
    """The words of a link between nodes, still without a place."""
    lines = (*(line for words in link.carried for line in _lines(words)), link.gap)
    width = max(text_width(line, SMALL) for line in lines) + 20
    return Box(Spot(0.0, 0.0), width, LINE * len(lines) + 8, lines)


def _lines(words: str) -> tuple[str, ...]:
    return (words,) if cells(words) <= BOX_CELLS else wrap(words.replace("→", " →"), BOX_CELLS, 3)


def _rows(
    ping: Ping, links: tuple[Link, ...], boxes: Boxes, loss: Loss | None
) -> tuple[float, ...]:
    """The height of every hop in the picture."""
    hops, notes = ping.request + ping.reply, hop_notes(ping)
    first = FIRST_ROW + len(notes[0]) * LINE if notes else FIRST_ROW
    steps = []
    for link in links:
        box = boxes[link.end].height + 32 if link.end in boxes else 0.0
        gap_us = hops[link.end].since_first_us - hops[link.start].since_first_us
        step = max(ROW, box) + _stretch(gap_us) + len(notes[link.end]) * LINE
        died = loss is not None and loss.hop == link.start
        steps.append(step + (_cross_height(loss) if loss is not None and died else 0.0))
    return tuple(accumulate(steps, initial=first))


def _stretch(gap_us: float) -> float:
    return STRETCH * min(log10(abs(gap_us) / 10), 5.0) if abs(gap_us) > 10 else 0.0


def _marks(ping: Ping, rows: tuple[float, ...], places: Places) -> tuple[Mark, ...]:
    hops, notes = ping.request + ping.reply, hop_notes(ping)
    return tuple(
        Mark(hop, Spot(places.x(hop), y), notes[index], _notes_at(hops, index, places))
        for index, (hop, y) in enumerate(zip(hops, rows, strict=False))
    )


def _notes_at(hops: tuple[Hop, ...], index: int, places: Places) -> float:
    """The side of a hop where, above it, no arrow comes in; beside the loop if it came back."""
    x, before = places.x(hops[index]), places.x(hops[max(index - 1, 0)])
    if x == before:
        return NOTE_BESIDE_LOOP
    return NOTE_AT if x > before else -NOTE_AT


def _note_width(mark: Mark) -> float:
    return max((text_width(note, SMALL) for note in mark.notes), default=0.0)


def _reach(mark: Mark) -> float:
    width = _note_width(mark) + 6 if mark.notes else 0.0
    return mark.spot.x + mark.notes_at + (width if mark.notes_at > 0 else -width)


def _leftmost(
    marks: tuple[Mark, ...], links: tuple[Link, ...], loss: Loss | None, places: Places
) -> Iterator[float]:
    """How far to the left the things come that are beside a lifeline."""
    yield from (_reach(mark) for mark in marks)
    yield from (_label_span(link, marks)[0] for link in links)
    if loss is not None and loss.step < 0:
        yield places.beyond(marks[loss.hop].hop, -1, inside=loss.inside) - 14


def _rightmost(marks: tuple[Mark, ...], links: tuple[Link, ...], places: Places) -> Iterator[float]:
    yield from (_reach(mark) for mark in marks)
    yield from (_label_span(link, marks)[1] for link in links)
    yield from (band.right for band in places.bands)


def _label_span(link: Link, marks: tuple[Mark, ...]) -> tuple[float, float]:
    """From where to where the words beside a link may come; those in a box have their gap."""
    start, end = marks[link.start].spot.x, marks[link.end].spot.x
    if link.crosses and link.way != "turn":
        return min(start, end), max(start, end)
    width, middle = max(text_width(words, SMALL) for words in link.label), (start + end) / 2
    if start == end:
        return start - BESIDE_LOOP - width, start
    return middle + BEFORE - width, middle - BEFORE + width


def _arrow(link: Link, marks: tuple[Mark, ...], places: Places, box: Box | None) -> Arrow:
    start, end = marks[link.start], marks[link.end]
    if box is not None:
        middle = places.gap_beside(start.hop.node, end.hop.node)
        # A note above the end pushes it down; the words stay midway between the two hops.
        box = box._replace(centre=Spot(middle, (start.spot.y + end.spot.y) / 2))
    return Arrow(link, start.spot, end.spot, box)


def _cross(loss: Loss, mark: Mark, places: Places, right: float) -> Cross:
    """The mark of the loss; its words stay inside the picture."""
    x = places.beyond(mark.hop, loss.step, inside=loss.inside)
    end = Spot(x, mark.spot.y + ROW)
    titles, lines = _cross_lines(loss)
    width = max(text_width(line, SMALL + 1) for line in (*titles, *lines)) + 28
    height = _cross_height(loss) - ROW - 20
    inside = min(x, max(right, MIN_WIDTH - MARGIN) - width / 2)
    centre = Spot(max(inside, AXIS + 12 + width / 2), end.y + 20 + height / 2)
    box = Box(centre, width, height, (*titles, *lines))
    return Cross(loss, mark.hop, mark.spot, end, box, len(titles))


def _cross_lines(loss: Loss) -> tuple[tuple[str, ...], tuple[str, ...]]:
    titles = wrap(loss.title, CROSS_CELLS, 3)
    return titles, tuple(part for line in loss.lines for part in wrap(line, CROSS_CELLS + 6, 2))


def _cross_height(loss: Loss) -> float:
    titles, lines = _cross_lines(loss)
    return ROW + 20 + (LINE + 2) * (len(titles) + len(lines)) + 14


def _width(right: float, cross: Cross | None) -> float:
    if cross is not None:
        right = max(right, cross.box.centre.x + cross.box.width / 2, cross.end.x + 14)
    return ceil(max(MIN_WIDTH, right + MARGIN))


def _bottom(marks: tuple[Mark, ...], cross: Cross | None) -> float:
    lowest = max((mark.spot.y for mark in marks), default=FIRST_ROW)
    if cross is None:
        return lowest + 30
    return max(lowest + 30, cross.box.centre.y + cross.box.height / 2 + 16)
