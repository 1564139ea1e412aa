"""A line to type words in; what does not hold them is not shown."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label


class FilterLine(Horizontal):
    """Hidden until ``begin``; Enter goes back to what is filtered, Esc ends the filter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "end", "Show all", show=False),
        Binding("down,tab", "go_back", "To the rows", show=False),
    ]

    class Changed(Message):
        """Other words are wanted; none = all."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(self, hint: str, shown: Widget) -> None:
        """``shown`` gets the focus back."""
        super().__init__()
        self._hint = hint
        self._shown = shown
        self.display = False

    def compose(self) -> ComposeResult:
        """Return the line."""
        yield Label("/", markup=False)
        yield Input(placeholder=self._hint, compact=True, select_on_focus=False)

    def begin(self) -> None:
        """Let words be typed."""
        self.display = True
        self.query_one(Input).focus()

    @property
    def words(self) -> str:
        """What is wanted."""
        return self.query_one(Input).value.strip() if self.display else ""

    def clear(self) -> None:
        """Show all, without a message."""
        with self.prevent(Input.Changed):
            self.query_one(Input).value = ""
        self.display = False

    def action_end(self) -> None:
        """Show all, and go back."""
        self.query_one(Input).value = ""
        self.display = False
        self._shown.focus()

    def action_go_back(self) -> None:
        """Leave the filter as it is, and go to what it left."""
        self._shown.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while words are typed."""
        event.stop()
        self.post_message(self.Changed(event.value.strip()))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the rows."""
        event.stop()
        self._shown.focus()
