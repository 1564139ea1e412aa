"""What a finding's code means: the page of ``netdiag explain CODE``."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from netdiag.explain.codes import CODES
from netdiag.render.code_page import code_page

MARGINS = 8
WIDEST = 88
MISSING = "nothing is written about this code"


class CodePage(ModalScreen[None]):
    """The page, to be scrolled."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,x,q,enter", "dismiss", "Close")]

    def __init__(self, code: str) -> None:
        super().__init__(classes="dialog")
        self._code = code

    def compose(self) -> ComposeResult:
        """Return the page."""
        with VerticalScroll(classes="dialog-box code-box"):
            width = min(self.app.size.width - MARGINS, WIDEST) - MARGINS
            told = CODES.get(self._code)
            words = code_page(told, width=width, colour=False) if told else MISSING
            yield Static(Text(words), markup=False)
            yield Static(Text("Esc closes this.", "dim"), markup=False)
