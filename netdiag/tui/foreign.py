"""Text from packets, pods, files and nodes, made safe to draw: all of it passes here."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from netdiag.render.terminal import printable

MOST_CHARACTERS = 4096
"""Of one text; what is longer is cut."""


def foreign(text: str, style: str | Style = "") -> Text:
    """Return text with control characters and escape codes written out, and without markup.

    A ``Text`` is drawn as it stands: ``[bold]`` in a pod's name stays these six characters.
    """
    return Text(foreign_words(text), style=style, end="")


def foreign_words(text: str) -> str:
    """Return the same as a plain string, for what takes no ``Text`` (with ``markup=False``)."""
    if len(text) > MOST_CHARACTERS:
        text = f"{text[:MOST_CHARACTERS]}…"
    return printable(text)
