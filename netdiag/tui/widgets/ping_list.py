"""The pings and attempts of a report, one line each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from netdiag.render.ladder_words import duration
from netdiag.tui.foreign import foreign
from netdiag.tui.ladder.pings import Entry, mark_of
from netdiag.tui.theme import Ink
from netdiag.tui.widgets.line_cells import Column
from netdiag.tui.widgets.line_table import LineTable

NARROW = (Column("", 1), Column("ping", 9), Column("", 12), Column("RTT", 10, right=True))
ENDS = Column("from → to", 0)
WIDE_CELLS = 60


class PingList(LineTable):
    """Lists them; which one is looked at is where the cursor stands."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.entries: tuple[Entry, ...] = ()
        self.is_filtered = False

    def row_count(self) -> int:
        """Return how many there are."""
        return len(self.entries)

    def columns(self) -> Sequence[Column]:
        """Return the columns; ends only where there is room for them."""
        return (*NARROW, ENDS) if self.size.width >= WIDE_CELLS else NARROW

    def empty_words(self) -> str:
        """Return why there is nothing."""
        return "no ping is like that" if self.is_filtered else "no pings yet"

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return mark, name, how it ended, its time, its ends."""
        entry = self.entries[row]
        ping = entry.ping
        mark, style = mark_of(entry, ink)
        rtt = "" if ping.rtt_us is None else duration(ping.rtt_us)
        ends = f"{ping.source_pod or ping.source} → {ping.destination_pod or ping.destination}"
        return (
            Text(mark, style),
            foreign(entry.name, ink.text),
            foreign(entry.words, style),
            Text(rtt, ink.text),
            foreign(ends, ink.place),
        )
