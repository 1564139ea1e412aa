"""Reads captures side by side and hands what correlation finds to be explained."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from netdiag.correlate.clocks import Offset, estimate_clocks
from netdiag.correlate.collector import Collector
from netdiag.correlate.lane import Lane
from netdiag.correlate.places import Place
from netdiag.correlate.rare_packets import RarePackets
from netdiag.correlate.shape import SAMPLES
from netdiag.correlate.track import Track, make_track
from netdiag.explain.observations import CaptureFacts, Observations, PointFacts
from netdiag.explain.roles import Roles
from netdiag.model.capture_point import CapturePoint
from netdiag.sources.capture_file import OpenCapture
from netdiag.sources.capture_span import begin_of, end_of, sees_tunnels
from netdiag.sources.found import CaptureFile

ALL = 1 << 40
MAX_PLACES = 65_536

LOOPBACK = "lo"
"""Where nothing is to be expected: told only where there were packets."""


class Analysis:
    """One reading of captures; it observes the collector while it reads."""

    def __init__(
        self,
        captures: Sequence[OpenCapture],
        tick: Callable[[int], None] | None,
        keep_all: bool,
        roles: Roles | None = None,
        attempts: Collection[tuple[str, int]] = (),
        apart: frozenset[int] = frozenset(),
    ) -> None:
        """Read captures.

        ``attempts``: tcp or udp, and a port that our own attempts to connect came from; ``apart``:
        fingerprints of payloads whose pings are not among the others.
        """
        self._captures = captures
        self._tick = tick
        self._roles = roles or Roles()
        self._places: list[Place] = []
        self._numbers: dict[tuple[int, CapturePoint, int], int] = {}
        self._places_of: dict[int, list[int]] = {}
        """The places of each capture file."""
        self._first_ns: list[int] = []
        self._rare = RarePackets()
        self.collector = Collector(ALL if keep_all else SAMPLES)
        self.collector.shapes.point_of_lane = self._point_of_lane
        self.collector.shapes.apart = apart
        for protocol, port in attempts:
            self.collector.follow(protocol == "udp", port)

    def read(self, wanted: int | None = None) -> Observations:
        """Read all packets; a KeyboardInterrupt ends that, and what was read so far counts."""
        self.collector.shapes.wanted = wanted or 0
        interrupted = False
        try:
            self.collector.collect([capture.reader for capture in self._captures], self)
        except KeyboardInterrupt:
            interrupted = True
        self.collector.pings.finish_all()
        return self._observations(interrupted)

    def place_of(self, capture: int) -> int:
        """Return the place of the packet that the capture's reader stands at."""
        opened = self._captures[capture]
        point = opened.point()
        key = (capture, point, 0 if point.interface else opened.ifindex())
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = self._add_place(capture, point, key[2])
        return number

    def see(self, capture: int, place: int) -> None:
        """Look at a packet that is neither an echo nor TCP nor UDP, or not only that."""
        self._rare.see(self._captures[capture].reader, place)

    def tick(self) -> None:
        """Tell how much was read."""
        if self._tick is not None:
            self._tick(sum(capture.bytes_read() for capture in self._captures))

    def _add_place(self, capture: int, point: CapturePoint, ifindex: int) -> int:
        opened = self._captures[capture]
        number = min(len(self._places), MAX_PLACES - 1)
        if number == len(self._places):
            file, reader = opened.file, opened.reader
            is_shared = bool(opened.ifindex()) or _is_of_all(file, [point])
            named = self._roles.one_of(_readable_point(point))
            if ifindex:
                named = named._replace(interface=f"if{ifindex}")
            label = _readable(file.label)
            role = "other" if ifindex else self._roles.of(named)
            guessed = bool(ifindex) or self._roles.is_guess(named)
            self._places.append(
                Place(
                    named, role, capture, label, is_shared, not ifindex, reader.link_type, guessed
                )
            )
            self._first_ns.append(reader.time_ns())
            self._places_of.setdefault(capture, []).append(number)
        return number

    def _point_of_lane(self, lane: int) -> CapturePoint:
        found: Lane = self.collector.lanes.lanes[lane]
        return self._places[found.place].point

    def _observations(self, interrupted: bool) -> Observations:
        collector = self.collector
        every = self._tracks({})
        nodes = {place.point.node for place in self._places}
        clocks = estimate_clocks(every) if len(nodes) > 1 else {}
        if len(clocks) > 1:
            every = self._tracks(clocks)
        pings = [track for track in every if track.protocol == "icmp"]
        attempts = [track for track in every if track.protocol != "icmp"]
        return Observations(
            captures=[self._capture_facts(index) for index in range(len(self._captures))],
            points=self._point_facts(),
            places=self._places,
            lanes=collector.lanes,
            flows=collector.flows,
            rare=self._rare,
            tracks=[track for track in pings if not track.shape.apart],
            swept=[track for track in pings if track.shape.apart],
            attempts=attempts,
            clocks=clocks,
            pings=collector.shapes.pings,
            pings_left_out=collector.shapes.left_out,
            left_out_since_ns=collector.left_out_since_ns,
            interrupted=interrupted,
        )

    def _tracks(self, clocks: dict[str | None, Offset]) -> list[Track]:
        offsets = {node: clock.offset_ns for node, clock in clocks.items()}
        lanes = self.collector.lanes.lanes
        tracks = [
            make_track(shape, lanes, self._places, offsets)
            for shape in self.collector.shapes.shapes
            if shape.kept
        ]
        return sorted(tracks, key=lambda track: track.number)

    def _capture_facts(self, index: int) -> CaptureFacts:
        capture = self._captures[index]
        own = self._places_of.get(index, [])
        heard = [self._places[number].point for number in own]
        silent = [point for point in self._silent_points(capture) if point not in heard]
        problem = capture.problem()
        reader = capture.reader
        return CaptureFacts(
            label=_readable(capture.file.label),
            points=(*heard, *silent),
            link_type=reader.link_type if reader.frame else _declared_link_type(capture),
            packets=reader.frame,
            packets_at=(*map(self.collector.packets_at, own), *(0 for _ in silent)),
            dropped=reader.dropped_packets() if reader.section else None,
            problem=problem.reason if problem else None,
            is_shared=_is_of_all(capture.file, capture.points_named()),
        )

    def _silent_points(self, capture: OpenCapture) -> list[CapturePoint]:
        """Return where a file was taken, packets or not, as far as it says."""
        declared = [_readable_point(point) for point in capture.points_named()]
        named = [point for point in declared if point.interface != LOOPBACK or len(declared) == 1]
        if not named and capture.reader.frame and capture.file.point.interface is None:
            return []
        points = named or [_readable_point(capture.file.point)]
        return list(dict.fromkeys(map(self._roles.one_of, points)))

    def _point_facts(self) -> dict[CapturePoint, PointFacts]:
        points: dict[CapturePoint, PointFacts] = {}
        for index, capture in enumerate(self._captures):
            for number in self._places_of.get(index, ()):
                packets = self.collector.packets_at(number)
                point = self._places[number].point
                first_ns = begin_of(capture, self._first_ns[number])
                self._add_facts(points, point, capture, packets, first_ns)
            for point in self._silent_points(capture):
                if point not in points and point.interface is not None:
                    self._add_facts(points, point, capture, 0, None)
        return points

    def _add_facts(
        self,
        points: dict[CapturePoint, PointFacts],
        point: CapturePoint,
        capture: OpenCapture,
        packets: int,
        first_ns: int | None,
    ) -> None:
        last_ns = end_of(capture) if packets else None
        found = PointFacts(
            point,
            self._roles.of(point),
            packets,
            first_ns,
            last_ns,
            capture.reader.dropped_packets(),
            bool(capture.reader.broken),
            (capture.file.label,),
            self._roles.is_guess(point),
            sees_tunnels(capture),
        )
        known = points.get(point)
        points[point] = found if known is None else _merged(known, found)


def _readable(name: str) -> str:
    """Return a file's name with bytes that are no UTF-8 written out."""
    return name.encode("utf-8", "backslashreplace").decode()


def _readable_point(point: CapturePoint) -> CapturePoint:
    return CapturePoint(*(name and _readable(name) for name in point))


def _is_of_all(file: CaptureFile, points: Iterable[CapturePoint]) -> bool:
    """Tell whether a file is of all interfaces of a place, as far as its name and they tell."""
    return file.point.interface is None and all(point[:2] == file.point[:2] for point in points)


def _declared_link_type(capture: OpenCapture) -> int | None:
    interfaces = capture.reader.interfaces
    return interfaces[0].link_type if interfaces else None


def _merged(known: PointFacts, found: PointFacts) -> PointFacts:
    """Return what two captures of one point say together."""
    starts = [time_ns for time_ns in (known.first_ns, found.first_ns) if time_ns is not None]
    ends = [time_ns for time_ns in (known.last_ns, found.last_ns) if time_ns is not None]
    return known._replace(
        packets=known.packets + found.packets,
        first_ns=min(starts, default=None),
        last_ns=max(ends, default=None),
        dropped=known.dropped + found.dropped,
        is_broken=known.is_broken or found.is_broken,
        labels=(*known.labels, *found.labels),
    )
