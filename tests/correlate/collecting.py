"""Feeds captures to the collector and hands out what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netdiag.correlate.clocks import Offset, estimate_clocks
from netdiag.correlate.collector import Collector
from netdiag.correlate.places import Place, role_of
from netdiag.correlate.rare_packets import RarePackets
from netdiag.correlate.shape import SAMPLES, Shape
from netdiag.correlate.track import Track, make_track
from netdiag.decode.open_reader import open_reader
from netdiag.decode.reader import CaptureReader
from netdiag.model.capture_point import CapturePoint
from netdiag.model.udp_tunnels import udp_tunnel_table
from tests.captures import ETHERNET, pcap
from tests.decode.capture_files import stream

Packet = tuple[int, bytes]
"""Time in ns, and the frame."""

TUNNELS = udp_tunnel_table()
BUFFER_BYTES = 65536


class Collected(NamedTuple):
    """What was found in captures that were read side by side."""

    collector: Collector
    rare: RarePackets
    places: Sequence[Place]
    ticks: int

    @property
    def shapes(self) -> list[Shape]:
        return self.collector.shapes.shapes

    @property
    def pings(self) -> int:
        return self.collector.shapes.pings

    def counts(self) -> list[tuple[int, int]]:
        """Return for each shape how many sightings a ping has and how many pings there are."""
        return sorted((len(shape.lane_numbers()), shape.pings) for shape in self.shapes)

    def kept_numbers(self) -> list[int]:
        """Return the numbers of all pings that were kept whole."""
        return sorted(shape.number(at) for shape in self.shapes for at in range(shape.kept))

    def tracks(self, offsets_ns: Mapping[str | None, float] | None = None) -> list[Track]:
        lanes = self.collector.lanes.lanes
        return [make_track(shape, lanes, self.places, offsets_ns or {}) for shape in self.shapes]

    def clocks(self) -> dict[str | None, Offset]:
        return estimate_clocks(self.tracks())


class Watcher:
    """What the collector asks: each capture is one place."""

    def __init__(self, readers: Sequence[CaptureReader]) -> None:
        self.readers = readers
        self.rare = RarePackets()
        self.ticks = 0

    def place_of(self, capture: int) -> int:
        return capture

    def see(self, capture: int, place: int) -> None:
        self.rare.see(self.readers[capture], place)

    def tick(self) -> None:
        self.ticks += 1


def reader_of(content: bytes) -> CaptureReader:
    return open_reader(stream(content), BUFFER_BYTES, TUNNELS)


def collect_files(
    files: Mapping[str, bytes],
    *,
    samples: int = SAMPLES,
    wanted: int = 0,
    collector: Collector | None = None,
) -> Collected:
    """Read capture files by the name of their place, ``node/interface`` or ``node/pod:interface``.

    The order of the mapping is that of the command line.
    """
    collector = collector or Collector(samples)
    readers = [reader_of(content) for content in files.values()]
    points = [point_of(name) for name in files]
    places = [
        Place(point, role_of(point), index, str(point), False, True, ETHERNET)
        for index, point in enumerate(points)
    ]
    collector.shapes.wanted = wanted
    collector.shapes.point_of_lane = lambda lane: places[collector.lanes.lanes[lane].place].point
    watcher = Watcher(readers)
    collector.collect(readers, watcher)
    collector.pings.finish_all()
    return Collected(collector, watcher.rare, places, watcher.ticks)


def collect(
    captures: Mapping[str, Sequence[Packet]], *, samples: int = SAMPLES, wanted: int = 0
) -> Collected:
    """Read packets by the name of their place."""
    files = {name: pcap(packets) for name, packets in captures.items()}
    return collect_files(files, samples=samples, wanted=wanted)


def point_of(name: str) -> CapturePoint:
    node, _, rest = name.partition("/")
    pod, _, interface = rest.rpartition(":")
    return CapturePoint(node, pod or None, interface)
