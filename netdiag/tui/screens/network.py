"""Network."""

from __future__ import annotations

from netdiag.tui.screens.pane import Pane


class NetworkScreen(Pane):
    """Network."""

    NAME = "network"
    ABOUT = "Network"
