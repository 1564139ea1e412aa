"""Names from outside as words of a command that a user may copy, and where it is to be run."""

from __future__ import annotations

from shlex import quote


def shell_word(name: str | None) -> str:
    """Return a name from outside as one harmless word of a command; ``?`` = not known."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in name or "?")
    return quote(printable) if name else "?"


def where_to_run(node: str | None, pod: str | None = None) -> str:
    """Return where a command is to be run, as its comment says it: ``on node-1``."""
    place = f"on {shell_word(node)}" if node else "on that node"
    return f"in the network namespace of {shell_word(pod)}, {place}" if pod else place
