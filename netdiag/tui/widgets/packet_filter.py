"""The line above the packets: the filter, what is wrong with it, and how many there are."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label, Static

from netdiag.decode.filter_tokens import FilterSyntaxError
from netdiag.decode.inner_filter import parse_filter
from netdiag.tui.foreign import foreign
from netdiag.tui.packets.history import History
from netdiag.tui.theme import Ink, ink_of

HINT = "filter the innermost packet: icmp and host 10.244.1.2"


class PacketFilter(Vertical):
    """Takes an expression; Enter filters by it, up and down bring earlier ones."""

    DEFAULT_CSS = """
    PacketFilter { height: auto; background: $surface; }
    PacketFilter Horizontal { height: 1; }
    PacketFilter Label { width: 3; padding: 0 1; }
    PacketFilter Input { width: 1fr; }
    PacketFilter #count { width: auto; padding: 0 1; }
    PacketFilter #wrong { height: auto; padding: 0 1; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "earlier", "Earlier filter", show=False),
        Binding("down", "later", "Later filter", show=False),
        Binding("escape,tab", "leave", "To the packets"),
    ]

    class Submitted(Message):
        """An expression was given, which is one; empty = all packets."""

        def __init__(self, expression: str) -> None:
            super().__init__()
            self.expression = expression

    class Left(Message):
        """The user is done here."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history
        self._count = Text()

    def compose(self) -> ComposeResult:
        """Return the line and the place of errors."""
        with Horizontal():
            yield Label("/", markup=False)
            yield Input(placeholder=HINT, compact=True, select_on_focus=False, id="expression")
            yield Static(markup=False, id="count")
        yield Static(markup=False, id="wrong")

    @property
    def line(self) -> Input:
        """Where the expression is typed."""
        return self.query_one(Input)

    def begin(self) -> None:
        """Let an expression be typed."""
        self.line.focus()

    def show_expression(self, expression: str) -> None:
        """Show which expression is in force."""
        if self.line.value != expression:
            self.line.value = expression
        self._show_error(None)

    def show_in_force(self, expression: str) -> None:
        """Show which expression is in force, unless another one is being typed."""
        if not self.line.has_focus:
            self.show_expression(expression)

    def show_count(self, words: Text) -> None:
        """Show how many packets there are."""
        if words != self._count or words.spans != self._count.spans:
            self._count = words
            self.query_one("#count", Static).update(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Forget what was wrong."""
        event.stop()
        self._show_error(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Filter, or say what is wrong."""
        event.stop()
        expression = event.value.strip()
        try:
            if expression:
                parse_filter(expression)
        except FilterSyntaxError as error:
            self._show_error(error)
            return
        self._history.add(expression)
        self.post_message(self.Submitted(expression))

    def _show_error(self, error: FilterSyntaxError | None) -> None:
        wrong = self.query_one("#wrong", Static)
        wrong.display = error is not None
        if error is not None:
            wrong.update(foreign(f"✗ {error}", self._ink.problem))
            self.line.cursor_position = min(error.position, len(self.line.value))

    @property
    def _ink(self) -> Ink:
        return ink_of(self.app.current_theme)

    def action_earlier(self) -> None:
        """Bring the filter before."""
        self._bring(self._history.earlier(self.line.value))

    def action_later(self) -> None:
        """Bring the filter after."""
        self._bring(self._history.later(self.line.value))

    def _bring(self, expression: str) -> None:
        self.line.value = expression
        self.line.cursor_position = len(expression)

    def action_leave(self) -> None:
        """Go to the packets; what is in force stays so."""
        self.post_message(self.Left())
