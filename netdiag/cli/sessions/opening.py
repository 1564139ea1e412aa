"""Which session a command line means."""

from __future__ import annotations

from netdiag.cli.sessions.saved import SavedSession
from netdiag.tui.session import Session


def open_session(paths: tuple[str, ...]) -> Session:
    """Return the session over PATHs; without any, over this machine's facts."""
    return SavedSession(paths)
