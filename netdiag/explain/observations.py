"""All that was read from a set of captures, ready to be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netdiag.correlate.clocks import Offset
from netdiag.correlate.flow_table import FlowTable
from netdiag.correlate.lane_table import LaneTable
from netdiag.correlate.places import Place
from netdiag.correlate.rare_packets import RarePackets
from netdiag.correlate.track import Track
from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Role


class CaptureFacts(NamedTuple):
    """One capture file, after it was read."""

    label: str
    points: tuple[CapturePoint, ...]
    """The points whose packets it holds, or the one that its name names."""
    link_type: int | None
    packets: int
    packets_at: tuple[int, ...]
    """How many of them at each of the points."""
    dropped: int | None
    problem: str | None
    is_shared: bool
    """It is a capture of all interfaces at once."""


class PointFacts(NamedTuple):
    """What was captured at one point, all files together."""

    point: CapturePoint
    role: Role
    packets: int
    first_ns: int | None
    """When the first packet was captured, by the node's clock; None = there is none."""
    last_ns: int | None
    """When the last one was, or later: when our own probe says that it ended."""
    dropped: int
    is_broken: bool
    """A file of it breaks off."""
    labels: tuple[str, ...]
    role_guessed: bool = True
    """The role is what the interface's name suggests."""
    sees_tunnels: bool = False
    """What chose its packets is known to look into tunnels: silence is no doubt."""


class Observations(NamedTuple):
    """What correlation found."""

    captures: Sequence[CaptureFacts]
    points: Mapping[CapturePoint, PointFacts]
    places: Sequence[Place]
    lanes: LaneTable
    flows: FlowTable
    rare: RarePackets
    tracks: Sequence[Track]
    """In order of their first pings."""
    swept: Sequence[Track]
    """Those of pings that only swept sizes, some of them meant to be lost."""
    clocks: Mapping[str | None, Offset]
    pings: int
    """All pings that were finished, those of sweeps left out."""
    pings_left_out: int
    """Pings of shapes past the bound, which no track stands for."""
    left_out_since_ns: int
    """From when on packets of pings are missing, because there were too many different ones."""
    interrupted: bool
    attempts: Sequence[Track] = ()
    """Our own attempts to connect by TCP or UDP, followed as pings are."""
