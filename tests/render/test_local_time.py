"""Times of day in the reader's zone, and times that no calendar has."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from netdiag.render.local_time import time_of_day

TIME_NS = 1_700_000_000_123_456_789


@pytest.fixture(autouse=True)
def _zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "XXX-5:30")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("digits", "told"),
    [(0, "03:43:20"), (3, "03:43:20.123"), (6, "03:43:20.123456"), (9, "03:43:20.123456789")],
)
def test_as_precise_as_wanted(digits: int, told: str) -> None:
    assert time_of_day(TIME_NS, digits) == told


def test_what_no_calendar_has() -> None:
    assert time_of_day(10**30 + 5_000_000, 3) == "1000000000000000000000.005"
