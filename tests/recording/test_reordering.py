"""Packets of several streams by time, and how long they are held back."""

from __future__ import annotations

from netdiag.sources.recording.blocks import Entry
from netdiag.sources.recording.reordering import DELAY_SECONDS, MOST_BYTES, Reordering

MS = 1_000_000
LATER = 10_000 * MS


def packet(time_ms: float, number: int = 0, size: int = 4) -> Entry:
    return int(time_ms * MS), number, bytearray(size)


def times(entries: list[Entry]) -> list[float]:
    return [time_ns / MS for time_ns, _, _ in entries]


def two_streams() -> Reordering:
    held = Reordering()
    held.open("a")
    held.open("b")
    return held


def test_held_back_until_every_stream_has_passed() -> None:
    held = two_streams()
    held.add("a", [packet(10), packet(30)], 0.0)
    assert held.release(0.1) == []
    held.add("b", [packet(20), packet(25)], 0.1)
    assert times(held.release(0.1)) == [10, 20]
    assert times(held.release_all()) == [25, 30]


def test_held_back_no_longer_than_a_moment() -> None:
    held = two_streams()
    held.add("a", [packet(10)], 1.0)
    assert held.due() == 1.0 + DELAY_SECONDS
    assert held.release(1.0 + DELAY_SECONDS - 0.01) == []
    assert times(held.release(1.0 + DELAY_SECONDS)) == [10]
    assert held.due() is None


def test_what_comes_too_late_still_comes() -> None:
    held = two_streams()
    held.add("a", [packet(10)], 0.0)
    assert times(held.release(1.0)) == [10]
    held.add("b", [packet(5)], 1.0)
    assert times(held.release(1.0 + DELAY_SECONDS)) == [5]


def test_a_stream_that_has_ended_is_not_waited_for() -> None:
    held = two_streams()
    held.add("a", [packet(10), packet(30)], 0.0)
    held.close("b")
    assert times(held.release(0.0)) == [10]


def test_packets_of_the_same_time_keep_their_order() -> None:
    held = two_streams()
    held.add("a", [packet(10, number) for number in (3, 1, 2)], 0.0)
    assert [number for _, number, _ in held.release_all()] == [3, 1, 2]


def test_one_time_of_nonsense_disorders_nothing_later() -> None:
    held = two_streams()
    held.add("a", [packet(LATER)], 0.0)
    assert times(held.release(1.0)) == [LATER]
    held.add("a", [packet(5)], 1.0)
    held.add("b", [packet(20), packet(30)], 1.0)
    held.add("b", [packet(10)], 1.1)
    assert times(held.release(1.1)) == []
    assert times(held.release(2.0)) == [5, 10, 20, 30]


def test_no_more_is_held_back_than_there_is_room_for() -> None:
    held = two_streams()
    held.add("a", [packet(10, 0, MOST_BYTES // 2), packet(9, 0, MOST_BYTES // 2)], 0.0)
    assert held.release(0.0) == []
    held.add("a", [packet(20)], 0.0)
    assert times(held.release(0.0)) == [9, 10, 20]
    assert held.due() is None
