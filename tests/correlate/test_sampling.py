"""Which pings are kept whole, and what is exact whatever is kept."""

from __future__ import annotations

import pytest

from netdiag.correlate.shape import SAMPLES
from tests.captures import START_NS
from tests.correlate.bounds import ALWAYS_KEPT, SHARED_SAMPLES
from tests.correlate.collecting import Packet, collect
from tests.correlate.echoes import answer, echo_packet, flood, framed, rtt_ns, tiny

ALL = 1 << 40
COUNT = 8_000
INTERVAL_NS = 100_000
FLOOD = flood(COUNT, INTERVAL_NS)
RTTS = [rtt_ns(number) for number in range(COUNT)]


@pytest.mark.parametrize("samples", [1, 4, 5, 100, SAMPLES])
def test_no_more_than_the_share_is_kept(samples: int) -> None:
    (shape,) = collect({"n/eth0": FLOOD}, samples=samples).shapes
    assert shape.pings == COUNT
    assert shape.kept == max(samples, ALWAYS_KEPT)


def test_all_are_kept_if_asked_for() -> None:
    found = collect({"n/eth0": FLOOD}, samples=ALL)
    assert found.kept_numbers() == list(range(1, COUNT + 1))


def test_fewer_than_the_share_are_all_kept() -> None:
    found = collect({"n/eth0": flood(SAMPLES, INTERVAL_NS)})
    assert found.kept_numbers() == list(range(1, SAMPLES + 1))


def test_the_first_ping_stays() -> None:
    assert collect({"n/eth0": FLOOD}, samples=8).kept_numbers()[0] == 1


def test_the_sample_is_even() -> None:
    """Each tenth of the pings has its share, give or take."""
    numbers = collect({"n/eth0": FLOOD}).kept_numbers()
    tenths = [sum(number * 10 // (COUNT + 1) == tenth for number in numbers) for tenth in range(10)]
    assert sum(tenths) == SAMPLES
    assert all(SAMPLES / 20 < kept < SAMPLES / 5 for kept in tenths), tenths


@pytest.mark.parametrize("wanted", [1, 2, SAMPLES, SAMPLES + 1, 7777, COUNT])
def test_the_wanted_ping_is_kept(wanted: int) -> None:
    numbers = collect({"n/eth0": FLOOD}, wanted=wanted).kept_numbers()
    assert wanted in numbers
    assert len(numbers) <= SAMPLES + 1


def test_a_wanted_ping_that_is_none_changes_nothing_but_the_sample() -> None:
    found = collect({"n/eth0": FLOOD}, wanted=COUNT + 1)
    assert found.counts() == [(2, COUNT)]
    assert len(found.kept_numbers()) == SAMPLES


@pytest.mark.parametrize("samples", [1, SAMPLES, ALL])
def test_least_and_greatest_round_trip_are_exact(samples: int) -> None:
    (shape,) = collect({"n/eth0": FLOOD}, samples=samples).shapes
    assert (shape.rtt_min_ns, shape.rtt_max_ns) == (min(RTTS), max(RTTS))
    assert (shape.first_ns, shape.last_ns) == (START_NS, START_NS + (COUNT - 1) * INTERVAL_NS)


def test_the_spread_of_all_pings() -> None:
    (shape,) = collect({"n/eth0": FLOOD}, samples=ALL).shapes
    least, greatest, values = shape.spread(shape.rtt_from, shape.rtt_to, COUNT)
    assert (least, greatest, values) == (min(RTTS), max(RTTS), RTTS)


@pytest.mark.parametrize("most", [1, 2, 255, COUNT - 1])
def test_the_spread_gives_no_more_values_than_asked(most: int) -> None:
    (shape,) = collect({"n/eth0": FLOOD}, samples=ALL).shapes
    least, greatest, values = shape.spread(shape.rtt_from, shape.rtt_to, most)
    assert (least, greatest) == (min(RTTS), max(RTTS))
    assert most / 2 <= len(values) <= most
    assert values[0] == RTTS[0]


def test_the_round_trip_is_the_longest_that_one_point_saw() -> None:
    """Not between two places, whose clocks may differ: node m is a minute ahead."""
    there, back = framed(echo_packet()), framed(answer())
    minute_ns = 60_000_000_000
    found = collect(
        {
            "n/eth0": [(START_NS, there), (START_NS + 500, back)],
            "m/eth0": [(START_NS + minute_ns + 100, there), (START_NS + minute_ns + 400, back)],
        }
    )
    (shape,) = found.shapes
    assert (shape.rtt_min_ns, shape.rtt_max_ns) == (500, 500)


def shapes_of(shapes: int, pings: int) -> list[Packet]:
    """Return unanswered pings of so many sizes, each size so often."""
    return [
        (START_NS + number * 1000, tiny(number, more_bytes=number % shapes))
        for number in range(shapes * pings)
    ]


@pytest.mark.parametrize(("shapes", "pings"), [(1, 3), (700, 12), (40, 300)])
def test_every_shape_keeps_some_and_all_together_no_more_than_their_share(
    shapes: int, pings: int
) -> None:
    samples = 8
    found = collect({"n/eth0": shapes_of(shapes, pings)}, samples=samples)
    kept = [shape.kept for shape in found.shapes]
    assert found.counts() == [(1, pings)] * shapes
    assert len(kept) == shapes
    assert min(kept) >= min(pings, ALWAYS_KEPT)
    assert max(kept) <= max(samples, ALWAYS_KEPT)
    assert sum(kept) <= SHARED_SAMPLES + shapes * ALWAYS_KEPT
