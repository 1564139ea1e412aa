"""What the shell completes in ``netdiag capture``: interfaces, roles, nodes and pods."""

from __future__ import annotations

import os

import click

from netdiag.lab import state


def interfaces(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Return this machine's interfaces and the roles that begin so."""
    from netdiag.sources.recording.places import ANY, ROLE_MARK, ROLES

    names = [*sorted(os.listdir("/sys/class/net")), ANY, *(f"{ROLE_MARK}{role}" for role in ROLES)]
    return [name for name in names if name.startswith(begun)]


def places(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Return the nodes and pods that begin so, of an inventory file, or of labs that are up."""
    file, lab = ctx.params.get("inventory"), ctx.params.get("lab")
    if file:
        from netdiag.sources.inventory.places import InventoryError
        from netdiag.sources.inventory.toml_file import file_inventory

        try:
            found = file_inventory(file)
        except InventoryError:
            return []
        names = [node.name for node in found.nodes] + [pod.name for pod in found.pods]
    else:
        labs = [
            each for each in state.read_labs() if each.is_alive and lab in (None, "", each.name)
        ]
        names = [place for each in labs for place in each.places]
    return [name for name in names if name.startswith(begun)]
