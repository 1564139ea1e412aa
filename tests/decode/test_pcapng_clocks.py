"""Times in pcapng files: any resolution, any offset, exact wherever nanoseconds can be."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decode.capture_files import ORDERS, ByteOrder, Pcapng, read

SECONDS_NOW = 1_700_000_000
MAX_TIME_NS = (1 << 63) - 1
UNSIGNED_64 = st.integers(0, (1 << 64) - 1)
SIGNED_64 = st.integers(-(1 << 63), (1 << 63) - 1)


def read_time(ng: Pcapng, resolution: int, offset: int, units: int) -> int | None:
    data = ng.section() + ng.resolution(resolution, offset) + ng.enhanced(b"", units=units)
    (record,) = read(data).records
    return record.time_ns


def exact_time(resolution: int, offset: int, units: int) -> int:
    """Return what the format's text says, rounded down to nanoseconds, within 64 bits."""
    base = 2 if resolution & 0x80 else 10
    time_ns = Fraction(units, base ** (resolution & 0x7F)) * 10**9 // 1 + offset * 10**9
    return max(-MAX_TIME_NS, min(int(time_ns), MAX_TIME_NS))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("resolution", [*range(21), *range(0x80, 0x80 + 64)])
def test_three_and_a_half_seconds_at_every_resolution(order: ByteOrder, resolution: int) -> None:
    ng = Pcapng(order)
    per_second = 2 ** (resolution & 0x7F) if resolution & 0x80 else 10**resolution
    units = min(7 * per_second // 2, (1 << 64) - 1)
    time_ns = read_time(ng, resolution, 0, units)
    assert time_ns == exact_time(resolution, 0, units)
    if per_second > 1 and units < (1 << 64) - 1:
        assert time_ns == 3_500_000_000


@pytest.mark.parametrize("offset", [0, 1, -1, 3600, -SECONDS_NOW, SECONDS_NOW])
@pytest.mark.parametrize("resolution", [0, 3, 6, 9, 12, 0x80 | 10, 0x80 | 32])
def test_offsets_are_seconds(resolution: int, offset: int) -> None:
    assert read_time(Pcapng(), resolution, offset, 0) == offset * 10**9


@pytest.mark.parametrize("units", [0, 1, 4_000_000_000_000_000, 4_000_000_000_000_001, 1 << 62])
@pytest.mark.parametrize("resolution", [0, 6, 9])
def test_times_where_the_plain_way_ends(resolution: int, units: int) -> None:
    assert read_time(Pcapng(">"), resolution, 0, units) == exact_time(resolution, 0, units)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ORDERS), st.integers(0, 255), SIGNED_64, UNSIGNED_64)
def test_any_clock(order: ByteOrder, resolution: int, offset: int, units: int) -> None:
    assert read_time(Pcapng(order), resolution, offset, units) == exact_time(
        resolution, offset, units
    )


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([0, 3, 6, 9]), st.integers(0, 4 * 10**18))
def test_any_time_of_a_usual_clock(resolution: int, time_ns: int) -> None:
    units = time_ns // 10 ** (9 - resolution)
    assert read_time(Pcapng(), resolution, 0, units) == units * 10 ** (9 - resolution)


def test_interfaces_keep_their_own_clocks() -> None:
    ng = Pcapng()
    data = ng.section() + ng.interface() + ng.resolution(9) + ng.resolution(3, -1)
    data += b"".join(ng.enhanced(b"", interface=number, units=5000) for number in (0, 1, 2, 0))
    assert [record.time_ns for record in read(data).records] == [
        5_000_000,
        5000,
        4 * 10**9,
        5_000_000,
    ]


def test_an_option_of_another_length_is_left_alone() -> None:
    ng = Pcapng()
    data = ng.section() + ng.interface((9, b"\x09\x09"), (14, b"\1")) + ng.enhanced(b"", units=5)
    assert [record.time_ns for record in read(data).records] == [5000]
