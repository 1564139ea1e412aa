"""Which session a command line means."""

from __future__ import annotations

import click

from netdiag.cli.inventory_options import read_inventory
from netdiag.cli.sessions.live import LiveSession
from netdiag.cli.sessions.saved import SavedSession
from netdiag.sources.inventory.choosing import choose_inventory
from netdiag.sources.inventory.places import InventoryError, LackingError
from netdiag.tui.session import Session


def open_session(
    paths: tuple[str, ...], lab: str | None = None, local: bool = False, file: str | None = None
) -> Session:
    """Return the session over PATHs, or over the inventory that options name.

    With neither: over a lab that is up, or this machine; without the privilege to capture there,
    over what this machine says of itself. Raises UsageError, LackingHereError.
    """
    if lab == "" and len(paths) == 1:  # "--lab NAME" of a lab that is not up
        lab, paths = paths[0], ()
    has_inventory = lab is not None or local or file is not None
    if paths and has_inventory:
        raise click.UsageError("PATH is of saved captures: it excludes --lab, --local, --inventory")
    if has_inventory:
        return LiveSession(read_inventory(lab, local, file))
    if paths:
        return SavedSession(paths)
    try:
        return LiveSession(choose_inventory())
    except LackingError:
        return SavedSession(())
    except InventoryError as error:
        raise click.UsageError(str(error)) from None
