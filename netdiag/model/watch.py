"""What watching a ping for long tells: changes as they come, and a summary at the end."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from netdiag.model.report import Encapsulation, Point, Status

State = Literal["answered", "some-lost", "lost", "unknown"]


class HopName(Struct, frozen=True):
    """One crossing of a way: where, which way, and how it is carried there."""

    way: Literal["request", "reply"]
    node: str | None
    pod: str | None
    interface: str | None
    encapsulation: tuple[Encapsulation, ...]


class HopSpread(Struct, frozen=True):
    """The time from the hop before, in microseconds, clocks corrected as far as known."""

    hop: HopName
    min_us: float
    median_us: float
    p99_us: float


class Spread(Struct, frozen=True):
    """Round trips, in microseconds."""

    min_us: float
    median_us: float
    p99_us: float
    max_us: float


class Change(Struct, frozen=True):
    """Something that is not as it was before."""

    kind: Literal["begin", "path", "loss", "latency"]
    time_ns: int
    """Of the first ping that shows it, by the source's clock."""
    state: State
    path: int
    """Number of the way that answered pings take; 0 = none was answered yet."""
    hops: tuple[HopName, ...] = ()
    """Of a way that is new."""
    lost: int = 0
    pings: int = 0
    """So many pings since the last look, and so many of them lost; of an end: lost since then."""
    lost_after: Point | None = None
    status: Status | None = None
    """How lost ones ended."""
    seconds: float | None = None
    """How long it lasted that has ended."""
    rtt_us: float | None = None
    """The median now, and before."""
    rtt_before_us: float | None = None
    slowest: HopName | None = None
    """The hop that takes more time than before, and how much."""
    slowest_us: float | None = None
    finding: str | None = None
    """Code of the first finding about a loss, and its title."""
    title: str | None = None


class LossPlace(Struct, frozen=True):
    """Where pings were seen last that were lost."""

    status: Status
    after: Point | None
    pings: int


class WatchedPath(Struct, frozen=True):
    """A way that answered pings took."""

    number: int
    pings: int
    hops: tuple[HopSpread, ...]
    """All but the first of the request."""
    start: HopName


class WatchSummary(Struct, frozen=True):
    """All of it."""

    pings: int
    answered: int
    lost: int
    unknown: int
    seconds: float
    rtt_us: Spread | None
    paths: tuple[WatchedPath, ...]
    paths_left_out: int
    losses: tuple[LossPlace, ...]
    changes: int
