"""What is tried: every mode that this machine can have, both ways cabled, and every fault."""

from __future__ import annotations

from netdiag.lab.faults import all_faults
from netdiag.lab.modes import all_modes
from tests.lab.trial import Case

MODES = all_modes()
AVAILABLE = tuple(mode.name for mode in MODES if mode.lacking() is None)
HEALTHY = tuple(
    Case(mode.name, routed=routed)
    for mode in MODES
    if mode.lacking() is None
    for routed in (False, True)
    if not (routed and (mode.always_routed or not mode.works_routed))
)
FAULTS = tuple(
    Case(next(mode for mode in fault.modes if mode in AVAILABLE), fault.name, fault.routed)
    for fault in all_faults()
    if set(fault.modes) & set(AVAILABLE)
)
CASES = (*FAULTS, *HEALTHY)
