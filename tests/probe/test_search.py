"""The search for the largest size that passes, along paths with any limit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netdiag_probe.echo.search import AT_ONCE, MOST_ROUNDS, Search

SIZES = st.integers(576, 9000)


def sweep(search: Search, limit: int, *, tells: bool) -> int:
    """Try what the search wants on a path with a limit; return how many rounds that took."""
    rounds = 0
    while sizes := search.next_sizes():
        rounds += 1
        assert rounds <= MOST_ROUNDS
        assert sizes == sorted(set(sizes), reverse=True)
        assert len(sizes) <= AT_ONCE
        assert search.least <= sizes[-1] <= sizes[0] <= search.most
        for size in sizes:
            if size <= limit:
                search.note_answered(size)
            elif tells:
                search.note_told(limit)
        search.note_silence(sizes)
    return rounds


@given(limit=SIZES, most=SIZES)
def test_the_limit_is_found(limit: int, most: int) -> None:
    search = Search(576, most)
    sweep(search, limit, tells=False)
    assert search.passes == min(limit, most)


@given(limit=SIZES, most=SIZES)
def test_a_router_that_tells_saves_rounds(limit: int, most: int) -> None:
    search = Search(576, most)
    assert sweep(search, limit, tells=True) <= 2
    assert search.passes == min(limit, most)


@given(limit=SIZES, lie=SIZES)
def test_a_router_may_tell_too_much(limit: int, lie: int) -> None:
    search = Search(576, 9000)
    search.next_sizes()
    search.note_answered(576)
    search.note_told(max(limit, lie))
    search.note_silence([9000])
    sweep(search, limit, tells=False)
    assert search.passes == limit


def test_what_passes_whole_is_known_at_once() -> None:
    assert sweep(Search(576, 1450), 1450, tells=False) == 1


def test_where_nothing_passes_it_ends_at_once() -> None:
    search = Search(576, 1450)
    assert sweep(search, 500, tells=False) == 1
    assert search.passes is None


def test_a_device_smaller_than_what_every_path_must_carry() -> None:
    assert Search(576, 296).next_sizes() == [296]


def test_a_loss_by_chance_is_no_limit() -> None:
    search = Search(576, 1500)
    search.next_sizes()
    search.note_answered(576)
    search.note_silence([1500])  # by chance
    sweep(search, 1500, tells=False)
    assert search.passes == 1500
