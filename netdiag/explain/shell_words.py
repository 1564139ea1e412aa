"""Names from outside as words of a command that a user may copy."""

from __future__ import annotations

from shlex import quote


def shell_word(name: str | None) -> str:
    """Return a name from outside as one harmless word of a command; ``?`` = not known."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in name or "?")
    return quote(printable) if name else "?"
