"""What the shell completes in ``netdiag lab``: modes, faults, labs, and their nodes and pods."""

from __future__ import annotations

import click

from netdiag.lab import state
from netdiag.lab.errors import LabError


def modes(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Return the modes that begin so."""
    from netdiag.lab.modes import NAMES

    return [name for name in NAMES if name.startswith(begun)]


def faults(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Return the faults that begin so, of a lab that is up only those of its mode."""
    from netdiag.lab.faults import all_faults

    mode = _mode_up(ctx) if ctx.command.name in ("break", "mend") else None
    return [
        fault.name
        for fault in all_faults()
        if fault.name.startswith(begun) and mode in (None, *fault.modes)
    ]


def places(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Return the nodes and pods that begin so."""
    try:
        return [place for place in state.read_lab(ctx.params.get("name")).places if
                place.startswith(begun)]  # fmt: skip
    except LabError:
        return []


def labs(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Return the labs that are up and begin so."""
    return [lab.name for lab in state.read_labs() if lab.is_alive and lab.name.startswith(begun)]


def _mode_up(ctx: click.Context) -> str | None:
    try:
        return state.read_lab(ctx.params.get("name")).mode
    except LabError:
        return None
