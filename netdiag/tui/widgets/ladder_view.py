"""One ping as a ladder that can be scrolled, its hops chosen one by one."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from netdiag.model.report import Ping, Report
from netdiag.tui.ladder.drawing import Item, TextLadder, draw_ladder
from netdiag.tui.theme import Ink, ink_of

EMPTY = TextLadder((), (), (), 0)
SIDEWAYS = 8


class LadderView(ScrollView, can_focus=True):
    """Draws a ladder under its heading, which stays in sight."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"ladder--cursor", "ladder--cursor-blurred"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Hop before", show=False),
        Binding("down,j", "move(1)", "Next hop", show=False),
        Binding("home,g", "move_to_end(-1)", "First hop", show=False),
        Binding("end,G", "move_to_end(1)", "Last hop", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("left", "screen.step(-1)", "Ping before", show=False),
        Binding("right", "screen.step(1)", "Next ping", show=False),
        Binding("h,shift+left", "sideways(-1)", "Show what is left", show=False),
        Binding("l,shift+right", "sideways(1)", "Show what is right", show=False),
        Binding("enter", "choose", "Packet of the hop, or finding", show=False),
    ]

    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """Another hop is under the cursor."""

    class Chosen(Message):
        """Enter, or a second click, on a hop or on the mark of a loss."""

        def __init__(self, item: Item) -> None:
            super().__init__()
            self.item = item

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.words = ""
        """What is said while there is nothing to draw."""
        self._of: tuple[Report, Ping] | None = None
        self._ladder = EMPTY
        self._is_fresh = False

    @property
    def ladder(self) -> TextLadder:
        """What is drawn."""
        return self._ladder

    @property
    def item(self) -> Item | None:
        """What is under the cursor."""
        items = self._ladder.items
        return items[self.cursor] if self.cursor < len(items) else None

    def show(self, report: Report | None, ping: Ping | None, *, afresh: bool = True) -> None:
        """Draw a ping; ``afresh``: put the cursor on its loss, or on its first hop."""
        self._of = None if report is None or ping is None else (report, ping)
        self._is_fresh |= afresh
        self._draw()
        self.post_message(self.Moved())

    def _draw(self) -> None:
        size = self.scrollable_content_region.size
        self._ladder = EMPTY
        if self._of is not None and size.width > 0:
            self._ladder = draw_ladder(*self._of, size.width, size.height, self._ink)
        lines = len(self._ladder.heading) + len(self._ladder.lines)
        self.virtual_size = Size(self._ladder.width, lines)
        self._place_cursor()
        self.refresh()

    def _place_cursor(self) -> None:
        items = self._ladder.items
        if items and self._is_fresh:
            self._is_fresh = False
            self.scroll_to(0, 0, animate=False, immediate=True)
            self.cursor = next((index for index, item in enumerate(items) if item.loss), 0)
        self.cursor = max(0, min(self.cursor, len(items) - 1))
        self._keep_in_sight()

    @property
    def _ink(self) -> Ink:
        return ink_of(self.app.current_theme)

    def on_resize(self) -> None:
        """Draw it anew: there is more room, or less."""
        self._draw()
        self.post_message(self.Moved())

    # What is drawn

    def render_line(self, y: int) -> Strip:
        """Return a line as it is seen."""
        heading, lines = self._ladder.heading, self._ladder.lines
        if not heading:
            return self._strip(Text(f" {self.words}" if y == 0 else "", self._ink.quiet))
        if y < len(heading):
            return self._strip(heading[y])
        row = y - len(heading) + int(self.scroll_offset.y)
        if row >= len(lines):
            return self._strip(Text())
        line = lines[row]
        if line.item != self.cursor:
            return self._strip(line.text)
        name = "ladder--cursor" if self.has_focus else "ladder--cursor-blurred"
        return self._strip(line.text, self.get_component_rich_style(name), "▌")

    def _strip(self, text: Text, ground: Style | None = None, mark: str = "") -> Strip:
        style = self.rich_style + ground if ground else self.rich_style
        segments = [
            Segment(piece.text, style + piece.style if piece.style else style)
            for piece in text.render(self.app.console, end="")
        ]
        left, width = int(self.scroll_offset.x), self.size.width
        strip = Strip(segments).crop_extend(left, left + width, style)
        if not mark:
            return strip
        return Strip([Segment(mark, style), *strip.crop(1, width)])

    # What the user does

    def watch_cursor(self) -> None:
        """Keep it in sight and tell."""
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Moved())

    def _keep_in_sight(self) -> None:
        rows = [i for i, line in enumerate(self._ladder.lines) if line.item == self.cursor]
        height = self.size.height - len(self._ladder.heading)
        if not rows or height <= 0:
            return
        top = int(self.scroll_offset.y)
        if rows[-1] >= top + height:
            top = rows[-1] - height + 1
        self.scroll_to(y=min(top, rows[0]), animate=False, immediate=True)

    def action_move(self, items: int) -> None:
        """Move the cursor by so many hops."""
        self.cursor = max(0, min(self.cursor + items, len(self._ladder.items) - 1))

    def action_move_to_end(self, direction: int) -> None:
        """Move the cursor to the first hop, or to the last one."""
        self.cursor = 0 if direction < 0 else max(len(self._ladder.items) - 1, 0)

    def action_page(self, pages: int) -> None:
        """Scroll by a screenful, the cursor with it."""
        self.action_move(pages * max(self.size.height // 2, 1))

    def action_sideways(self, direction: int) -> None:
        """Show what is further to the side."""
        self.scroll_to(x=self.scroll_offset.x + direction * SIDEWAYS, animate=False)

    def action_choose(self) -> None:
        """Choose what is under the cursor."""
        if self.item is not None:
            self.post_message(self.Chosen(self.item))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a hop; a second click there chooses it."""
        row = event.y - len(self._ladder.heading) + int(self.scroll_offset.y)
        lines = self._ladder.lines
        if event.y < len(self._ladder.heading) or row >= len(lines) or lines[row].item is None:
            return
        self.cursor = lines[row].item or 0
        if event.chain > 1:
            self.action_choose()

    def on_focus(self) -> None:
        """Show the cursor as the one that keys move."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.refresh()
