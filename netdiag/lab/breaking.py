"""Breaking a lab that is up, and mending it."""

from __future__ import annotations

import dataclasses

import msgspec

from netdiag.lab import state
from netdiag.lab.errors import UsageError
from netdiag.lab.fault import Fault
from netdiag.lab.running import Running


def check(fault: Fault, *, mode: str, routed: bool, nodes: int) -> None:
    """Raise UsageError if such a lab cannot have this fault."""
    if mode not in fault.modes:
        raise UsageError(f"{fault.name} is not for {mode}, but for {', '.join(fault.modes)}")
    if fault.routed and not routed:
        raise UsageError(f"{fault.name} is for a lab made with --routed")
    if fault.one_subnet and routed:
        raise UsageError(f"{fault.name} is for a lab whose nodes are in one subnet, not --routed")
    if nodes < fault.nodes:
        raise UsageError(f"{fault.name} needs {fault.nodes} nodes")


def break_lab(lab: Running, fault: Fault) -> Running:
    """Apply a fault, remember it, and return the lab as it is now.

    Raises UsageError if it cannot be there, or is there already. What was applied of a fault that
    fails half way is undone.
    """
    check(fault, mode=lab.mode.name, routed=lab.cluster.routed, nodes=len(lab.cluster.nodes))
    if fault.name in lab.lab.faults:
        raise UsageError(f"{fault.name} is there already: 'netdiag lab mend {fault.name}' ends it")
    done = []
    try:
        for step in fault.steps:
            step.apply(lab)
            done.append(step)
    except BaseException:
        for step in reversed(done):
            step.undo(lab)
        raise
    return _remembered(lab, (*lab.lab.faults, fault.name))


def mend_lab(lab: Running, fault: Fault) -> Running:
    """Undo a fault, forget it, and return the lab as it is now. Raises UsageError if not there."""
    if fault.name not in lab.lab.faults:
        there = ", ".join(lab.lab.faults) or "none"
        raise UsageError(f"{fault.name} is not among the lab's faults ({there})")
    if not fault.steps:
        raise UsageError(f"{fault.name} is in the lab's cabling: 'netdiag lab down' ends it")
    for step in reversed(fault.steps):
        step.undo(lab)
    return _remembered(lab, tuple(name for name in lab.lab.faults if name != fault.name))


def _remembered(lab: Running, faults: tuple[str, ...]) -> Running:
    changed = msgspec.structs.replace(lab.lab, faults=faults)
    state.write_lab(changed)
    return dataclasses.replace(lab, lab=changed)
