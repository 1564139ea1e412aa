"""Facts."""

from __future__ import annotations

from netdiag.tui.screens.pane import Pane


class FactsScreen(Pane):
    """Facts."""

    NAME = "facts"
    ABOUT = "Facts"
