"""A ping as lines of cells, and what of them can be chosen."""

from __future__ import annotations

from math import log10
from typing import NamedTuple

from rich.style import Style
from rich.text import Text

from netdiag.model.report import Finding, Hop, Ping, Report
from netdiag.render.ladder_columns import ladder_columns
from netdiag.render.ladder_links import (
    PLAIN,
    Link,
    Loss,
    hop_notes,
    ping_links,
    ping_loss,
)
from netdiag.render.ladder_words import duration
from netdiag.render.text_fit import cells, wrap
from netdiag.tui.ladder.arrows import (
    DEAD,
    INFERRED,
    SEEN,
    draw_arrow,
    line_of,
    line_of_hop,
    style_of,
    write_on_arrow,
)
from netdiag.tui.ladder.canvas import Canvas
from netdiag.tui.ladder.heading import draw_heading
from netdiag.tui.ladder.placement import GUTTER, Placement, place_columns
from netdiag.tui.theme import Ink

SLOW_US = 1000.0
"""From this time on, the distance of two hops grows with the time between them."""
MOST_STRETCH = 3
NARROWEST_WORDS, WIDEST_WORDS = 24, 72


class Item(NamedTuple):
    """What can be chosen: a hop, or the mark of a loss."""

    hop: Hop
    link: Link | None
    """How it came there."""
    notes: tuple[str, ...]
    loss: Loss | None = None
    """Set: it is the mark of the loss after this hop."""

    @property
    def finding(self) -> Finding | None:
        """Return why it was lost."""
        return self.loss.finding if self.loss else None


class LadderLine(NamedTuple):
    """A line, and to which item it belongs."""

    text: Text
    item: int | None


class TextLadder(NamedTuple):
    """All of it."""

    heading: tuple[Text, ...]
    lines: tuple[LadderLine, ...]
    items: tuple[Item, ...]
    width: int


def draw_ladder(report: Report, ping: Ping, width: int, height: int, ink: Ink) -> TextLadder:
    """Return a ping drawn for a screen of so many cells and lines; it may need more of both."""
    placement = place_columns(ladder_columns(report, ping), width)
    heading = draw_heading(placement, ink)
    drawing = _Drawing(report, ping, placement, ink)
    lines = drawing.lines(is_wide=False)
    if drawing.hop_lines * 2 + (len(lines) - drawing.hop_lines) <= height - len(heading):
        lines = drawing.lines(is_wide=True)
    return TextLadder(tuple(heading), tuple(lines), tuple(drawing.items), placement.width)


class _Drawing:
    """What is drawn, and with what."""

    def __init__(self, report: Report, ping: Ping, placement: Placement, ink: Ink) -> None:
        self._hops = ping.request + ping.reply
        self._links = ping_links(ping)
        self._notes = hop_notes(ping)
        self._loss = ping_loss(report, ping)
        self._placement = placement
        self._ink = ink
        self.hop_lines = len(self._hops)
        self.items: list[Item] = []

    def lines(self, *, is_wide: bool) -> list[LadderLine]:
        """Return a line per hop, and what is between; if wide, some more between."""
        self.items = []
        lines: list[LadderLine] = []
        for index, hop in enumerate(self._hops):
            link = self._links[index - 1] if index else None
            died = self._loss is not None and index and self._loss.hop == index - 1
            if link is not None and is_wide and not died:
                lines += [self._between(link)] * self._stretch(link)
            self.items.append(Item(hop, link, self._notes[index]))
            item = len(self.items) - 1
            lines.append(LadderLine(self._hop_line(index, None if died else link), item))
            lines += [LadderLine(text, item) for text in self._note_lines(index)]
            if self._loss is not None and self._loss.hop == index:
                self.items.append(Item(hop, None, (), self._loss))
                lines += [LadderLine(text, item + 1) for text in self._loss_lines(self._loss)]
        return lines

    def _stretch(self, link: Link) -> int:
        hops = self._hops
        gap_us = abs(hops[link.end].since_first_us - hops[link.start].since_first_us)
        more = int(log10(gap_us / SLOW_US)) + 1 if gap_us >= SLOW_US else 0
        return 1 + min(more, MOST_STRETCH)

    def _canvas(self) -> Canvas:
        canvas = Canvas(self._placement.width)
        for placed in self._placement.columns:
            canvas.put(placed.x, "┆" if placed.column.seen else "·", self._ink.quiet)
        return canvas

    def _between(self, link: Link) -> LadderLine:
        canvas = self._canvas()
        x = self._placement.x(self._hops[link.start])
        canvas.put(x, line_of(link).down, style_of(link, self._ink))
        return LadderLine(canvas.text(), None)

    def _hop_line(self, index: int, link: Link | None) -> Text:
        hop, canvas, ink = self._hops[index], self._canvas(), self._ink
        x = self._placement.x(hop)
        if link is not None:
            start = self._placement.x(self._hops[link.start])
            draw_arrow(canvas, start, x, line_of(link), style_of(link, ink))
            write_on_arrow(canvas, start, x, link, ink)
        kind = hop.encapsulation[0].kind if hop.encapsulation else PLAIN
        style = ink.kind("none" if kind == PLAIN else kind) + Style(bold=True)
        canvas.put(x, INFERRED if hop.inferred else SEEN, style)
        time = duration(hop.since_first_us)
        canvas.put(GUTTER - 1 - len(time), time, ink.text)
        return canvas.text()

    def _note_lines(self, index: int) -> list[Text]:
        lines = []
        for note in self._notes[index]:
            canvas, x = self._canvas(), self._placement.x(self._hops[index])
            words = f" ⟨{note}⟩ "
            fits = x + 1 + cells(words) <= canvas.width
            canvas.put(x + 1 if fits else max(x - cells(words), GUTTER), words, self._ink.warning)
            lines.append(canvas.text())
        return lines

    def _loss_lines(self, loss: Loss) -> list[Text]:
        hop, ink = self._hops[loss.hop], self._ink
        x = self._placement.x(hop)
        end = self._placement.beyond(hop, loss.step) if loss.step else x
        end = max(GUTTER, min(end, self._placement.width - 1))
        at, room = self._words_at(x, end)
        words = [(part, ink.problem) for part in wrap(loss.title, room, 4)]
        words += [(part, ink.text) for line in loss.lines for part in wrap(line, room, 2)]
        lines = []
        for number, (part, style) in enumerate(words):
            canvas = self._canvas()
            if number == 0:
                if abs(end - x) > 1:
                    draw_arrow(canvas, x, end, line_of_hop(hop), ink.problem)
                canvas.put(end, DEAD, ink.problem)
            canvas.put(at, f" {part} ", style)
            lines.append(canvas.text())
        return lines

    def _words_at(self, x: int, end: int) -> tuple[int, int]:
        """Return where words begin beside the mark, and how many cells they have."""
        begin, stop = max(x, end) + 2, min(x, end) - 2
        right, left = self._placement.width - begin - 2, stop - GUTTER - 2
        if right >= min(left, WIDEST_WORDS):
            return begin, max(min(right, WIDEST_WORDS), NARROWEST_WORDS)
        room = max(min(left, WIDEST_WORDS), NARROWEST_WORDS)
        return max(stop - room - 2, GUTTER), room
