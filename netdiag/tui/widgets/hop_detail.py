"""All of the hop under the cursor: addresses, tunnel, TTL, and the frame that proves it."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from netdiag.render.ladder_links import carried_words
from netdiag.render.ladder_words import place_words
from netdiag.tui.foreign import foreign
from netdiag.tui.ladder.drawing import Item
from netdiag.tui.theme import Ink

FILE_CHARACTERS = 40


class HopDetail(Static):
    """Two lines."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(markup=False, id=id)

    def show(self, item: Item | None, ink: Ink) -> None:
        """Draw what is known of it."""
        self.display = item is not None
        if item is None:
            return
        lines = _loss_lines(item, ink) if item.loss else _hop_lines(item, ink)
        self.update(Text("\n", end="", no_wrap=True, overflow="ellipsis").join(lines))


def _hop_lines(item: Item, ink: Ink) -> list[Text]:
    hop = item.hop
    first = foreign(place_words(hop), ink.place)
    way = f" {hop.direction}" if hop.direction else ""
    first.append_text(foreign(f"{way}  {hop.source} → {hop.destination} id {hop.id}", ink.text))
    guessed = " (guessed)" if hop.role_guessed else ""
    first.append_text(foreign(f"  {hop.role}{guessed}", ink.quiet))
    fragments = f", {hop.fragments} fragments" if hop.fragments > 1 else ""
    second = foreign(
        f"{carried_words(hop)}  TTL {hop.ttl}  {hop.length:,} bytes{fragments}  ", ink.text
    )
    second.append("Enter ", ink.key).append_text(foreign(_frame(item), ink.quiet))
    return [first, second]


def _frame(item: Item) -> str:
    """Return file and frame; of a long path its end, for its begin is that of all others."""
    words = f"{item.hop.file}:{item.hop.frame}"
    return words if len(words) <= FILE_CHARACTERS else f"…{words[-FILE_CHARACTERS:]}"


def _loss_lines(item: Item, ink: Ink) -> list[Text]:
    assert item.loss is not None
    first = foreign(item.loss.title, ink.problem)
    second = foreign("; ".join(item.loss.lines), ink.text)
    if item.finding is not None:
        to_it = Text("", end="").append("Enter ", ink.key).append("the finding  ", ink.quiet)
        second = to_it.append_text(second)
    return [first, second]
