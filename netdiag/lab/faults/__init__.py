"""What can be broken in a lab: files of faults by the part that they break."""

from __future__ import annotations

import difflib

from netdiag.lab.errors import UsageError
from netdiag.lab.fault import Fault
from netdiag.lab.faults import (
    firewall,
    modes,
    mtus,
    overlay,
    pods,
    routes,
    spared_pings,
    underlay,
)


def all_faults() -> tuple[Fault, ...]:
    """Return all faults, in the order in which they are listed."""
    parts = (overlay, firewall, routes, pods, mtus, underlay, spared_pings, modes)
    return tuple(fault for part in parts for fault in part.FAULTS)


def fault_named(name: str) -> Fault:
    """Return a fault. Raises UsageError for an unknown name, with the one that is like it."""
    faults = {fault.name: fault for fault in all_faults()}
    if name not in faults:
        near = difflib.get_close_matches(name, faults, n=1)
        hint = f", but {near[0]!r}" if near else ""
        raise UsageError(f"there is no fault {name!r}{hint}: 'netdiag lab list' names them")
    return faults[name]
