"""Findings."""

from __future__ import annotations

from netdiag.tui.screens.pane import Pane


class FindingsScreen(Pane):
    """Findings."""

    NAME = "findings"
    ABOUT = "Findings"
