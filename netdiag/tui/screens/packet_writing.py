"""Asks where to write packets: those that are marked, or those that are shown."""

from __future__ import annotations

from netdiag.tui.screens.pane import Pane
from netdiag.tui.screens.path_dialog import ask_path


def write_marked(pane: Pane) -> None:
    """Ask where to write the marked packets, or those shown if none is marked."""
    marks = pane.state.packets.marks
    if len(marks):
        _ask(pane, marks.pieces(), f"the {len(marks):,} marked")
    else:
        write_shown(pane)


def write_shown(pane: Pane) -> None:
    """Ask where to write the packets that are shown."""
    shown = pane.state.packets.shown
    is_part = not shown.is_complete and pane.state.packets.source is not None
    which = f"the {len(shown.arena):,} shown" + (" so far" if is_part else "")
    _ask(pane, shown.arena.pieces() if len(shown.arena) else [], which)


def _ask(pane: Pane, records: list[bytes], which: str) -> None:
    source = pane.state.packets.source
    if source is None or not records:
        pane.notify("there are no packets to write", severity="error", markup=False)
        return
    title = f"Write {which} packets as pcapng into"
    ask_path(pane, title, "netdiag.pcapng", lambda path: source.write(path, records))
