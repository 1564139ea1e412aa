"""What the rules get to see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import Place
from netdiag.explain.bystanders import Bystanders
from netdiag.explain.coverage import Coverage
from netdiag.explain.expected.world import World
from netdiag.explain.kernel_drops import KernelDrops
from netdiag.explain.modes import Found
from netdiag.explain.names import Names
from netdiag.explain.observations import Observations
from netdiag.explain.path_view import TrackView
from netdiag.explain.shell_words import shell_word
from netdiag.explain.sweeps import Swept
from netdiag.explain.truths.truths import Truths
from netdiag.model.report import Evidence

__all__ = ["Context", "frame_at", "frames_of", "place_name", "shell_word"]


class Context(NamedTuple):
    """All tracks as they were judged, what they were judged by, and what facts tell."""

    views: Sequence[TrackView]
    seen: Observations
    coverage: Coverage
    truths: Truths
    modes: Found
    names: Names
    world: World
    """The same facts, as a packet on its way needs them."""
    bystanders: Bystanders
    """Who has which MAC address."""
    kernel: KernelDrops = KernelDrops()
    """What kernels told of the packets that they dropped."""
    attempts: Sequence[TrackView] = ()
    """Our own attempts to connect by TCP or UDP, judged as pings are."""
    sweeps: Sequence[Swept] = ()
    """Sweeps over sizes, whose pings are not among ``views``."""
    swept_kernel: KernelDrops = KernelDrops()
    """What kernels told of the packets of these, which are not in ``kernel``."""


def frame_at(place: Place, frame: int) -> Evidence:
    """Return a frame as evidence."""
    return Evidence("frame", place.point.node, place.label, frame)


def frames_of(view: TrackView, crossings: Iterable[Crossing]) -> tuple[Evidence, ...]:
    """Return the frames of a track's first ping at these crossings as evidence."""
    sample = view.track.sample(0)
    return tuple(
        frame_at(crossing.place, sample.frames[crossing.position]) for crossing in crossings
    )


def place_name(crossing: Crossing) -> str:
    """Return ``node/interface``, as the user calls a capture point, or else the file."""
    is_named = any(crossing.point)
    return str(crossing.point) if is_named else crossing.place.label
