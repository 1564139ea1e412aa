"""Pings by the ten thousand: rows are rebuilt many times, and nothing is counted otherwise."""

from __future__ import annotations

import pytest

from tests.captures import MILLISECOND_NS, SECOND_NS, START_NS
from tests.correlate.bounds import AGAIN_NS, MAX_SIGHTINGS, SMALLEST
from tests.correlate.collecting import Collected, Packet, collect
from tests.correlate.echoes import answer, echo_packet, flood, framed, rtt_ns, tiny

COUNT = 3 * SMALLEST
"""Pings of a flood; with their replies six times what the smallest table holds."""

INTERVALS = {
    "all are held: 10 s are longer than it takes": 30_000,
    "few are held: those of 100 ms": MILLISECOND_NS,
    "none are held": SECOND_NS,
}
NOBODY: list[Packet] = []


def numbers_and_times(found: Collected) -> list[tuple[int, int]]:
    """Return number and first time of the pings that were kept whole."""
    return sorted(
        (words[0], min(words[2::3]))
        for shape in found.shapes
        for words in (shape.sample(at) for at in range(shape.kept))
    )


@pytest.mark.parametrize("interval_ns", INTERVALS.values(), ids=list(INTERVALS))
@pytest.mark.parametrize("elsewhere", [1, 2], ids=["one place", "two places"])
def test_answered_pings_are_counted_once(interval_ns: int, elsewhere: int) -> None:
    """A second place holds all pings for ten seconds, and the table has to grow."""
    packets = flood(COUNT, interval_ns)
    last_ns = packets[-1][0]
    others = [NOBODY, [(START_NS - 1, tiny(1 << 20)), (last_ns, tiny(1 << 21))]][:elsewhere]
    found = collect(
        {f"n/eth{number}": other for number, other in enumerate(others[1:])} | {"n/ens9": packets}
    )
    strangers = 2 * (elsewhere - 1)
    assert found.pings == COUNT + strangers
    assert found.counts() == [(1, strangers)] * (elsewhere - 1) + [(2, COUNT)]
    assert found.collector.packets == 2 * COUNT + strangers


@pytest.mark.parametrize("interval_ns", INTERVALS.values(), ids=list(INTERVALS))
def test_numbers_are_in_order_of_time(interval_ns: int) -> None:
    found = collect({"n/eth0": flood(COUNT, interval_ns)})
    numbered = numbers_and_times(found)
    assert numbered == [(number, START_NS + (number - 1) * interval_ns) for number, _ in numbered]
    assert numbered[0][0] == 1
    assert len(numbered) == 1024


@pytest.mark.parametrize("interval_ns", INTERVALS.values(), ids=list(INTERVALS))
def test_lost_pings_are_numbered_in_order_of_time_too(interval_ns: int) -> None:
    """They are held for longer than answered ones, and finished after them."""
    found = collect({"n/eth0": flood(COUNT, interval_ns, lost_each=8)}, samples=1 << 40)
    assert numbers_and_times(found) == [
        (number + 1, START_NS + number * interval_ns) for number in range(COUNT)
    ]


@pytest.mark.parametrize("interval_ns", INTERVALS.values(), ids=list(INTERVALS))
def test_unanswered_pings_are_counted_beside_answered_ones(interval_ns: int) -> None:
    found = collect({"n/eth0": flood(COUNT, interval_ns, lost_each=8)})
    assert found.counts() == [(1, COUNT // 8), (2, COUNT - COUNT // 8)]


def test_a_reply_is_waited_for_while_its_ping_is_held() -> None:
    """The table is rebuilt many times between the request and its reply, nine seconds later."""
    late = [(START_NS + 1, framed(echo_packet())), (START_NS + 9 * SECOND_NS, framed(answer()))]
    packets = sorted([*flood(COUNT, 800_000), *late], key=lambda packet: packet[0])
    found = collect({"n/eth0": packets})
    assert found.pings == COUNT + 1
    assert sorted(shape.rtt_max_ns for shape in found.shapes)[-1] == 9 * SECOND_NS - 1


def test_a_reply_after_its_ping_was_finished_is_a_ping_of_its_own() -> None:
    late = [
        (START_NS + 1, framed(echo_packet())),
        (START_NS + 12 * SECOND_NS, framed(answer())),
    ]
    packets = sorted([*flood(COUNT, 1_200_000), *late], key=lambda packet: packet[0])
    found = collect({"n/eth0": packets})
    assert found.pings == COUNT + 2


def test_frames_and_times_stay_those_of_the_packets() -> None:
    """However often rows were moved."""
    packets = flood(COUNT, 30_000)
    (shape,) = collect({"n/eth0": packets}).shapes
    for at in range(shape.kept):
        number, sequence, *sightings = shape.sample(at)
        for time_ns, frame, _ in (sightings[:3], sightings[3:]):
            assert packets[frame - 1][0] == time_ns
        assert sequence == (number - 1) & 0xFFFF
        assert sightings[3] - sightings[0] == rtt_ns(number - 1)


@pytest.mark.parametrize(("copies", "left_out"), [(-1, 0), (0, 0), (1, 1), (44, 44)])
def test_a_storm_of_one_packet_ends_at_the_bound(copies: int, left_out: int) -> None:
    storm = [(START_NS + at, framed(echo_packet())) for at in range(MAX_SIGHTINGS + copies)]
    later = [(START_NS + MILLISECOND_NS, framed(echo_packet(2)))]
    found = collect({"n/eth0": storm + later})
    assert found.counts() == [(1, 1), (min(len(storm), MAX_SIGHTINGS), 1)]
    assert found.collector.pings.left_out == left_out


@pytest.mark.parametrize(
    ("after_ns", "pings"), [(AGAIN_NS - 1, 1), (AGAIN_NS, 1), (AGAIN_NS + 1, 2), (10**13, 2)]
)
def test_the_same_packet_much_later_is_another_ping(after_ns: int, pings: int) -> None:
    request, reply = framed(echo_packet()), framed(answer())
    again = (START_NS + after_ns, request)
    found = collect({"n/eth0": [(START_NS, request), (START_NS + 1000, reply), again]})
    assert found.counts() == ([(1, 1), (2, 1)] if pings == 2 else [(3, 1)])


def test_a_late_sighting_elsewhere_is_no_new_ping() -> None:
    """The clock of the other place is two seconds ahead, and nothing crosses a place twice."""
    packet = framed(echo_packet())
    found = collect(
        {"n/eth0": [(START_NS, packet)], "m/eth0": [(START_NS + 2 * SECOND_NS, packet)]}
    )
    assert found.counts() == [(2, 1)]


@pytest.mark.parametrize(
    ("change", "pings"),
    [
        ({}, 1),
        ({"sequence": 2}, 2),
        ({"identifier": 8}, 2),
        ({"data": b"something else that long"}, 2),
        ({"data": b"short"}, 2),
        ({"destination": "10.244.1.35"}, 2),
        ({"source": "10.244.0.13"}, 2),
        ({"ip_id": 2}, 1),
        ({"ttl": 63}, 1),
    ],
    ids=str,
)
def test_what_makes_a_ping(change: dict[str, object], pings: int) -> None:
    other = echo_packet(**change)  # type: ignore[arg-type]
    packets = [(START_NS, framed(echo_packet())), (START_NS + 1, framed(other))]
    assert collect({"n/eth0": packets}).pings == pings


@pytest.mark.parametrize("size", [0, 1, 7, 15, 16, 17, 1472])
def test_payloads_of_any_size_tell_pings_apart(size: int) -> None:
    """The last of the first sixteen bytes counts, and what follows does not."""
    data = bytes(size)
    changed = data[:15][:-1] + b"!" + data[15:] if size else data
    packets = [
        (START_NS, framed(echo_packet(data=data))),
        (START_NS + 1, framed(echo_packet(data=changed))),
        (START_NS + 2, framed(answer(data=data))),
    ]
    assert collect({"n/eth0": packets}).pings == (2 if size else 1)


def test_the_observer_is_told_how_far_it_is() -> None:
    packets = flood(COUNT, MILLISECOND_NS)
    found = collect({"n/eth0": packets, "n/eth1": packets})
    assert found.ticks == 2 * len(packets) // 32_768 == 1
