"""Which session a command line means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netdiag.cli.inventory_options import read_inventory
from netdiag.cli.sessions.checked_paths import checked
from netdiag.cli.sessions.live import LiveSession
from netdiag.cli.sessions.saved import SavedSession
from netdiag.sources.inventory.choosing import choose_inventory, some_lab_is_up
from netdiag.sources.inventory.places import Inventory, InventoryError, LackingError
from netdiag.tui.session import Session

if TYPE_CHECKING:
    from netdiag.cli.trace_places import NamedPlaces

PROBE_SECONDS = 4 * 3600
"""After which a probe pod ends, whatever has become of us; one that is needed longer comes anew."""


def open_session(paths: tuple[str, ...], named: NamedPlaces) -> Session:
    """Return the session over PATHs, or over the places that options name.

    With neither: over a lab that is up; over this machine, if one may capture there and it has
    pods; over kubectl's cluster; over this machine without pods; over what it says of itself.
    Raises UsageError, LackingError.
    """
    named.check()
    if paths and named.is_typed:
        raise click.UsageError("PATH is of saved captures: it excludes options on live places")
    if paths:
        return SavedSession(checked(paths))
    if named.is_here:
        return LiveSession(read_inventory(named.lab, named.local, named.file))
    if named.kubernetes.is_meant:
        return _cluster_session(named)
    try:
        return _chosen_session(named)
    except InventoryError as error:
        raise click.UsageError(str(error)) from None


def _chosen_session(named: NamedPlaces) -> Session:
    here = _inventory_here()
    if here is not None and (here.pods or some_lab_is_up()):
        return LiveSession(here)
    if named.kubernetes.has_context():
        return _cluster_session(named)
    return LiveSession(here) if here is not None else SavedSession(())


def _inventory_here() -> Inventory | None:
    """Return a lab that is up, or this machine; None without the privilege to capture there."""
    try:
        return choose_inventory()
    except LackingError:
        return None


def _cluster_session(named: NamedPlaces) -> Session:
    from netdiag.cli.sessions.cluster import ClusterSession

    return ClusterSession(named.kubernetes.cluster(PROBE_SECONDS, _say_nothing))


def _say_nothing(step: str) -> None:
    """Keep a step to oneself: the session's process tells them."""
