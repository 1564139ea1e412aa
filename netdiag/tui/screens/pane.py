"""What all five screens have in common: tabs above, keys below, and when they are drawn."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from netdiag.tui.messages import Jump
from netdiag.tui.state import State
from netdiag.tui.theme import Ink, ink_of
from netdiag.tui.widgets.banner import Banner
from netdiag.tui.widgets.key_line import KeyLine
from netdiag.tui.widgets.top_bar import TopBar


class Pane(Screen[None]):
    """A screen that shows the state; it is drawn when it is seen, and only if that changed.

    A subclass has a ``NAME`` (one of ``widgets.top_bar.TABS``), its widgets in ``compose_body``,
    ``show`` to fill them from ``self.state``, and ``jump`` for the messages that lead to it.
    ``ABOUT`` and the descriptions of its BINDINGS are its help.
    """

    NAME: ClassVar[str]
    ABOUT: ClassVar[str]
    """What the screen shows, in a few sentences, for its help."""
    HAS_FILTER: ClassVar[bool] = False
    """Whether ``begin_filter`` does anything."""
    MAIN_KEYS: ClassVar[tuple[str, ...]] = ()
    """Actions whose keys stand first in the last line."""
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state
        self._shown = (-1, "")

    @property
    def ink(self) -> Ink:
        """The inks of the theme."""
        return ink_of(self.app.current_theme)

    def compose(self) -> ComposeResult:
        """Return the parts, from top to bottom."""
        yield TopBar(self.state, self.NAME)
        yield Banner(self.state)
        yield from self.compose_body()
        yield KeyLine(self.state)

    def compose_body(self) -> ComposeResult:
        """Return what is between banner and keys."""
        yield from ()

    def show(self) -> None:
        """Fill the body from the state; called when there is a new snapshot or another theme."""

    def jump(self, message: Jump) -> None:
        """Show what a message leads to; the screen is in sight."""

    def begin_filter(self) -> None:
        """Let the user filter what is shown; a screen without a filter does nothing."""

    def tick(self) -> None:
        """Draw what changes several times a second: rates, progress."""
        self.query_one(Banner).show()

    def bring_up_to_date(self) -> None:
        """Draw what has changed since this screen was drawn last."""
        if not self.is_mounted:
            return
        wanted = (self.state.version, self.app.theme)
        if self._shown != wanted:
            self._shown = wanted
            self.query_one(TopBar).refresh()
            self.query_one(KeyLine).refresh()
            self.show()
        self.tick()

    def on_mount(self) -> None:
        """Draw it for the first time."""
        self.bring_up_to_date()

    def on_screen_resume(self) -> None:
        """Draw what came while another screen was in sight."""
        self.bring_up_to_date()
