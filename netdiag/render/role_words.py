"""The role of an interface, with a question mark where only its name tells it."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.expected import ExpectedStep
from netdiag.model.inspection import Interface
from netdiag.model.report import Hop
from netdiag.render.page import QUIET, Page, said

GUESSED = "role?: guessed by the interface's name; no facts about the node"


def role_words(crossed: Hop | Interface | ExpectedStep) -> Text:
    """Return ``bridge``, or ``bridge?`` if that is a guess."""
    return said((f"{crossed.role}?" if crossed.role_guessed else crossed.role, QUIET))


def explain_guesses(page: Page) -> None:
    """Write what the question mark means, once on a page."""
    page.note(GUESSED)
