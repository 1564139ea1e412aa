"""Folds finished pings into shapes, and keeps some of them whole."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable

from netdiag.correlate import mixing
from netdiag.correlate.lane_table import LaneTable
from netdiag.correlate.ping_rows import MAX_SIGHTINGS
from netdiag.correlate.shape import SAMPLE_HEAD, UNKNOWN, WORDS_A_SIGHTING, Shape

MASK = 0xFFFFFFFFFFFFFFFF
MAX_SHAPES = 8192
SHARED_SAMPLES = 32_768
"""Pings that are kept whole of all shapes together; a shape that has its share replaces some."""

LATER_NS = 1 << 62
"""Later than any packet."""

ALWAYS_KEPT = 4
"""Pings that each shape keeps whatever the others take."""


class ShapeTable:
    """The shapes of all finished pings."""

    def __init__(self, table: LaneTable, samples: int) -> None:
        self.table = table
        self.samples = samples
        self.shared = max(samples, SHARED_SAMPLES)
        self.shapes: list[Shape] = []
        self.slots = array("i", bytes(4 * mixing.slot_count(MAX_SHAPES)))
        self.slot_mask = mixing.slot_count(MAX_SHAPES) - 1
        self.pings = 0
        self.attempts = 0
        """Attempts to connect, which are numbered by themselves."""
        self.number = 0
        """The number of the latest ping."""
        self.left_out = 0
        """Pings of shapes past ``MAX_SHAPES``."""
        self.apart: frozenset[int] = frozenset()
        """Fingerprints of payloads whose pings are neither numbered nor counted with others."""
        self.wanted = 0
        """Number of a ping to be kept in any case; 0 = none."""
        self.random = 1
        self.row = array("q", bytes(8 * 4 * MAX_SIGHTINGS))
        """The ping to be added: of each sighting time, frame, lane, and ICMP id << 16 | IP id."""
        self.taken = array("B", bytes(MAX_SIGHTINGS))
        self.point_of_lane: Callable[[int], Hashable] = _no_point

    def add(self, count: int, sequence: int, number: int, fingerprint: int) -> int:
        """Add the finished ping in ``row``, which has so many sightings."""
        apart = fingerprint if self.apart and fingerprint in self.apart else 0
        if self.table.is_attempt[self.row[2]]:
            self.attempts += 1
            self.number = number or self.attempts
        elif apart == 0:
            self.pings += 1
            self.number = number or self.pings
        else:
            self.number = UNKNOWN
        key = 0
        for index in range(count):
            key = key + mixing.mix(self.row[4 * index + 2] + 1, 0) & MASK
        key = mixing.mix(key, apart << 32 | count)
        slot = key & self.slot_mask
        found = self.slots[slot] - 1
        while found >= 0:
            shape: Shape = self.shapes[found]
            if shape.key == key:
                break
            slot = slot + 1 & self.slot_mask
            found = self.slots[slot] - 1
        else:
            if len(self.shapes) == MAX_SHAPES:
                self.left_out += 1
                return 0
            shape = self.begin(key, count)
            shape.apart = apart
            self.slots[slot] = len(self.shapes)
        self.count(shape, count, sequence)
        return 0

    def begin(self, key: int, count: int) -> Shape:
        """Begin a shape with the lanes of its first ping."""
        lanes = array("I", bytes(4 * count))
        for one in range(count):
            lanes[one] = self.row[4 * one + 2]
        shape = Shape(key, lanes)
        self.choose_round_trip(shape, count)
        self.shapes.append(shape)
        return shape

    def choose_round_trip(self, shape: Shape, count: int) -> None:
        """Choose the point that waited longest for the reply: the one nearest to the source."""
        firsts: dict[tuple[Hashable, str, str, bool], int] = {}
        for index in range(count):
            number = self.row[4 * index + 2]
            lane = self.table.lanes[number]
            ends = (
                (lane.destination, lane.source)
                if lane.is_reply
                else (lane.source, lane.destination)
            )
            key = (self.point_of_lane(number), *ends, lane.is_reply)
            known = firsts.get(key)
            if known is None or self.row[4 * index] < self.row[4 * known]:
                firsts[key] = index
        longest = UNKNOWN
        for key, index in firsts.items():
            back = firsts.get((*key[:3], True))
            if key[3] or back is None:
                continue
            span = self.row[4 * back] - self.row[4 * index]
            if span > longest:
                longest = span
                shape.rtt_from, shape.rtt_to = index, back

    def count(self, shape: Shape, count: int, sequence: int) -> int:
        """Count a ping of this shape, and keep it whole if there is room or chance wills it."""
        shape.pings += 1
        start_ns = self.row[0]
        for index in range(1, count):
            if self.row[4 * index] < start_ns:
                start_ns = self.row[4 * index]
        if shape.pings == 1 or start_ns < shape.first_ns:
            shape.first_ns = start_ns
        if shape.pings == 1 or start_ns > shape.last_ns:
            shape.last_ns = start_ns
        kept = self.place(shape)
        if kept >= 0:
            shape.room(kept + 1)
            self.write(shape, kept, count, sequence)
        if shape.rtt_from >= 0:
            self.time(shape, count)
        return 0

    def place(self, shape: Shape) -> int:
        """Return which sample a new ping becomes; -1 = none."""
        if self.number == self.wanted:
            shape.kept += 1
            return shape.kept - 1
        if shape.kept < ALWAYS_KEPT or (
            shape.kept < self.samples and shape.kept * len(self.shapes) < self.shared
        ):
            shape.kept += 1
            return shape.kept - 1
        self.random = self.random * 1103515245 + 12345 & 0x7FFFFFFF
        index = self.random % shape.pings
        # The first ping stays: it is the one that a user looks for.
        return index if 0 < index < shape.kept and not self.wanted else -1

    def write(self, shape: Shape, kept: int, count: int, sequence: int) -> int:
        """Write a ping into a row of the samples, its sightings in the order of the shape's."""
        first = kept * shape.width
        shape.samples[first] = self.number
        shape.samples[first + 1] = sequence
        for index in range(count):
            self.taken[index] = 0
        for index in range(count):
            place = index
            if shape.lanes[index] != self.row[4 * index + 2] or self.taken[index]:
                place = 0
                while shape.lanes[place] != self.row[4 * index + 2] or self.taken[place]:
                    place += 1
            self.taken[place] = 1
            at = first + SAMPLE_HEAD + WORDS_A_SIGHTING * place
            shape.samples[at] = self.row[4 * index]
            shape.samples[at + 1] = self.row[4 * index + 1]
            shape.samples[at + 2] = self.row[4 * index + 3]
        return 0

    def time(self, shape: Shape, count: int) -> int:
        """Count the round-trip time of the ping in ``row``."""
        sent, back = shape.lanes[shape.rtt_from], shape.lanes[shape.rtt_to]
        sent_ns = back_ns = LATER_NS
        for index in range(count):
            time_ns = self.row[4 * index]
            if self.row[4 * index + 2] == sent and time_ns < sent_ns:
                sent_ns = time_ns
            elif self.row[4 * index + 2] == back and time_ns < back_ns:
                back_ns = time_ns
        rtt_ns = max(0, back_ns - sent_ns)
        if shape.pings == 1 or rtt_ns < shape.rtt_min_ns:
            shape.rtt_min_ns = rtt_ns
        if shape.pings == 1 or rtt_ns > shape.rtt_max_ns:
            shape.rtt_max_ns = rtt_ns
        return 0

    def may_be_one(self, one: int, other: int, is_weak: int) -> int:
        """Return 1 if packets of two lanes, alike in IP id and payload, may be one packet.

        ``is_weak``: the IP id is 0, or a payload was cut off; then an address must be shared.
        """
        first, second = self.table.lanes[one], self.table.lanes[other]
        if first.is_reply != second.is_reply or len(first.source) == 0:
            return 0
        if self.table.conversations[one] == self.table.conversations[other]:
            return 1 if first.source == second.source else 0
        shared = first.source == second.source or first.destination == second.destination
        return 1 if shared or not is_weak else 0


def _no_point(lane: int) -> Hashable:
    return lane
