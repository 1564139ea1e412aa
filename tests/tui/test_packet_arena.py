"""Records of packets in bounded memory, found by their numbers and keys; marks; history."""

from __future__ import annotations

import pytest

from netdiag.model.packet_record import LAYOUT, RECORD_BYTES, packet_key
from netdiag.tui.packets.arena import CHUNK_RECORDS, Arena
from netdiag.tui.packets.history import History
from netdiag.tui.packets.marks import MarkedRows


def records(first: int, count: int) -> bytes:
    """Return packets of one file with these frames."""
    return b"".join(
        LAYOUT.pack(packet_key(1, frame), frame * 100, frame, 60, 60, 0, 0, 1, 0, 0, 0, 0)
        for frame in range(first, first + count)
    )


def test_records_are_found_by_number_and_key() -> None:
    arena = Arena()
    for first in range(1, 5_001, 50):
        arena.add(records(first, 50))
    assert len(arena) == 5_000
    assert arena[0].frame == 1
    assert arena[4_999].time_ns == 5_000
    assert arena.find(packet_key(1, 777)) == 776
    assert arena.find(packet_key(2, 777)) is None
    assert b"".join(arena.pieces()) == records(1, 5_000)
    with pytest.raises(IndexError):
        arena[5_000]


def test_the_oldest_give_way_and_numbers_stay() -> None:
    arena = Arena(most=CHUNK_RECORDS)
    for first in range(0, 4 * CHUNK_RECORDS, CHUNK_RECORDS // 2):
        arena.add(records(first, CHUNK_RECORDS // 2))
    assert arena.end == 4 * CHUNK_RECORDS
    assert arena.first == 2 * CHUNK_RECORDS
    assert arena[arena.first].frame == arena.first
    assert arena.find(packet_key(1, 3)) is None
    assert arena.find(packet_key(1, arena.end - 1)) == arena.end - 1
    with pytest.raises(IndexError):
        arena[arena.first - 1]


def test_half_a_record_is_left_out() -> None:
    arena = Arena()
    arena.add(records(1, 2) + bytes(RECORD_BYTES - 1))
    assert len(arena) == 2


def test_a_key_is_not_found_across_records() -> None:
    arena = Arena()
    arena.add(records(1, 100))
    assert arena.find(100) is None  # it stands in an offset


def test_marked_rows_are_gone_through_in_a_circle() -> None:
    arena, rows = Arena(), MarkedRows()
    arena.add(records(1, 10))
    assert rows.next(arena, 3, 1) is None
    rows.take(0, records(1, 10), {packet_key(1, 3), packet_key(1, 8)})
    assert [rows.next(arena, at, 1) for at in (0, 2, 7, 9)] == [2, 7, 2, 2]
    assert [rows.next(arena, at, -1) for at in (0, 2, 7, 9)] == [7, 7, 2, 7]


def test_history_keeps_each_filter_once_and_what_is_typed() -> None:
    history = History()
    for expression in ("icmp", "arp", "icmp", ""):
        history.add(expression)
    assert history.earlier("ty") == "icmp"
    assert history.earlier("icmp") == "arp"
    assert history.earlier("arp") == "arp"
    assert history.later("arp") == "icmp"
    assert history.later("icmp") == "ty"
    assert history.later("ty") == "ty"
