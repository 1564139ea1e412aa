"""A track: the path that the pings of one shape took, there and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netdiag.correlate.copies import drop_copies
from netdiag.correlate.crossing import Crossing, drop_duplicates, merge_captures
from netdiag.correlate.lane import Lane
from netdiag.correlate.order import NodeOrder, order_path
from netdiag.correlate.places import Place
from netdiag.correlate.shape import SAMPLE_HEAD, WORDS_A_SIGHTING, Shape
from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import PingProtocol

AVERAGED = 16
"""Pings whose times are averaged to find the order."""


class Sample(NamedTuple):
    """One ping that was kept whole."""

    number: int
    sequence: int
    times: tuple[int, ...]
    """Raw times in ns, one per sighting of the shape."""
    frames: tuple[int, ...]
    ids: tuple[int, ...]
    """ICMP id << 16 | IP id."""


class Track:
    """The ordered path of one shape."""

    def __init__(
        self,
        shape: Shape,
        request: tuple[Crossing, ...],
        reply: tuple[Crossing, ...],
    ) -> None:
        self.shape = shape
        self.request = request
        self.reply = reply

        self.pair = self._pair()
        """Who pinged whom, as the first hop shows it."""

    @property
    def pings(self) -> int:
        """Return how many pings took it."""
        return self.shape.pings

    def samples(self, count: int) -> list[Sample]:
        """Return up to so many of the pings that were kept whole, the first one first."""
        return [read_sample(self.shape, index) for index in range(min(count, self.shape.kept))]

    def sample(self, index: int) -> Sample:
        """Return one of the pings that were kept whole."""
        return read_sample(self.shape, index)

    @property
    def number(self) -> int:
        """Return the number of its first ping."""
        return self.shape.number(0)

    @property
    def protocol(self) -> PingProtocol:
        """Return what it is of: icmp, tcp or udp."""
        return self.first.lane.protocol

    @property
    def first(self) -> Crossing:
        """Return the first crossing of all."""
        return (self.request or self.reply)[0]

    def _pair(self) -> tuple[str, str]:
        lane = self.first.lane
        if self.request:
            return lane.source, lane.destination
        lane = self.reply[-1].lane
        return lane.destination, lane.source


def read_sample(shape: Shape, index: int) -> Sample:
    """Return one of the pings of a shape that were kept whole."""
    words = shape.sample(index)
    first = SAMPLE_HEAD
    return Sample(
        words[0],
        words[1],
        tuple(words[first::WORDS_A_SIGHTING]),
        tuple(words[first + 1 :: WORDS_A_SIGHTING]),
        tuple(words[first + 2 :: WORDS_A_SIGHTING]),
    )


def make_track(
    shape: Shape,
    lanes: Sequence[Lane],
    places: Sequence[Place],
    offsets_ns: Mapping[str | None, float],
) -> Track:
    """Order the sightings of a shape; ``offsets_ns`` are the nodes' clocks, as far as known."""
    numbers = shape.lane_numbers()
    if len({lanes[number].is_reply for number in numbers}) == len(numbers):
        there, back = ([n for n in numbers if lanes[n].is_reply == way] for way in (False, True))
        return Track(
            shape,
            tuple(_crossing(numbers.index(number), lanes[number], places, 0.0) for number in there),
            tuple(_crossing(numbers.index(number), lanes[number], places, 0.0) for number in back),
        )
    samples = [read_sample(shape, index) for index in range(min(AVERAGED, shape.kept))]
    means = _mean_times(samples)
    crossings = [
        _crossing(position, lanes[number], places, means[position])
        for position, number in enumerate(numbers)
    ]
    requests = _distinct([crossing for crossing in crossings if not crossing.lane.is_reply])
    replies = _distinct([crossing for crossing in crossings if crossing.lane.is_reply])
    requests, replies = drop_copies(requests, replies), drop_copies(replies, requests)
    spans = _spans(requests, replies)
    there_order = _node_order(requests, spans, offsets_ns, -1)
    back_order = _node_order(replies, spans, offsets_ns, 1)
    return Track(
        shape,
        tuple(order_path(requests, there_order)),
        tuple(order_path(replies, back_order)),
    )


def _crossing(position: int, lane: Lane, places: Sequence[Place], time_ns: float) -> Crossing:
    return Crossing(position, lane, places[lane.place], time_ns, lane.direction)


def _distinct(crossings: list[Crossing]) -> list[Crossing]:
    if len(crossings) < 2:
        return crossings
    return drop_duplicates(merge_captures(crossings))


def _mean_times(samples: Sequence[Sample]) -> list[float]:
    """Return for each sighting its mean time since the first sighting of its ping."""
    starts = [min(sample.times) for sample in samples]
    return [
        sum(sample.times[index] - start for sample, start in zip(samples, starts, strict=True))
        / len(samples)
        for index in range(len(samples[0].times))
    ]


def _spans(requests: Sequence[Crossing], replies: Sequence[Crossing]) -> dict[str | None, float]:
    """Return per node how long it waited from the request to the reply, at most.

    Whatever its clock says: the nearer a point is to the source, the longer it waits.
    """
    sent: dict[CapturePoint, float] = {}
    for request in requests:
        sent[request.point] = min(request.time_ns, sent.get(request.point, request.time_ns))
    spans: dict[str | None, float] = {}
    for reply in replies:
        if reply.point in sent:
            span = reply.time_ns - sent[reply.point]
            spans[reply.node] = max(span, spans.get(reply.node, span))
    return spans


def _node_order(
    crossings: Sequence[Crossing],
    spans: Mapping[str | None, float],
    offsets_ns: Mapping[str | None, float],
    sign: int,
) -> NodeOrder:
    """Return how nodes that TTLs don't tell apart are ordered: by waiting time, or by clock."""
    nodes = {crossing.node for crossing in crossings}
    if nodes <= spans.keys():
        return lambda node: sign * spans[node]
    starts: dict[str | None, float] = {}
    for crossing in crossings:
        time_ns = crossing.time_ns - offsets_ns.get(crossing.node, 0.0)
        starts[crossing.node] = min(time_ns, starts.get(crossing.node, time_ns))
    return starts.__getitem__
