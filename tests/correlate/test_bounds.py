"""What comes past a bound is counted as left out, and takes no memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from tests.captures import pcap
from tests.correlate.bounds import MAX_LANES, MAX_SHAPES
from tests.correlate.collecting import Collected, collect_files
from tests.correlate.echoes import strangers

MORE = 300
FEW_BYTES = 100_000
"""Less than a tenth of what so many lanes or shapes take."""


@pytest.fixture(scope="module")
def full() -> Iterator[Collected]:
    """A collector that is full, and got some more."""
    yield collect_files({"n/eth0": pcap(strangers(MAX_LANES + MORE))})


def test_lanes_end_at_their_bound(full: Collected) -> None:
    lanes = full.collector.lanes
    assert len(lanes.lanes) == lanes.used == MAX_LANES
    assert lanes.left_out >= MORE
    assert full.collector.packets == MAX_LANES + lanes.left_out


def test_shapes_end_at_their_bound(full: Collected) -> None:
    """A ping that has a lane and no shape is counted, and left out; one without a lane is not."""
    shapes = full.collector.shapes
    assert len(shapes.shapes) == MAX_SHAPES
    assert (shapes.pings, shapes.left_out) == (MAX_LANES, MAX_LANES - MAX_SHAPES)


def test_the_first_ones_stay(full: Collected) -> None:
    sources = [lane.source for lane in full.collector.lanes.lanes[:2]]
    assert sources == ["10.0.0.0", "10.0.0.1"]
    assert [shape.number(0) for shape in full.shapes[:3]] == [1, 2, 3]


def test_what_is_left_out_takes_no_memory(full: Collected) -> None:
    content = pcap(strangers(5000, first=MAX_LANES + MORE))
    before = full.collector.lanes.left_out
    tracemalloc.start()
    collect_files({"n/eth0": content}, collector=full.collector)
    grown_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert full.collector.lanes.left_out == before + 5000
    assert grown_bytes < FEW_BYTES


def test_lanes_that_are_known_are_followed_as_before(full: Collected) -> None:
    """A full table still finds what it has."""
    before, left_out = full.pings, full.collector.lanes.left_out
    collect_files({"n/eth0": pcap(strangers(100))}, collector=full.collector)
    assert full.pings == before + 100
    assert full.collector.lanes.left_out == left_out
    assert full.shapes[99].pings == 2
