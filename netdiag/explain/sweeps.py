"""Sweeps over sizes: what their senders were told, and what captures show of their packets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from netdiag.correlate.fingerprints import BEGINNING_BYTES, fingerprint_of
from netdiag.explain.path_view import TrackView
from netdiag.model.facts.activity import MtuSweep, ToldMtu
from netdiag.model.facts.facts import Facts
from netdiag.model.report import Status

ARRIVED: tuple[Status, ...] = ("answered", "reply-lost", "unanswered")
"""The request got to its destination, whatever became of the reply."""


class Ending(NamedTuple):
    """Where a sender ends that has packets too large for the path."""

    size: int
    """The last that is lost."""
    told: ToldMtu | None
    """None = and nobody says so."""


@dataclass(frozen=True)
class Swept:
    """One direction of a sweep."""

    node: str
    """Of the sender."""
    sweep: MtuSweep
    is_back: bool
    """It goes from where the other pings went to."""
    views: Sequence[TrackView]
    """Its packets by captures."""
    others: Sequence[TrackView]
    """The other pings between the two."""

    @property
    def name(self) -> str:
        """Return from where to where."""
        return f"{self.sweep.source} → {self.sweep.destination}"

    @cached_property
    def passes(self) -> int | None:
        """Return the largest packet with DF that arrived; None = none did."""
        sizes = [tried.size for tried in self.sweep.tried if tried.forbids and tried.is_answered]
        sizes += [
            size_of(view)
            for view in self.views
            if forbids(view) and view.judgement.status in ARRIVED
        ]
        return max(sizes, default=None)

    @cached_property
    def fails(self) -> int | None:
        """Return the smallest packet with DF, larger than what passes, that was lost."""
        passes = self.passes or 0
        sizes = {tried.size for tried in self.sweep.tried if tried.forbids}
        return min((size for size in sizes if size > passes), default=None)

    @property
    def is_limited(self) -> bool:
        """Return True if small packets arrive and large ones do not."""
        return self.passes is not None and self.fails is not None

    @property
    def is_path_sound(self) -> bool:
        """Return True if nothing shows that packets of sizes that pass are lost as well."""
        small = [view for view in self.others if size_of(view) <= (self.passes or 0)]
        return all(view.judgement.status == "answered" for view in small)

    @cached_property
    def ending(self) -> Ending:
        """Follow a sender that sends what its device lets pass, and then what it is told to."""
        size, told = self.sweep.mtu, None
        by_size = {self._size_of(found): found for found in reversed(self.sweep.told)}
        while size > (self.passes or 0):
            found = by_size.pop(size, None)
            if found is None:
                return Ending(size, None)
            told = found
            if found.mtu is None or not (self.passes or 0) < found.mtu < size:
                break
            size = found.mtu
        return Ending(size, told)

    def _size_of(self, told: ToldMtu) -> int | None:
        sizes = {tried.sequence: tried.size for tried in self.sweep.tried if tried.forbids}
        return sizes.get(told.sequence)

    @property
    def lost(self) -> TrackView | None:
        """Return the packets with DF at which the sender ends, as captures show them."""
        views = [view for view in self.views if self._is_lost(view) and forbids(view)]
        size = self.ending.size
        return min(views, key=lambda view: abs(size_of(view) - size), default=None)

    @property
    def lost_whole(self) -> TrackView | None:
        """Return lost packets that might have gone in fragments."""
        found = (view for view in self.views if self._is_lost(view) and not forbids(view))
        return next(found, None)

    @property
    def largest_arrived(self) -> TrackView | None:
        """Return the largest packets that arrived."""
        views = [view for view in self.views if view.judgement.status in ARRIVED]
        return max(views, key=size_of, default=None)

    def _is_lost(self, view: TrackView) -> bool:
        is_large = size_of(view) > (self.passes or 0) or not forbids(view)
        return is_large and view.judgement.status not in ARRIVED and bool(view.track.request)


def size_of(view: TrackView) -> int:
    """Return the bytes of the IP packets of a track."""
    return view.track.first.lane.size


def forbids(view: TrackView) -> bool:
    """Tell whether a track's packets have DF."""
    return view.track.first.lane.dont_fragment


def marks_of_sweeps(facts: Facts) -> frozenset[int]:
    """Return the fingerprints of the payloads of all sweeps' pings."""
    return frozenset(_mark(sweep) for _, sweep in _sweeps(facts)) - {0}


def _mark(sweep: MtuSweep) -> int:
    """Return the fingerprint of a sweep's payloads, which NAT does not rewrite; 0 = not told."""
    is_whole = len(sweep.payload) == BEGINNING_BYTES
    return fingerprint_of(sweep.payload) if is_whole else 0


def find_sweeps(
    facts: Facts, views: Sequence[TrackView], swept: Sequence[TrackView]
) -> tuple[Swept, ...]:
    """Return the sweeps that facts tell of, with what captures show; ``views``: other pings."""
    pair = views[0].track.pair if views else None
    return tuple(
        Swept(
            node,
            sweep,
            pair is not None and sweep.destination == pair[0] != pair[1],
            [view for view in swept if view.track.shape.apart == _mark(sweep)],
            [view for view in views if set(view.track.pair) == {sweep.source, sweep.destination}],
        )
        for node, sweep in _sweeps(facts)
        if sweep.tried
    )


def _sweeps(facts: Facts) -> Iterator[tuple[str, MtuSweep]]:
    for name, node in facts.nodes.items():
        for sweep in node.activity.mtu_sweeps or ():
            yield name, sweep
