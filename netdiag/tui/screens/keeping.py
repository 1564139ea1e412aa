"""Asks where to keep what was captured, and the report; says why where that cannot be."""

from __future__ import annotations

from netdiag.tui.screens.export import ExportDialog
from netdiag.tui.screens.pane import Pane
from netdiag.tui.screens.path_dialog import ask_path


def ask_to_save(pane: Pane) -> str:
    """Ask where to keep captures and documents; return why not, or nothing."""
    save = pane.state.actions.save_bundle
    if save is None:
        return "nothing was captured that could be saved"
    ask_path(pane, "Save captures and documents as", "netdiag.tar.gz", save)
    return ""


def ask_to_write(pane: Pane) -> str:
    """Ask where to write all packets; return why not, or nothing."""
    write = pane.state.actions.write_capture
    if write is None:
        return "nothing was captured that could be written"
    ask_path(pane, "Write all packets as pcapng into", "netdiag.pcapng", write)
    return ""


def ask_to_export(pane: Pane) -> str:
    """Ask where to write the report, and in which form; return why not, or nothing."""
    if pane.state.actions.export is None or pane.state.snapshot.report is None:
        return "no report to export yet"
    pane.app.push_screen(ExportDialog(pane.state.given_paths))
    return ""
