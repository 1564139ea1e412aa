"""Waiting for probes, and who is waited for, told once that takes long."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from netdiag.sources.live.processes import Probe, attend

QUIET_SECONDS: Final = 3.0
"""How long nothing is said of waiting."""

MOST_NAMED: Final = 5
Tell = Callable[[str], None]


def await_probes(awaited: Callable[[], Sequence[Probe]], deadline: float, tell: Tell) -> None:
    """Hear probes until none of them is awaited any longer, or the time is over.

    ``awaited`` returns those that still are. ``deadline``: by the monotonic clock.
    """
    probes = awaited()
    attend(probes, lambda: not awaited(), min(deadline, time.monotonic() + QUIET_SECONDS))
    late = awaited()
    if late and time.monotonic() < deadline:
        tell(f"waiting for {names_of(late)}")
        attend(late, lambda: not awaited(), deadline)


def await_armed(probes: Sequence[Probe], seconds: float, tell: Tell) -> list[Probe]:
    """Wait until each has said that it is armed, or has ended; kill those that are late.

    Returns these.
    """

    def undecided() -> list[Probe]:
        return [probe for probe in probes if probe.runs and not probe.is_armed]

    await_probes(undecided, time.monotonic() + seconds, tell)
    late = undecided()
    for probe in late:
        probe.kill()
    return late


def names_of(probes: Sequence[Probe]) -> str:
    """Return whose probes they are, not too many by name."""
    names = list(dict.fromkeys(probe.node.name for probe in probes))
    more = len(names) - MOST_NAMED
    listed = ", ".join(names[:MOST_NAMED])
    return f"{listed} and {more} more" if more > 0 else listed
