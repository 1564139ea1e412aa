"""A lab as an inventory."""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address
from pathlib import Path

from netdiag.lab.build import cluster_of
from netdiag.lab.errors import LabError
from netdiag.lab.mode import Mode
from netdiag.lab.modes import mode_named
from netdiag.lab.state import Lab, read_lab, read_labs
from netdiag.sources.inventory.places import (
    Inventory,
    InventoryError,
    LackingError,
    PlacedNode,
    PlacedPod,
)

_NO_PLACE_OF_A_NODE = frozenset(("switch",))


def lab_inventory(name: str | None) -> Inventory:
    """Return the nodes and pods of a lab that is up; None: the only one.

    Raises InventoryError if there is none, LackingError if it is not this user's.
    """
    try:
        lab = read_lab(name or _only_name())
        mode = mode_named(lab.mode)
    except LabError as error:
        raise InventoryError(str(error)) from None
    try:
        return _inventory_of(lab, mode)
    except PermissionError:
        raise LackingError(
            f"the lab {lab.name!r} may be entered by root, or by who made it"
        ) from None


def _inventory_of(lab: Lab, mode: Mode) -> Inventory:
    cluster = cluster_of(mode, nodes=lab.nodes, routed=lab.routed)
    addresses = {node.name: (ip_address(str(node.address)),) for node in cluster.nodes}
    pods = {pod.name: pod for pod in cluster.pods}
    nodes = tuple(
        PlacedNode(
            place, _entering(lab, place), addresses.get(place, ()), sys.executable,
            is_between=place not in addresses,
        )
        for place in lab.places
        if place not in pods and place not in _NO_PLACE_OF_A_NODE
    )  # fmt: skip
    placed = tuple(
        PlacedPod(pod.name, pod.node.name, (pod.address,), _process_inside(lab.places[pod.name]))
        for pod in cluster.pods
    )
    return Inventory(f"the lab {lab.name!r} ({lab.mode})", nodes, placed)


def _only_name() -> str | None:
    """Return the name of the only lab that is up, None if there is none."""
    names = [lab.name for lab in read_labs() if lab.is_alive]
    if len(names) > 1:
        raise InventoryError(f"several labs are up ({', '.join(names)}): say which by --lab NAME")
    return names[0] if names else None


def _entering(lab: Lab, place: str) -> tuple[str, ...]:
    """Return the command prefix that runs a program in a place."""
    process = lab.places[place]
    is_users = os.stat(f"/proc/{process}/ns/user").st_ino != os.stat("/proc/self/ns/user").st_ino
    user = ("--user", "--preserve-credentials") if is_users else ()
    kinds = ("--net", "--uts", "--mount", "--pid")
    return ("nsenter", "--target", str(process), *user, *kinds)


def _process_inside(process: int) -> str:
    """Return a process's id as the lab's own PID namespace has it (``NSpid``, proc(5))."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("NSpid:"):
            return line.split()[-1]
    raise InventoryError("this kernel does not tell process ids of other namespaces")
