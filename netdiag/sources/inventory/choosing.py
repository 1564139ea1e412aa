"""Which inventory is used: the one that was named, else a lab that is up, else this machine."""

from __future__ import annotations

from netdiag.sources.inventory.places import Inventory


def choose_inventory(
    *, lab: str | None = None, local: bool = False, file: str | None = None
) -> Inventory:
    """Return the inventory; ``lab``: its name, empty for the only one.

    Raises InventoryError: it is not there, or cannot be read; LackingError: nothing can be run.
    """
    if file is not None:
        from netdiag.sources.inventory.ssh import logged_in
        from netdiag.sources.inventory.toml_file import file_inventory

        return logged_in(file_inventory(file))
    if lab is not None or (not local and some_lab_is_up()):
        from netdiag.sources.inventory.lab import lab_inventory

        return lab_inventory(lab or None)
    from netdiag.sources.inventory.local import local_inventory

    return local_inventory()


def some_lab_is_up() -> bool:
    """Tell whether there is a lab."""
    from netdiag.lab.state import read_labs

    return any(lab.is_alive for lab in read_labs())
