"""How long each hop takes over many pings: a line per hop, with a small chart."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from netdiag.render.durations import in_unit, table_unit
from netdiag.render.ladder_words import interface_label, node_words
from netdiag.tui.foreign import foreign
from netdiag.tui.ladder.arrows import style_of
from netdiag.tui.ladder.times import HopTimes
from netdiag.tui.short_numbers import sparkline
from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_cells import GAP, Column
from netdiag.tui.widgets.line_table import LineTable

SIGNS = {"request": "→", "turn": "↻", "reply": "←"}
PLACE_CELLS, NUMBER_CELLS, KIND_CELLS, LOST_CELLS = 22, 10, 10, 6
NARROW_NUMBER = 7
WIDE_CELLS = 100
"""From here on units and kinds have columns of their own."""


class HopTable(LineTable):
    """Lists the steps of a way."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.times: Sequence[HopTimes] = ()

    def row_count(self) -> int:
        """Return how many there are."""
        return len(self.times)

    def columns(self) -> Sequence[Column]:
        """Return the columns; the chart has what room is left."""
        unit = self._unit()
        names = ("min", "median", "p99", "max")
        place = Column(f"to, in {unit}", PLACE_CELLS)
        lost, latest = Column("lost", LOST_CELLS, right=True), Column("latest", 0)
        if self.size.width < WIDE_CELLS:
            numbers = [Column(name, NARROW_NUMBER, right=True) for name in names]
            return (Column("", 1), place, *numbers, lost, latest)
        numbers = [Column(f"{name} {unit}", NUMBER_CELLS, right=True) for name in names]
        return (Column("", 1), place, *numbers, lost, Column("carried", KIND_CELLS), latest)

    def empty_words(self) -> str:
        """Return why there is nothing."""
        return "no hop was seen"

    def _unit(self) -> str:
        return table_unit(max(each.values_us, default=0.0) for each in self.times)

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return which step it is, its times, how many pings ended before it, and its chart."""
        times = self.times[row]
        point = times.hop
        place = f"{node_words(point.node)} "
        room = max(PLACE_CELLS - len(place), 8)
        place += interface_label(point.pod, point.interface, room)
        values = times.values_us
        quantiles = (
            [min(values), times.quantile(0.5), times.quantile(0.99), max(values)] if values else []
        )
        numbers = in_unit(quantiles, self._unit()) if values else [""] * 4
        used = sum(column.width + GAP for column in self.columns()) + 1
        style = style_of(times.link, ink)
        kind = "" if times.link.way == "turn" else times.link.kind
        return (
            Text(SIGNS[times.link.way], style),
            foreign(place, ink.place),
            *(Text(number, ink.text) for number in numbers),
            Text(f"✗ {times.lost:,}" if times.lost else "", ink.problem),
            *([] if self.size.width < WIDE_CELLS else [foreign(kind, style)]),
            Text(sparkline(values, min(len(values), max(self.size.width - used - 1, 1))), style),
        )
